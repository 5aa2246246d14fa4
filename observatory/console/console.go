// Package console is what a person types: the verbs of the abri-observatory program, their tables and JSON, and exit
// codes that mean something. All but run do their work on the database themselves, beside a running observatory.
//
// Its borders: it asks the ledger and the authority, and judges nothing.
package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/user"
	"time"

	"github.com/alecthomas/kong"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/centre"
	"abri.example/abri/observatory/ledger"
)

// Exit codes of the abri-observatory program; they are abri's.
const (
	ExitDone    = 0 // what was asked was done
	ExitFailed  = 1 // it could not be done, or something is damaged
	ExitUsage   = 2 // the words are wrong
	ExitRefused = 4 // understood and refused: not allowed, or not safe
)

// Version is the version of the program, set when it is built.
var Version = "development"

// verbs is the whole command line; each field's tag documents it.
type verbs struct {
	Data     string `default:"/var/lib/abri-observatory" help:"The folder of the keys, and of the database unless it is elsewhere." placeholder:"FOLDER"`
	Database string `help:"A PostgreSQL, as postgres://user@host/name; without it SQLite in the folder." placeholder:"URL" env:"ABRI_DATABASE"`

	Run        runVerb        `cmd:"" help:"Run the observatory; from nothing, it is made."`
	Invite     inviteVerb     `cmd:"" help:"Invite a site: enters it, and prints the invitation for its box."`
	Ship       shipVerb       `cmd:"" help:"Note that a site's box was sent."`
	Waiting    waitingVerb    `cmd:"" help:"The boxes that wait for a person to compare their words."`
	Confirm    confirmVerb    `cmd:"" help:"Take a box in: its four words are the same here and there."`
	Revoke     revokeVerb     `cmd:"" help:"Take a box out, at once."`
	Person     personVerb     `cmd:"" help:"Who may sign in: invite, list, link, role, revoke."`
	Audit      auditVerb      `cmd:"" help:"What people did; audit verify checks the chain."`
	Sites      sitesVerb      `cmd:"" help:"The sites, how far each has come, and its sky."`
	Group      groupVerb      `cmd:"" help:"Put sites into a group: epci, canton, trade or technician."`
	Release    releaseVerb    `cmd:"" help:"Release an address at a site, or at all of a group at once."`
	Communes   communesVerb   `cmd:"" help:"Import communes with their contours."`
	Key        keyVerb        `cmd:"" help:"Keys by which programs ask."`
	Webhook    webhookVerb    `cmd:"" help:"Programs that are told what happens."`
	Count      countVerb      `cmd:"" help:"How many attacks, by day, month, year, kind, service or country."`
	ExportRoot exportRootVerb `cmd:"" help:"Write the root's key to a file, once, and take it away here."`
	Issuer     issuerVerb     `cmd:"" help:"Make a new issuer with the root's key."`
	Move       moveVerb       `cmd:"" help:"Move everything to an empty PostgreSQL, counted and compared."`
	Backup     backupVerb     `cmd:"" help:"Write everything to a folder: the database and the keys."`
	Restore    restoreVerb    `cmd:"" help:"Put a backup back into an empty place."`
	Distribute distributeVerb `cmd:"" help:"Spread the schema over several servers with Citus."`

	Version kong.VersionFlag `help:"Print the version."`
}

// shell is what a verb may use of the outside.
type shell struct {
	ctx      context.Context
	out      io.Writer
	err      io.Writer
	now      func() time.Time
	data     string
	database string
}

const description = `Abri's observatory joins the boxes of many sites: it takes what they tell, counts it, and shows it.

Exit codes: 0 done; 1 failed, or something damaged; 2 wrong words; 4 refused.`

// Main runs one command line (without the program's name) and gives its exit code. ctx ends what runs.
func Main(ctx context.Context, args []string, out, errs io.Writer) int {
	var v verbs
	exited := -1
	parser, err := newParser(&v, kong.Writers(out, errs), kong.Exit(func(code int) { exited = code }))
	if err != nil {
		fmt.Fprintln(errs, "abri-observatory:", err)
		return ExitFailed
	}
	chosen, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(errs, "abri-observatory: %v\nabri-observatory: see `%s --help`\n", err, meant(err))
		return ExitUsage
	}
	err = chosen.Run(&shell{ctx, out, errs, time.Now, v.Data, v.Database})
	if err != nil {
		fmt.Fprintln(errs, "abri-observatory:", err)
		return exitOf(err)
	}
	return ExitDone
}

// newParser makes the reader of command lines into v.
func newParser(v *verbs, further ...kong.Option) (*kong.Kong, error) {
	return kong.New(v, append(further, kong.Name("abri-observatory"), kong.Description(description), kong.Vars{"version": Version},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))...)
}

// meant is the verb whose words were wrong, as far as it is known, and else the program.
func meant(err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context.Selected() != nil {
		return wrong.Context.Selected().FullPath()
	}
	return "abri-observatory"
}

func exitOf(err error) int {
	switch abri.CodeOf(err) {
	case abri.CodeInvalid:
		return ExitUsage
	case abri.CodeRefused:
		return ExitRefused
	}
	if errors.Is(err, os.ErrPermission) {
		return ExitRefused
	}
	return ExitFailed
}

func (s *shell) log() *slog.Logger { return slog.New(slog.NewTextHandler(s.err, nil)) }

func (s *shell) options() centre.Options {
	return centre.Options{Data: s.data, Database: s.database, Now: s.now, Log: s.log(), Out: s.out}
}

// with opens the observatory that is there, for one piece of work. Whoever does it is named here for the audit log.
func (s *shell) with(do func(*ledger.Ledger, *authority.Authority) error) error {
	if _, err := os.Stat(centre.AuthorityIn(s.data)); err != nil {
		return &abri.Error{Code: abri.CodeNotFound, Place: s.data, What: "there is no observatory here", Remedy: "`abri-observatory run` begins one; --data names its folder"}
	}
	l, a, err := centre.Open(s.ctx, s.options())
	if err != nil {
		return err
	}
	s.ctx = audit.By(s.ctx, audit.Actor{Who: who(), From: "console", At: s.now()})
	return errors.Join(do(l, a), l.Close())
}

// who is the person at this machine.
func who() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "console"
}

func printJSON(s *shell, v any) error {
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// Package console is what a person types: the verbs of the abri program, their tables and JSON, and exit codes that
// mean something. It asks a running box by its control socket, or does by itself what needs none (replay, config).
//
// Its borders: it starts the two processes of a box but is neither, and knows nothing of packets.
package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"

	abri "abri.example/abri"
)

// Exit codes of the abri program.
const (
	ExitDone    = 0 // what was asked was done
	ExitFailed  = 1 // it could not be done, or a file is damaged
	ExitUsage   = 2 // the words or the configuration are wrong
	ExitNoBox   = 3 // no box answers
	ExitRefused = 4 // understood and refused: not allowed, or not safe
)

// Version is the version of the program, set when it is built.
var Version = "development"

// verbs is the whole command line; each field's tag documents it.
type verbs struct {
	Run        runVerb        `cmd:"" help:"Run the box: filter, count, show the weather."`
	Read       readVerb       `cmd:"" hidden:"" help:"The reader process; started by run."`
	Decoy      decoyVerb      `cmd:"" hidden:"" help:"The process of the decoys; started by run."`
	Replay     replayVerb     `cmd:"" help:"Judge capture files as the box would have."`
	Status     statusVerb     `cmd:"" help:"Show what the running box does: mode, ports, entries, packets, weather."`
	Why        whyVerb        `cmd:"" help:"Explain what happens with an address, and who tried."`
	Verify     verifyVerb     `cmd:"" help:"Say what speaks against a link or an e-mail that somebody doubts."`
	Ban        banVerb        `cmd:"" help:"Drop an address or CIDR from now on."`
	Release    releaseVerb    `cmd:"" help:"Let an address, CIDR or name pass: a ban is taken back, lists don't apply."`
	Forget     forgetVerb     `cmd:"" help:"Take a ban or a release back: lists apply again."`
	Isolate    isolateVerb    `cmd:"" help:"Cut a device of the site off from all but what repairs it."`
	Measures   measuresVerb   `cmd:"" help:"What is done about what detectors find: which rules act, and what the others would have stopped."`
	Departures departuresVerb `cmd:"" help:"What left by each attack on its way out: device, destination, bytes, hours."`
	Promote    promoteVerb    `cmd:"" help:"Have a rule that is on trial act from now on, or observe again."`
	Mode       modeVerb       `cmd:"" help:"Switch between observe and protect."`
	SignIn     signInVerb     `cmd:"" name:"sign-in" help:"Give a code that opens one session on the box's pages."`
	Devices    devicesVerb    `cmd:"" help:"Show who is who on the inside: names, addresses, makers, first and last seen."`
	Telephone  telephoneVerb  `cmd:"" help:"The telephone line: operator, budget of the night, calls by hour and country, attacks."`
	Mail       mailVerb       `cmd:"" help:"Attacks on the mail of the last days."`
	Evidence   evidenceVerb   `cmd:"" help:"Print the sheet of a saturation, for the operator of the line."`
	SelfTest   selfTestVerb   `cmd:"" name:"selftest" help:"Prove now that the filter stops what it should."`
	Detach     detachVerb     `cmd:"" help:"Take the filter off the ports: a plain bridge remains."`
	Lists      listsVerb      `cmd:"" help:"The threat lists: what is in use, what there is, add, remove, refresh, check."`
	Enrol      enrolVerb      `cmd:"" help:"Join an observatory by its invitation, or show how the box stands with it."`
	Config     configVerb     `cmd:"" help:"Print the documented example, or check a file."`

	Version kong.VersionFlag `help:"Print the version."`
}

// shell is what a verb may use of the outside.
type shell struct {
	ctx context.Context
	out io.Writer
	err io.Writer
}

const description = `Abri stands between a small site's router and its network: it keeps most attackers out and most stolen data in, and tells what it stopped.

Exit codes: 0 done; 1 failed, or a damaged file; 2 wrong words or configuration; 3 no box answers; 4 refused.`

// Main runs one command line (without the program's name) and gives its exit code. ctx ends what runs.
func Main(ctx context.Context, args []string, out, errs io.Writer) int {
	exited := -1
	parser, err := newParser(kong.Writers(out, errs), kong.Exit(func(code int) { exited = code }))
	if err != nil {
		fmt.Fprintln(errs, "abri:", err)
		return ExitFailed
	}
	chosen, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(errs, "abri: %v\nabri: see `%s --help`\n", err, meant(err))
		return ExitUsage
	}
	told := &teller{Writer: out}
	err = chosen.Run(&shell{ctx, told, errs})
	if err == nil {
		err = told.failed
	}
	if err != nil {
		fmt.Fprintln(errs, "abri:", err)
		return exitOf(err)
	}
	return ExitDone
}

// newParser makes the reader of command lines.
func newParser(further ...kong.Option) (*kong.Kong, error) {
	return kong.New(&verbs{}, append(further, kong.Name("abri"), kong.Description(description), kong.Vars{"version": Version},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))...)
}

// meant is the verb whose words were wrong, as far as it is known, and else the program.
func meant(err error) string {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context.Selected() != nil {
		return wrong.Context.Selected().FullPath()
	}
	return "abri"
}

// teller remembers that an answer could not be written: one that nobody got is no success.
type teller struct {
	io.Writer
	failed error
}

// Write writes, and remembers the first error.
func (t *teller) Write(b []byte) (int, error) {
	n, err := t.Writer.Write(b)
	if t.failed == nil {
		t.failed = err
	}
	return n, err
}

func exitOf(err error) int {
	switch abri.CodeOf(err) {
	case abri.CodeInvalid:
		return ExitUsage
	case abri.CodeNoBox:
		return ExitNoBox
	case abri.CodeRefused:
		return ExitRefused
	}
	if errors.Is(err, os.ErrPermission) {
		return ExitRefused
	}
	return ExitFailed
}

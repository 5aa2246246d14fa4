package console

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/centre"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/signin"
)

type personVerb struct {
	Invite personInviteVerb `cmd:"" help:"Invite a person, with a role; prints a link that signs in once."`
	List   personListVerb   `cmd:"" help:"Who may sign in, and what each sees."`
	Link   personLinkVerb   `cmd:"" help:"Print another link for a person who lost all keys."`
	Role   personRoleVerb   `cmd:"" help:"Give a person another role, groups and sites; sessions end."`
	Revoke personRevokeVerb `cmd:"" help:"Take a person out, at once."`
}

// part are the flags of what a person has to do with.
type part struct {
	Role  string   `required:"" enum:"administrator,technician,group-reader,site-reader" help:"administrator, technician, group-reader or site-reader."`
	Group []string `help:"A group that the person sees, by its code; may be given several times." placeholder:"CODE"`
	Site  []int64  `help:"A site that the person sees, by its number; may be given several times." placeholder:"NUMBER"`
}

func (v part) scope(s *shell, l *ledger.Ledger) (people.Scope, error) {
	out := people.Scope{Sites: v.Site}
	if err := s.entered(l, v.Site...); err != nil {
		return out, err
	}
	for _, code := range v.Group {
		g, err := (scope{Group: code}).of(s, l)
		if err != nil {
			return out, err
		}
		out.Groups = append(out.Groups, g.Group)
	}
	return out, nil
}

type personInviteVerb struct {
	Name string `required:"" help:"The person's name." placeholder:"NAME"`
	Mail string `help:"The mail address that an OpenID provider has verified of the person." placeholder:"ADDRESS"`
	part
	For  time.Duration `default:"168h" help:"How long the link is good." placeholder:"168h"`
	JSON bool          `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory person invite --help`.
func (personInviteVerb) Help() string {
	return "The link signs in once; then the person makes a passkey. Hand it over in person or by a safe way.\n\nExample: abri-observatory person invite --name \"M. Durand\" --role technician --group durand"
}

func (v personInviteVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		p := people.Person{Name: v.Name, Mail: v.Mail, Role: people.Role(v.Role)}
		var err error
		if p.Scope, err = v.scope(s, l); err != nil {
			return err
		}
		p, secret, err := s.door(l).Invite(s.ctx, p, who(), v.For)
		if err != nil {
			return err
		}
		return s.tellLink(l, p.ID, secret, v.JSON)
	})
}

func (s *shell) door(l *ledger.Ledger) *signin.Door {
	return signin.New(l, signin.Options{Now: s.now, Random: rand.Reader})
}

// tellLink prints the address by which a person signs in once.
func (s *shell) tellLink(l *ledger.Ledger, person, secret string, asJSON bool) error {
	at, ok, err := l.Recall(s.ctx, centre.KeyPages)
	if err != nil {
		return err
	}
	if !ok {
		at = "https://localhost:8443"
	}
	link := at + "/invitation?" + url.Values{"cle": {secret}}.Encode()
	if asJSON {
		return printJSON(s, map[string]string{"person": person, "link": link})
	}
	fmt.Fprintln(s.out, link)
	return nil
}

type personListVerb struct {
	JSON bool `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory person list --help`.
func (personListVerb) Help() string { return "Example: abri-observatory person list" }

// told is a person as the console tells of one.
type told struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Mail    string    `json:"mail,omitempty"`
	Role    string    `json:"role"`
	Groups  []int64   `json:"groups,omitempty"`
	Sites   []int64   `json:"sites,omitempty"`
	Joined  time.Time `json:"joined,omitzero"`
	Revoked time.Time `json:"revoked,omitzero"`
}

func (v personListVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		all, err := l.People(s.ctx)
		if err != nil {
			return err
		}
		out := []told{}
		for _, p := range all {
			out = append(out, told{p.ID, p.Name, p.Mail, string(p.Role), p.Scope.Groups, p.Scope.Sites, p.Joined, p.Revoked})
		}
		if v.JSON {
			return printJSON(s, out)
		}
		groups, err := l.Groups(s.ctx)
		if err != nil {
			return err
		}
		codes := map[int64]string{}
		for _, g := range groups {
			codes[g.Number] = g.Code
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tNAME\tROLE\tGROUPS\tSITES\tSTATE")
		for _, p := range out {
			state := "invited"
			switch {
			case !p.Revoked.IsZero():
				state = "taken out"
			case !p.Joined.IsZero():
				state = "since " + p.Joined.Local().Format(time.DateOnly)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, p.Name, p.Role, listed(p.Groups, func(n int64) string { return codes[n] }), listed(p.Sites, func(n int64) string { return strconv.FormatInt(n, 10) }), state)
		}
		return w.Flush()
	})
}

// listed is how a table names several groups or sites.
func listed(numbers []int64, name func(int64) string) string {
	if len(numbers) == 0 {
		return "-"
	}
	var names []string
	for _, n := range numbers {
		names = append(names, name(n))
	}
	return strings.Join(names, " ")
}

type personLinkVerb struct {
	Person string        `arg:"" help:"The person's ID, as list prints it."`
	For    time.Duration `default:"168h" help:"How long the link is good." placeholder:"168h"`
	JSON   bool          `help:"Print it as JSON."`
}

// Help is the example under `abri-observatory person link --help`.
func (personLinkVerb) Help() string {
	return "Links that wait are good no longer.\n\nExample: abri-observatory person link first"
}

func (v personLinkVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		secret, err := s.door(l).Relink(s.ctx, v.Person, v.For)
		if err != nil {
			return missing(err, v.Person, seePeople)
		}
		return s.tellLink(l, v.Person, secret, v.JSON)
	})
}

type personRoleVerb struct {
	Person string `arg:"" help:"The person's ID, as list prints it."`
	part
}

// Help is the example under `abri-observatory person role --help`.
func (personRoleVerb) Help() string {
	return "Groups and sites are those that are given, and no others.\n\nExample: abri-observatory person role K3JQ7ZP2A4XWM5TD --role site-reader --site 42304"
}

func (v personRoleVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		scope, err := v.scope(s, l)
		if err != nil {
			return err
		}
		return missing(l.ChangePerson(s.ctx, v.Person, people.Role(v.Role), scope), v.Person, seePeople)
	})
}

type personRevokeVerb struct {
	Person string `arg:"" help:"The person's ID, as list prints it."`
}

// Help is the example under `abri-observatory person revoke --help`.
func (personRevokeVerb) Help() string {
	return "Sessions, passkeys, links and the recovery code end at once. The last administrator stays.\n\nExample: abri-observatory person revoke K3JQ7ZP2A4XWM5TD"
}

func (v personRevokeVerb) Run(s *shell) error {
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		err := l.RevokePerson(s.ctx, v.Person, s.now())
		if abri.CodeOf(err) == "" {
			fmt.Fprintf(s.out, "%s is taken out\n", v.Person)
		}
		return missing(err, v.Person, seePeople)
	})
}

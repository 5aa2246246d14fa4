package console

import (
	"fmt"

	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/centre"
	"abri.example/abri/observatory/contact"
	"abri.example/abri/observatory/ledger"
)

type runVerb struct {
	Boxes      string  `default:":8444" help:"Where boxes report." placeholder:"ADDRESS:PORT"`
	Pages      string  `default:"localhost:8443" help:"Where the pages are." placeholder:"ADDRESS:PORT"`
	Metrics    string  `default:"localhost:9444" help:"Where Prometheus reads figures, in the clear: keep it off the public network. Empty: nowhere." placeholder:"ADDRESS:PORT"`
	Pace       float64 `default:"2" help:"How many requests a second one box may make in the long run."`
	MailServer string  `help:"A mail server that takes letters to contacts, as host:port." placeholder:"localhost:25"`
	MailFrom   string  `help:"Who the letters are from." placeholder:"ADDRESS"`
	URL        string  `help:"Under which boxes reach this observatory; it stands in every invitation." placeholder:"https://HOST:8444"`
}

// Help is the example under `abri-observatory run --help`.
func (runVerb) Help() string {
	return "The first start makes the database, the certificate authority and a link for the first administrator. Several may run on one PostgreSQL, with the same folder of keys.\n\nExample: abri-observatory run --url https://observatoire.loire.example:8444"
}

func (v runVerb) Run(s *shell) error {
	o := s.options()
	o.Boxes, o.Pages, o.Metrics, o.URL, o.Pace, o.Software = v.Boxes, v.Pages, v.Metrics, v.URL, v.Pace, Version
	if v.MailServer != "" {
		post, err := contact.NewPost(v.MailServer, v.MailFrom)
		if err != nil {
			return err
		}
		o.Post = post
	}
	return centre.Run(s.ctx, o)
}

type exportRootVerb struct {
	File string `arg:"" help:"The file to write, which must not be there: on a medium that then goes into a safe."`
}

// Help is the example under `abri-observatory export-root --help`.
func (exportRootVerb) Help() string {
	return "The root's key signs the issuer and nothing else. Once it is away, who steals this machine can't make another observatory of the same root.\n\nExample: abri-observatory export-root /media/usb/root.pem"
}

func (v exportRootVerb) Run(s *shell) error {
	if err := authority.ExportRoot(centre.AuthorityIn(s.data), v.File); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "the root's key is in %s, and no longer here; without it the observatory goes on until the issuer ends\n", v.File)
	return nil
}

type issuerVerb struct {
	Root string `help:"The file that export-root wrote; not needed while the key is here." placeholder:"FILE"`
}

// Help is the example under `abri-observatory issuer --help`.
func (issuerVerb) Help() string {
	return "Boxes go on with what the issuer before signed. Restart the observatory afterwards.\n\nExample: abri-observatory issuer --root /media/usb/root.pem"
}

func (v issuerVerb) Run(s *shell) error {
	if err := authority.RenewIssuer(centre.AuthorityIn(s.data), v.Root, s.now()); err != nil {
		return err
	}
	return s.with(func(_ *ledger.Ledger, a *authority.Authority) error {
		fmt.Fprintf(s.out, "the issuer is good until %s\n", a.Ends().Format("2006-01-02"))
		return nil
	})
}

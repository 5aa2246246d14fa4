package console

import (
	"fmt"
	"net/url"
	"os"
	"strings"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/centre"
	"abri.example/abri/observatory/contact"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/signin"
)

type runVerb struct {
	Boxes      string  `default:":8444" help:"Where boxes report." placeholder:"ADDRESS:PORT"`
	Pages      string  `default:"localhost:8443" help:"Where the pages are." placeholder:"ADDRESS:PORT"`
	Metrics    string  `default:"localhost:9444" help:"Where Prometheus reads figures, in the clear: keep it off the public network. Empty: nowhere." placeholder:"ADDRESS:PORT"`
	Pace       float64 `default:"2" help:"How many requests a second one box may make in the long run."`
	MailServer string  `help:"A mail server that takes letters to contacts, as host:port." placeholder:"localhost:25"`
	MailFrom   string  `help:"Who the letters are from." placeholder:"ADDRESS"`
	PagesURL   string  `name:"pages-url" help:"Under which people open the pages; passkeys belong to its name. https://localhost and the port when left out." placeholder:"https://HOST:8443"`
	URL        string  `help:"Under which boxes reach this observatory; it stands in every invitation." placeholder:"https://HOST:8444"`

	OpenID openIDFlags `embed:"" prefix:"openid-"`
}

// openIDFlags name the provider from which people may come. The secret stands in a file: a list of processes is read by
// everybody.
type openIDFlags struct {
	Issuer     string `help:"An OpenID provider that people sign in with." placeholder:"https://PROVIDER"`
	Client     string `help:"Who this observatory is there." placeholder:"ID"`
	SecretFile string `help:"A file that holds the provider's secret for it." placeholder:"FILE"`
	Name       string `default:"OpenID" help:"What the page calls the provider." placeholder:"NAME"`
}

// provider gives the provider of the flags, nil for none.
func (v openIDFlags) provider() (*signin.OpenID, error) {
	if v.Issuer == "" {
		return nil, nil
	}
	u, err := url.Parse(v.Issuer)
	local := err == nil && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1")
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: "--openid-issuer " + v.Issuer, What: "not the address of a provider", Remedy: "https://…, as the provider names it"}
	}
	if v.Client == "" || v.SecretFile == "" {
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: "--openid-issuer", What: "the provider knows this observatory by a name and a secret", Remedy: "give --openid-client and --openid-secret-file"}
	}
	secret, err := os.ReadFile(v.SecretFile)
	if err != nil {
		return nil, err
	}
	return &signin.OpenID{Issuer: v.Issuer, ID: v.Client, Secret: strings.TrimSpace(string(secret)), Name: v.Name}, nil
}

// Help is the example under `abri-observatory run --help`.
func (runVerb) Help() string {
	return "The first start makes the database, the certificate authority and a link for the first administrator. Several may run on one PostgreSQL, with the same folder of keys.\n\nExample: abri-observatory run --url https://observatoire.loire.example:8444"
}

func (v runVerb) Run(s *shell) error {
	o := s.options()
	o.Boxes, o.Pages, o.Metrics, o.URL, o.Pace, o.Software = v.Boxes, v.Pages, v.Metrics, v.URL, v.Pace, Version
	o.PagesURL, o.By = v.PagesURL, who()
	var err error
	if o.OpenID, err = v.OpenID.provider(); err != nil {
		return err
	}
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
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error {
		if err := authority.ExportRoot(centre.AuthorityIn(s.data), v.File); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "the root's key is in %s, and no longer here; without it the observatory goes on until the issuer ends\n", v.File)
		return l.Note(s.ctx, audit.Export, "the root's key", audit.Done)
	})
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

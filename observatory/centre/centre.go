// Package centre wires an observatory: the ledger, the authority, the desk for boxes, the pages, and what is done by the
// clock. Several may run on one PostgreSQL, with the same folder of keys; any of them may end at any moment.
//
// Its borders: it starts, stops and times; what is done stands in the rooms below.
package centre

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/geo"
	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/contact"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/metrics"
	"abri.example/abri/observatory/receive"
	"abri.example/abri/observatory/signin"
	"abri.example/abri/observatory/web"
	"abri.example/abri/observatory/webhook"
)

// Options are the settings of an observatory.
type Options struct {
	Data     string         // the folder of keys, and of the database where that is a file
	Database string         // "postgres://…"; empty: SQLite in Data
	Boxes    string         // where boxes report: "address:port"
	Pages    string         // where the pages are
	Metrics  string         // where the figures for Prometheus are; empty: nowhere
	Software string         // the version of the program
	PagesURL string         // under which people open the pages, and to which passkeys belong; empty: https://localhost and the port
	OpenID   *signin.OpenID // a provider from which people may come; nil for none
	URL      string         // under which boxes reach it; what was given first is remembered
	By       string         // who starts it
	Now      func() time.Time
	Log      *slog.Logger
	Out      io.Writer     // where the link for the first administrator is printed
	Pace     float64       // requests a second of one box; 2 when zero
	Post     *contact.Post // for letters to contacts; nil: they are only noted
	Quiet    time.Duration // between two rounds of what is done by the clock; a minute when zero
}

// DatabaseIn is the address of the database that Options mean.
func (o Options) DatabaseIn() string {
	if o.Database != "" {
		return o.Database
	}
	return filepath.Join(o.Data, "observatory.db")
}

// AuthorityIn is the folder of the keys within a folder of data.
func AuthorityIn(data string) string { return filepath.Join(data, "authority") }

// Open opens what an observatory is made of, and makes it where there is nothing. A ledger that was begun with another
// authority is refused: boxes would not know this one.
func Open(ctx context.Context, o Options) (*ledger.Ledger, *authority.Authority, error) {
	l, err := ledger.Open(ctx, o.DatabaseIn(), o.Log)
	if err != nil {
		return nil, nil, err
	}
	a, err := authority.Open(AuthorityIn(o.Data), o.Now())
	if err == nil {
		var pin string
		if pin, err = l.RememberFirst(ctx, invitation.KeyRoot, hex.EncodeToString(a.Pin())); err == nil && pin != hex.EncodeToString(a.Pin()) {
			err = &abri.Error{Code: abri.CodeRefused, Place: AuthorityIn(o.Data), What: "this database was begun with other keys",
				Remedy: "copy the folder authority from the machine where the observatory was begun, or from its backup"}
		}
	}
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return l, a, nil
}

// collectAt is how much the memory in use may grow before it is collected, in percent: what stands of 35,000 sites is read
// anew each minute, and should not take twice its place until then.
const collectAt = 50

// Run runs an observatory until ctx ends.
func Run(ctx context.Context, o Options) error {
	debug.SetGCPercent(collectAt)
	if o.Quiet == 0 {
		o.Quiet = time.Minute
	}
	if err := errors.Join(checkURL(o.URL), checkURL(o.PagesURL)); err != nil {
		return err
	}
	l, a, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer l.Close()
	started := audit.By(ctx, audit.Actor{Who: o.By, From: "console", At: o.Now()})
	url, err := reachedAt(started, l, o)
	if err != nil {
		return err
	}
	roster := ledger.NewRoster(l)
	figures := metrics.New(metrics.Options{Ledger: l, Authority: a, Roster: roster, Software: o.Software, Now: o.Now, Log: o.Log})
	desk := receive.New(l, a, receive.Options{Now: o.Now, Country: country, Log: o.Log, Rate: o.Pace, Took: figures.Took})
	figures.Desk(desk.Counts)
	if err := desk.Refresh(ctx); err != nil {
		return err
	}
	boxes, err := net.Listen("tcp", o.Boxes)
	if err != nil {
		return fmt.Errorf("listening for boxes: %w", err)
	}
	defer boxes.Close()
	pages, err := net.Listen("tcp", o.Pages)
	if err != nil {
		return fmt.Errorf("serving the pages: %w", err)
	}
	defer pages.Close()
	opened, err := openedAt(started, l, o, portOf(pages))
	if err != nil {
		return err
	}
	certificate := a.Server(namesOf(url, opened), o.Now)
	door, err := doorAt(ctx, l, o, opened)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.Out, "Boxes report to %s. `abri-observatory invite` makes an invitation.\n", url)
	seen := http.NewServeMux()
	seen.Handle("/", web.New(l, web.Options{Door: door, Address: opened, Roster: roster, Now: o.Now, Log: o.Log}))
	seen.Handle(api.Prefix+"/", api.New(l, api.Options{Roster: roster, Now: o.Now, Log: o.Log}))
	return serve(ctx, o, l, desk, roster, figures, seen, boxes, pages, certificate)
}

// doorAt makes the door of the pages, and prints the link for the first administrator while nobody can sign in.
func doorAt(ctx context.Context, l *ledger.Ledger, o Options, opened string) (*signin.Door, error) {
	so := signin.Options{Now: o.Now, Random: rand.Reader, Host: hostOf(opened)}
	if o.OpenID != nil {
		provider := *o.OpenID
		provider.Redirect = opened + "/retour"
		so.OpenID = &provider
	}
	door := signin.New(l, so)
	first, err := door.First(ctx)
	switch {
	case err != nil:
	case first == "":
		fmt.Fprintf(o.Out, "The pages are at %s.\n", opened)
	default:
		fmt.Fprintf(o.Out, "The pages are at %s. The first administrator opens, once:\n\n  %s/premier?cle=%s\n\n", opened, opened, first)
	}
	return door, err
}

// serve runs both servers and the clock until ctx ends or one of them fails.
func serve(ctx context.Context, o Options, l *ledger.Ledger, desk *receive.Desk, roster *ledger.Roster, figures *metrics.Metrics, seen http.Handler, boxes, pages net.Listener, certificate func() (*tls.Certificate, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	desks := desk.Server(certificate)
	page := &http.Server{
		Handler: seen, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return certificate() }},
	}
	var wait sync.WaitGroup
	times := &clock{o, l, desk, roster, figures}
	errs := make([]error, 6)
	for i, part := range []func() error{
		func() error { return desks.ServeTLS(boxes, "", "") },
		func() error { return page.ServeTLS(pages, "", "") },
		func() error { return times.run(ctx) },
		func() error { return times.post(ctx) },
		func() error { return serveMetrics(ctx, o, figures.Handler()) },
		func() error { return webhook.NewTeller(l, webhook.Options{Now: o.Now, Log: o.Log}).Run(ctx) },
	} {
		wait.Go(func() {
			defer cancel()
			if err := part(); !errors.Is(err, http.ErrServerClosed) {
				errs[i] = err
			}
		})
	}
	<-ctx.Done()
	end, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	_ = desks.Shutdown(end) // what is under way is answered; the rest is sent again
	_ = page.Shutdown(end)
	desks.Close()
	page.Close()
	wait.Wait()
	return errors.Join(errs...)
}

// country is the country of an attack's outside end.
func country(a fleet.Attack) string { return geo.Country(a.Outside) }

// portOf is the port of a listener.
func portOf(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// Package web is the face of one box: the weather of the day, why it is so, and what to do, as pages that anyone on the
// site's network may open without a login, and the same as JSON.
//
// The way of a request is one line: guard (method, host, headers) → language → Site.View → page (words) → template.
// Live pages hold a stream open (/events) that only says "something changed"; the script then fetches /fragment and
// replaces the parts that differ. Without JavaScript the page asks again every minute.
//
// Who is signed in (box/session) may also act: a form goes guard (same origin) → signedIn → Hands → back to its page.
//
// Borders: it imports the root, weather, geo, box/session and what box/liaison says of the observatory. It holds no data, runs no SQL, and has no clock: the time
// on a page is the View's. It asks nothing of the outside, and its pages load nothing from there. What it shows without
// a login is public, so the inside end of an outward attack is never named there.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"abri.example/abri/asset"
	"abri.example/abri/box/session"
)

// Site is what the pages ask of the box. It must be safe for concurrent use.
type Site interface {
	// View is the site as it stands now. It is called once a page; a Site to which that is dear keeps its own copy. An
	// error gives a page under fog that says so.
	View(ctx context.Context) (View, error)

	// Changes gives a channel that gets a value when the View has changed, and a function that ends it. The channel has
	// room for one value: a slow subscriber misses the changes in between, and never delays the one who writes.
	Changes() (changed <-chan struct{}, stop func())
}

// Options are the settings of the pages. The zero value is good.
type Options struct {
	// Names are host names under which the box is reached ("abri.mairie.lan"), besides IP addresses and localhost.
	// Any other name in a request is refused: so a hostile page cannot read this one by pointing its own name here.
	Names []string

	// MaxWatchers bounds the live streams held open together; 64 when zero. The page beyond it polls twice a minute.
	MaxWatchers int

	// Heartbeat is the time between two signs of life on a quiet stream; 15 s when zero.
	Heartbeat time.Duration

	// Pace is the least time between two changes told to one stream, whatever the attackers do; 1 s when zero.
	Pace time.Duration

	// Sessions knows who is signed in, by Clock. Nobody can sign in when either is nil.
	Sessions *session.Book
	Clock    func() time.Time

	// Hands does what a person who is signed in asks for; nil for pages that only show.
	Hands Hands

	// Examiner says what speaks against a letter or a link; nil examines none.
	Examiner Examiner

	// Telephones tells of the telephone line, to those who are signed in; nil has no such page.
	Telephones Telephones

	// Mails tells of what was tried against the mail, to those who are signed in; nil has no such page.
	Mails Mails

	// Departures tells what left by each attack on its way out, to those who are signed in; nil has no such page.
	Departures Departures

	// Members tells how the box stands with its observatory, to those who are signed in; nil has no such page.
	Members Members

	// Log gets faults of the pages themselves; slog.Default() when nil.
	Log *slog.Logger
}

// New gives the pages of a site. The handler is safe for concurrent use; time limits of connections are the server's.
//
// Routes without a login: / the weather, /fragment its live part, /events the stream, /pourquoi the published rule, /mesures
// what is done about what the detectors see, /saturation the sheets for the operator, /aide what the box cannot see and who to call, /api/weather the same as JSON,
// /healthz, /static/, /verifier, where anybody has a link or an e-mail examined, and /entrer, where a code of `abri sign-in`
// opens a session. Shown to those who are signed in only: /telephone, /messagerie, /parti, /observatoire. Sent forms: /verifier, /entrer, /sortir,
// and for those who are signed in /debloquer, /promouvoir, /isoler, /observatoire and
// /observatoire/quitter; what is sent is bounded by maxForm.
func New(site Site, o Options) http.Handler {
	o = o.withDefaults()
	h := &house{site: site, options: o, pages: load(), seats: make(chan struct{}, o.MaxWatchers)}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", h.weather)
	mux.HandleFunc("/fragment", h.fragment)
	mux.HandleFunc("/events", h.events)
	mux.HandleFunc("/pourquoi", h.why)
	mux.HandleFunc("/aide", h.help)
	mux.HandleFunc("/mesures", h.measures)
	mux.HandleFunc(saturationPath, h.saturation)
	mux.HandleFunc("/entrer", h.door)
	mux.HandleFunc("/verifier", h.asking)
	mux.HandleFunc("/telephone", h.signedIn(h.telephone))
	mux.HandleFunc("/messagerie", h.signedIn(h.mail))
	mux.HandleFunc("/parti", h.signedIn(h.departures))
	mux.HandleFunc("/observatoire", h.signedIn(h.observatory))
	mux.HandleFunc("/api/weather", h.api)
	mux.HandleFunc("/healthz", h.healthz)
	mux.Handle(asset.Prefix, staticFiles)
	mux.HandleFunc("/", h.notFound)
	forms := map[string]http.HandlerFunc{"/entrer": h.enter, "/sortir": h.leave, "/verifier": h.verify, "/debloquer": h.signedIn(h.release), "/promouvoir": h.signedIn(h.promote), "/isoler": h.signedIn(h.isolate),
		"/observatoire": h.signedIn(h.enrol), "/observatoire/quitter": h.signedIn(h.quit)}
	return guard(o.Names, forms, mux)
}

func (o Options) withDefaults() Options {
	if o.MaxWatchers <= 0 {
		o.MaxWatchers = 64
	}
	if o.Heartbeat <= 0 {
		o.Heartbeat = 15 * time.Second
	}
	if o.Pace <= 0 {
		o.Pace = time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// house holds what every route needs.
type house struct {
	site    Site
	options Options
	pages   pages
	seats   chan struct{} // one taken by each live stream
}

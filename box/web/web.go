// Package web is the face of one box: the weather of the day, why it is so, and what to do, as pages that anyone on the
// site's network may open without a login, and the same as JSON.
//
// The way of a request is one line: guard (method, host, headers) → language → Site.View → page (words) → template.
// Live pages hold a stream open (/events) that only says "something changed"; the script then fetches /fragment and
// replaces the parts that differ. Without JavaScript the page asks again every minute.
//
// Borders: it imports the root, weather and geo. It holds no data, runs no SQL, and has no clock: the time on a page is
// the View's. It asks nothing of the outside, and its pages load nothing from there. What it shows is public, so the
// inside end of an outward attack is never named.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"
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

	// Log gets faults of the pages themselves; slog.Default() when nil.
	Log *slog.Logger
}

// New gives the pages of a site. The handler is safe for concurrent use; time limits of connections are the server's.
//
// Routes: / the weather, /fragment its live part, /events the stream, /pourquoi the published rule, /aide what the box
// cannot see and who to call, /api/weather the same as JSON, /healthz, /static/.
func New(site Site, o Options) http.Handler {
	o = o.withDefaults()
	h := &house{site: site, options: o, pages: load(), seats: make(chan struct{}, o.MaxWatchers)}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", h.weather)
	mux.HandleFunc("/fragment", h.fragment)
	mux.HandleFunc("/events", h.events)
	mux.HandleFunc("/pourquoi", h.why)
	mux.HandleFunc("/aide", h.help)
	mux.HandleFunc("/api/weather", h.api)
	mux.HandleFunc("/healthz", h.healthz)
	mux.Handle("/static/", statics())
	mux.HandleFunc("/", h.notFound)
	return guard(o.Names, mux)
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

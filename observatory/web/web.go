// Package web is the face of an observatory: a map of skies, figures by day, month and year, each site's page, silent
// boxes and the roll-out. All of it is for who is signed in.
//
// The way of a request is one line: harden → signed in → scope (everybody, a group, a department) → ledger → words →
// template. The map looks again by itself when something changed (/events); without JavaScript it asks each minute.
//
// Its borders: it holds no data and runs no SQL; it asks the ledger. Its clock is given. Its pages load nothing from
// outside.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"abri.example/abri/asset"
	"abri.example/abri/observatory/ledger"
)

// Options are the settings of the pages. Now and Log must be given.
type Options struct {
	// Roster draws the map from memory; nil: the ledger is read each time.
	Roster *ledger.Roster

	Now func() time.Time
	Log *slog.Logger

	// Location is where midnight is; UTC when nil.
	Location *time.Location

	// MaxWatchers bounds the live streams held open together; 64 when zero. Pace is the least time between two looks at
	// the ledger for all of them; 5 s when zero.
	MaxWatchers int
	Pace        time.Duration
}

// New gives the pages. The handler is safe for concurrent use.
//
// Routes: / the map and today, /fragment its live part, /events the stream, /chiffres the figures, /site a site,
// /deploiement the roll-out, /regle the counting rule, /premier the link of the first administrator, /healthz, /static/.
func New(l *ledger.Ledger, o Options) http.Handler {
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.MaxWatchers == 0 {
		o.MaxWatchers = 64
	}
	if o.Pace == 0 {
		o.Pace = 5 * time.Second
	}
	h := &house{Options: o, ledger: l, pages: load(), contours: map[string]*drawn{}, seats: make(chan struct{}, o.MaxWatchers)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", h.signedIn(h.overview))
	mux.HandleFunc("GET /fragment", h.signedIn(h.fragment))
	mux.HandleFunc("GET /events", h.signedIn(h.events))
	mux.HandleFunc("GET /chiffres", h.signedIn(h.figures))
	mux.HandleFunc("GET /site", h.signedIn(h.site))
	mux.HandleFunc("GET /deploiement", h.signedIn(h.rollout))
	mux.HandleFunc("GET /regle", h.signedIn(h.rule))
	mux.HandleFunc("GET /premier", h.first)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.Handle("GET "+asset.Prefix, staticFiles)
	return harden(mux)
}

// house holds what every route needs.
type house struct {
	Options
	ledger *ledger.Ledger
	pages  pages
	seats  chan struct{} // one taken by each live stream

	drawing  sync.Mutex
	contours map[string]*drawn // of departments, as they were drawn

	mu      sync.Mutex
	session string // the one there may be, of the first administrator, until the program ends

	looking sync.Mutex
	looked  glance
}

// standings gives where the sites of a scope stand: from the roster, once it has looked, else from the ledger.
func (h *house) standings(ctx context.Context, scope ledger.Scope, now time.Time) ([]ledger.Standing, error) {
	if h.Roster != nil {
		if all, as := h.Roster.Standings(scope, now); !as.IsZero() {
			return all, nil
		}
	}
	return h.ledger.Standings(ctx, scope, now)
}

func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

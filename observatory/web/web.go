// Package web is the face of an observatory: a map of skies, figures by day, month and year, each site's page, silent
// boxes and the roll-out. All of it is for who is signed in.
//
// The way of a request is one line: harden → sent by a page of ours → signed in → role → view (what this person sees) →
// words → template. The map looks again by itself when something changed (/events); without JavaScript it asks each minute.
//
// Its borders: it holds no data and runs no SQL; it asks the ledger. Its clock is given. Its pages load nothing from
// outside.
package web

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/signin"
)

// Options are the settings of the pages. Door, Now and Log must be given.
type Options struct {
	// Door knows who is signed in.
	Door *signin.Door

	// Address is where people open the pages ("https://observatoire.loire.example:8443"), as links to them say it; where it
	// is empty, that of who asks.
	Address string

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
// What it answers stands in routes, with what a person must be allowed to do for it.
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
	h := &house{Options: o, ledger: l, pages: load(), contours: map[string]*drawn{}, looked: map[watched]glance{}, seats: make(chan struct{}, o.MaxWatchers)}
	return h.serve()
}

// house holds what every route needs.
type house struct {
	Options
	ledger *ledger.Ledger
	pages  pages
	seats  chan struct{} // one taken by each live stream

	drawing  sync.Mutex
	contours map[string]*drawn // of departments, as they were drawn

	looking sync.Mutex
	looked  map[watched]glance
}

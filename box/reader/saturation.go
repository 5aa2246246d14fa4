package reader

import (
	"context"
	"slices"
	"time"

	"abri.example/abri/geo"
	"abri.example/abri/siege"
)

// How many countries and networks of a saturation are told, and every how often its sheet is written down while it goes on.
const (
	originsTold = 10
	sheetsEvery = 10 * time.Second
)

// Saturations gives the sheets of the last saturations, the latest first, with the countries and networks of their sources.
func (r *Reader) Saturations(context.Context) ([]siege.Sheet, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.saturations(), nil
}

// saturations is Saturations; mu is held.
func (r *Reader) saturations() []siege.Sheet {
	all := append([]siege.Sheet{}, r.flood.sheets.All()...)
	for i := range all {
		s := &all[i]
		s.Targets, s.Samples = slices.Clone(s.Targets), slices.Clone(s.Samples)
		s.Countries, s.Networks = s.Origins(originsTold, geo.Country), s.Origins(originsTold, siege.NetworkOf)
	}
	return all
}

// keepSheets has the store remember the sheets, until ctx ends.
func (r *Reader) keepSheets(ctx context.Context) error {
	return every(ctx, sheetsEvery, func() error {
		r.writeSheets(ctx)
		return nil
	})
}

// writeSheets has the store remember the sheets, where they changed.
func (r *Reader) writeSheets(ctx context.Context) {
	s := r.record.opened()
	if s == nil {
		return
	}
	r.mu.Lock()
	due := r.flood.noted
	r.flood.noted = false
	text, err := r.flood.sheets.Write()
	r.mu.Unlock()
	if err == nil && due {
		err = s.Remember(ctx, keySheets, text)
	}
	if err != nil {
		r.log.Warn("the sheets of saturations are not remembered", "err", err)
	}
}

package reader

import (
	"context"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/library"
	"abri.example/abri/store"
)

// ledgerEvery is how often devices, contacts and questions are written down.
const ledgerEvery = time.Minute

// keepLedger writes down who is who, with whom they spoke and what they asked for, until ctx ends, and then once more.
func (r *Reader) keepLedger(ctx context.Context) error {
	err := every(ctx, ledgerEvery, func() error {
		r.writeLedger(ctx)
		return nil
	})
	r.writeLedger(context.WithoutCancel(ctx))
	return err
}

// writeLedger gives the store what waits. What it does not take is lost: it only serves to rehearse and to look back.
func (r *Reader) writeLedger(ctx context.Context) {
	s := r.record.opened()
	if s == nil {
		return
	}
	r.writeDevices(ctx, s)
	r.writeLine(ctx, s)
	r.writeDepartures(ctx, s)
	if batch := r.contacts.take(); len(batch) > 0 {
		if err := s.AddContacts(ctx, batch); err != nil {
			r.log.Warn("contacts are not remembered", "contacts", len(batch), "err", err)
		}
	}
	if batch := r.questions.take(); len(batch) > 0 {
		if err := s.AddQuestions(ctx, batch); err != nil {
			r.log.Warn("questions are not remembered", "questions", len(batch), "err", err)
		}
	}
}

// sinceDays is the first of the last days, today among them.
func (r *Reader) sinceDays(n int) abri.Day { return abri.DayOf(r.now(), r.today.location).Add(1 - n) }

// met are the addresses with which the site spoke in the last days.
func (r *Reader) met(ctx context.Context, days int) []store.Met {
	r.writeLedger(ctx)
	s := r.record.opened()
	if s == nil {
		return nil
	}
	all, err := s.Met(ctx, r.sinceDays(days))
	if err != nil {
		r.log.Warn("the contacts of this site can't be read", "err", err)
	}
	return all
}

// weekOfContacts are the contacts that a new list is held against, and on how many days each was met.
func (r *Reader) weekOfContacts() []library.Contact {
	met := r.met(context.Background(), 7)
	out := make([]library.Contact, 0, len(met))
	for _, m := range met {
		out = append(out, library.Contact{Outside: m.Outside, Days: m.Days})
	}
	s := r.record.opened()
	if s == nil {
		return out
	}
	asked, err := s.Asked(context.Background(), r.sinceDays(7))
	if err != nil {
		r.log.Warn("the questions of this site can't be read", "err", err)
	}
	for _, a := range asked {
		out = append(out, library.Contact{Name: a.Name, Days: a.Days})
	}
	return out
}

package reader

import (
	"cmp"
	"context"

	"slices"
	"time"

	"crypto/sha256"
	"encoding/hex"

	abri "abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/store"
)

// How far back a new entry of a list is held against the site's contacts and questions, and how many attacks one version
// may become: what is beyond is told in the log.
const (
	huntDays = 90
	mostHunt = 100
)

// hunt looks back: whoever of this site spoke with what a list names only now, or asked for its name, becomes an attack
// dated then. It was not stopped, for nobody knew.
func (r *Reader) hunt(name string, before, next *feed.List) {
	ctx := context.Background()
	s := r.record.opened()
	if s == nil {
		return
	}
	fresh := feed.FreshOf(before, next)
	found, err := r.huntAddresses(ctx, s, fresh, next.Info())
	if err == nil {
		var named []abri.Attack
		named, err = r.huntNames(ctx, s, fresh, next.Info())
		found = append(found, named...)
	}
	if err != nil {
		r.log.Warn("the contacts of this site can't be read", "err", err)
	}
	slices.SortStableFunc(found, func(a, b abri.Attack) int { return a.First.Compare(b.First) })
	if len(found) > mostHunt {
		r.log.Warn("a list names more of this site's contacts than is believed at once; the latest are told", "list", name, "contacts", len(found))
		found = found[len(found)-mostHunt:]
	}
	for _, a := range found {
		r.log.Warn("a device of this site spoke with a host that a list names since today", "list", name,
			"first", a.First.Format(time.DateTime), "last", a.Last.Format(time.DateTime), "bytes", a.Bytes)
	}
	if len(found) == 0 {
		return
	}
	r.record.note(found)
	r.mu.Lock()
	r.found = slices.Concat(found, r.found)
	r.found = r.found[:min(len(r.found), mostHunt)]
	r.mu.Unlock()
	r.watch.tell()
}

// huntAddresses finds those who spoke with an address that is new on a list.
func (r *Reader) huntAddresses(ctx context.Context, s *store.Store, fresh feed.Fresh, list feed.Info) (found []abri.Attack, err error) {
	for _, m := range r.met(ctx, huntDays) {
		entry, ok := fresh.Find(m.Outside)
		if !ok {
			continue
		}
		contacts, err := s.ContactsWith(ctx, m.Outside, r.sinceDays(huntDays))
		if err != nil {
			return found, err
		}
		found = append(found, lookBack(contacts, abri.Why{Entry: entry}, list, r.seed, r.now())...)
	}
	return found, nil
}

// huntNames finds those who asked for a name that is new on a list.
func (r *Reader) huntNames(ctx context.Context, s *store.Store, fresh feed.Fresh, list feed.Info) (found []abri.Attack, err error) {
	asked, err := s.Asked(ctx, r.sinceDays(huntDays))
	for _, a := range asked {
		entry, ok := fresh.FindName(a.Name)
		if !ok {
			continue
		}
		questions, err := s.QuestionsFor(ctx, a.Name, r.sinceDays(huntDays))
		if err != nil {
			return found, err
		}
		contacts := make([]store.Contact, len(questions))
		for i, q := range questions {
			contacts[i] = store.Contact{Day: q.Day, Device: q.Device, Called: q.Called, Flows: q.Times, First: q.First, Last: q.Last}
		}
		why := abri.Why{Evidence: []abri.Evidence{{Name: abri.EvidenceAsked, Value: a.Name}, {Name: "listed", Value: entry}}}
		found = append(found, lookBack(contacts, why, list, r.seed, r.now())...)
	}
	return found, err
}

// quiet is the pause after which an outward attack has ended.
const quiet = 24 * time.Hour

// lookBack makes the attacks that the contacts with one listed host are. An attack has the same id whichever list names it,
// so that a second list adds nothing. why has what was listed: an entry, or a name among its evidence.
func lookBack(contacts []store.Contact, why abri.Why, list feed.Info, seed string, now time.Time) []abri.Attack {
	slices.SortFunc(contacts, func(a, b store.Contact) int {
		return cmp.Or(a.Device.Compare(b.Device), a.First.Compare(b.First))
	})
	var out []abri.Attack
	for _, c := range contacts {
		if n := len(out); n > 0 && out[n-1].Inside == c.Device && c.First.Sub(out[n-1].Last) <= quiet {
			a := &out[n-1]
			a.Last, a.Attempts, a.Bytes, a.Device = c.Last, a.Attempts+c.Flows, a.Bytes+c.Bytes, cmp.Or(c.Called, a.Device)
			continue
		}
		out = append(out, lookedBack(c, why, list, seed, now))
	}
	return out
}

func lookedBack(c store.Contact, why abri.Why, list feed.Info, seed string, now time.Time) abri.Attack {
	a := abri.Attack{
		Revision: 1, Kind: list.Outward, Service: abri.Other, Direction: abri.Out,
		Outside: c.Outside, Inside: c.Device, Device: c.Called, First: c.First, Last: c.Last, Day: c.Day,
		Attempts: c.Flows, Bytes: c.Bytes, Sources: 1, Outcome: abri.Observed, Answered: c.Outside.IsValid(), Ended: true, Why: why,
	}
	host := c.Outside.String()
	for _, e := range why.Evidence {
		if e.Name == abri.EvidenceAsked {
			a.Service, host = abri.DNS, e.Value
		}
	}
	a.Why.Rule, a.Why.List, a.Why.Publisher, a.Why.Dated = abri.RuleLooked, list.Name, list.Publisher, list.Dated
	a.Why.Evidence = append([]abri.Evidence{
		{Name: abri.EvidenceLooked, Value: now.Format(time.DateOnly)}, {Name: abri.EvidenceSpoke, Value: string(c.Day)},
	}, why.Evidence...)
	id := sha256.Sum256([]byte("looked back\x00" + seed + "\x00" + string(list.Outward) + "\x00" + string(c.Day) + "\x00" + c.Device.String() + "\x00" + host))
	a.ID = hex.EncodeToString(id[:12])
	return a
}

// foundFor is for how many days what was found by looking back is shown.
const foundFor = 7

// found are the attacks that were found by looking back, as the store has them.
func (r *record) found(ctx context.Context) []abri.Attack {
	s := r.opened()
	if s == nil {
		return nil
	}
	all, err := s.LookedBack(ctx, mostHunt)
	r.did(err)
	return all
}

// foundSince are those that were found on a day or after, the latest first.
func foundSince(all []abri.Attack, since abri.Day) (out []abri.Attack) {
	for _, a := range all {
		if slices.ContainsFunc(a.Why.Evidence, func(e abri.Evidence) bool { return e.Name == abri.EvidenceLooked && abri.Day(e.Value) >= since }) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b abri.Attack) int { return b.Last.Compare(a.Last) })
	return out
}

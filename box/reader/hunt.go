package reader

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/store"
)

// How far back a new entry of a list is held against the site's contacts, and how many attacks one version may become:
// what is beyond is told in the log.
const (
	huntDays = 90
	mostHunt = 100
)

// hunt looks back: whoever of this site spoke with what a list names only now becomes an attack dated then. It was not
// stopped, for nobody knew.
func (r *Reader) hunt(name string, before, next *feed.List) {
	ctx := context.Background()
	fresh := feed.FreshOf(before, next)
	var found []abri.Attack
	for _, m := range r.met(ctx, huntDays) {
		entry, ok := fresh.Find(m.Outside)
		s := r.record.opened()
		if !ok || s == nil {
			continue
		}
		contacts, err := s.ContactsWith(ctx, m.Outside, r.sinceDays(huntDays))
		if err != nil {
			r.log.Warn("the contacts of this site can't be read", "err", err)
			return
		}
		found = append(found, lookBack(contacts, entry, next.Info(), r.seed, r.now())...)
	}
	slices.SortStableFunc(found, func(a, b abri.Attack) int { return a.First.Compare(b.First) })
	if len(found) > mostHunt {
		r.log.Warn("a list names more of this site's contacts than is believed at once; the latest are told", "list", name, "contacts", len(found))
		found = found[len(found)-mostHunt:]
	}
	for _, a := range found {
		r.log.Warn("a device of this site spoke with an address that a list names since today", "list", name, "device", a.Inside,
			"address", a.Outside, "first", a.First.Format(time.DateTime), "last", a.Last.Format(time.DateTime), "bytes", a.Bytes)
	}
	r.record.note(found)
}

// quiet is the pause after which an outward attack has ended.
const quiet = 24 * time.Hour

// lookBack makes the attacks that the contacts with one listed address are. An attack has the same id whichever list
// names it, so that a second list adds nothing.
func lookBack(contacts []store.Contact, entry netip.Prefix, list feed.Info, seed string, now time.Time) []abri.Attack {
	slices.SortFunc(contacts, func(a, b store.Contact) int {
		return cmp.Or(a.Device.Compare(b.Device), a.First.Compare(b.First))
	})
	var out []abri.Attack
	for _, c := range contacts {
		if n := len(out); n > 0 && out[n-1].Inside == c.Device && c.First.Sub(out[n-1].Last) <= quiet {
			a := &out[n-1]
			a.Last, a.Attempts, a.Bytes = c.Last, a.Attempts+c.Flows, a.Bytes+c.Bytes
			continue
		}
		out = append(out, lookedBack(c, entry, list, seed, now))
	}
	return out
}

func lookedBack(c store.Contact, entry netip.Prefix, list feed.Info, seed string, now time.Time) abri.Attack {
	id := sha256.Sum256([]byte("looked back\x00" + seed + "\x00" + string(list.Outward) + "\x00" + string(c.Day) + "\x00" + c.Device.String() + "\x00" + c.Outside.String()))
	return abri.Attack{
		ID: hex.EncodeToString(id[:12]), Revision: 1, Kind: list.Outward, Service: abri.Other, Direction: abri.Out,
		Outside: c.Outside, Inside: c.Device, First: c.First, Last: c.Last, Day: c.Day,
		Attempts: c.Flows, Bytes: c.Bytes, Sources: 1, Outcome: abri.Observed, Answered: true, Ended: true,
		Why: abri.Why{Rule: abri.RuleList, List: list.Name, Publisher: list.Publisher, Entry: entry, Dated: list.Dated,
			Evidence: []abri.Evidence{{Name: "looked-back", Value: now.Format(time.DateOnly)}}},
	}
}

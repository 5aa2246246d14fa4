package web

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"time"

	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/view"
)

// glance is what the last look at the ledger saw, for all who watch.
type glance struct {
	at   time.Time
	mark uint64
}

// watched is what is looked at. All of somebody's own is another thing for each person.
type watched struct {
	ledger.Scope
	person string
}

// heartbeat is how long a stream may be silent.
const heartbeat = 15 * time.Second

// events holds a stream open that says when the map changed; the script then fetches /fragment. Beyond MaxWatchers the
// page asks each minute instead.
func (h *house) events(w http.ResponseWriter, r *http.Request, who *visitor) {
	at, err := h.lookingAt(r, who)
	if err != nil {
		h.fault(w, r, err)
		return
	}
	select {
	case h.seats <- struct{}{}:
		defer func() { <-h.seats }()
	default:
		http.Error(w, "too many watch at once; the page asks each minute instead", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	last, err := h.glance(r.Context(), who, at.Scope)
	tick := time.NewTicker(h.Pace)
	defer tick.Stop()
	for err == nil {
		if _, err = io.WriteString(w, ": ici\n\n"); err != nil {
			return
		}
		_ = control.SetWriteDeadline(time.Now().Add(2 * heartbeat))
		if control.Flush() != nil {
			return
		}
		if in, err := h.who(r); err != nil || in.ID != who.ID || in.Role != who.Role { // signed out, or he may less now
			return
		}
		for beat := time.Now(); time.Since(beat) < heartbeat; {
			select {
			case <-r.Context().Done():
				return
			case <-tick.C:
			}
			mark, err := h.glance(r.Context(), who, at.Scope)
			if err != nil || mark == last {
				continue
			}
			last = mark
			if _, err := io.WriteString(w, "event: changed\ndata: 1\n\n"); err != nil || control.Flush() != nil {
				return
			}
		}
	}
}

// glance gives a number that changes with the map of a scope, and with nothing outside it. However many watch, it is looked
// at once in a Pace. What nobody watched for a while is forgotten.
func (h *house) glance(ctx context.Context, who *visitor, scope ledger.Scope) (uint64, error) {
	h.looking.Lock()
	defer h.looking.Unlock()
	now, at := h.Now(), watched{Scope: scope}
	if scope == view.Mine {
		at.person = who.ID
	}
	last := h.looked[at]
	if now.Sub(last.at) < h.Pace && !now.Before(last.at) {
		return last.mark, nil
	}
	sites, err := who.Standings(ctx, scope, now)
	if err != nil {
		return last.mark, err
	}
	f := fnv.New64a()
	for _, s := range sites {
		fmt.Fprintf(f, "%d %s %s %d\n", s.Number, s.Sky, s.Rollout, s.Attacks)
	}
	if len(h.looked) > h.MaxWatchers {
		clear(h.looked)
	}
	h.looked[at] = glance{now, f.Sum64()}
	return h.looked[at].mark, nil
}

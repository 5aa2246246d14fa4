package siege

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"abri.example/abri"
)

// bar is a new site's, of openings a second.
const bar = 200

// opening is a connection that somebody asks for, at a time since the play began.
type opening struct {
	at     time.Duration
	id     int
	waits  []time.Duration // before he asks again
	forged bool
}

// connections are what a visitor opens at once.
const connections = 6

// arrive gives openings at a rate that goes evenly from one to another: of visitors who wait in these ways in turn, forged ones
// where there is none.
func arrive(from, lasting time.Duration, rate, later float64, ways ...[]time.Duration) (all []opening) {
	for at := from; at < from+lasting; {
		o := opening{at: at, id: len(all)<<20 | int(from>>20), forged: len(ways) == 0}
		if !o.forged {
			o.waits = ways[len(all)/connections%len(ways)]
		}
		all = append(all, o)
		share := float64(at-from) / float64(lasting)
		at += time.Duration(float64(time.Second) / (rate + share*(later-rate)))
	}
	return all
}

// scene is a machine behind a gate that does as gate/kernel/flood.h: above the bar it lets nobody in but who comes again. Who is
// known from before only makes it easier to tell, and nobody is.
type scene struct {
	way  time.Duration // there and back
	loss int           // of a hundred packets from outside, so many are lost
	deaf bool          // the machine answers nobody

	random *rand.Rand
	due    time.Duration // when the bucket is empty
	until  time.Duration // no opening passes that did not come before
	held   time.Duration // the first
	first  time.Duration // after a pause
	latest time.Duration
	seen   map[int]bool // connections that were held back
	passed []opening    // which came for the first time
	report Report
}

// play gives when the first opening was held back and when a flood was told, 0 for never.
func (s *scene) play(all []opening) (held, told time.Duration) {
	earlier := func(a, b opening) int { return cmp.Compare(a.at, b.at) }
	all = slices.Clone(all)
	slices.SortStableFunc(all, earlier)
	s.random, s.seen, s.latest = rand.New(rand.NewPCG(1, 2)), map[int]bool{}, -pause-1
	w := NewWatch()
	for now, quiet := time.Duration(0), 0; len(all) > 0 || quiet < 40; quiet++ { // ten seconds
		now += time.Second / 4
		s.report = Report{Target: site, Pressure: abri.Openings, Service: abri.Web, Sources: s.report.Sources}
		n := 0
		var again []opening
		for ; n < len(all) && all[n].at <= now; n++ {
			o := all[n]
			if s.comesThrough(o) && !s.deaf || len(o.waits) == 0 {
				continue
			}
			again = append(again, opening{at: o.at + o.waits[0], id: o.id, waits: o.waits[1:]})
		}
		if n > 0 {
			quiet = 0
			all = slices.Concat(again, all[n:])
			slices.SortStableFunc(all, earlier)
		}
		s.look(now)
		if len(w.Observe(monday.Add(now), []Report{s.report})) > 0 {
			return s.held, now
		}
	}
	return s.held, 0
}

// comesThrough reports whether an opening reaches the machine.
func (s *scene) comesThrough(o opening) bool {
	const gap, burst, after = time.Second / bar, max(halfOpen, bar/2), 3 * time.Second
	if s.random.IntN(100) < s.loss {
		return false
	}
	if s.report.Arrived++; s.seen[o.id] {
		s.report.Returned++
		delete(s.seen, o.id) // it is let in once
		return true
	}
	next := max(s.due, o.at) + gap
	if next > o.at+burst*gap {
		s.until = o.at + after
		next = s.due
	}
	s.due = next
	if s.until <= o.at {
		s.passed = append(s.passed, o)
		return true
	}
	if s.held == 0 {
		s.held = o.at
	}
	if o.at-s.latest > pause {
		s.first = o.at
	}
	s.latest = o.at
	s.seen[o.id] = true
	s.report.Held++
	s.report.Sources++
	return false
}

// pause is how long the keeper looks back, and on, from the first that is held back after nothing was for so long.
const pause = 3 * time.Second

// look tells how those behaved who were let in before, as the keeper does.
func (s *scene) look(now time.Duration) {
	if s.held == 0 || s.deaf || now-s.first > pause {
		return
	}
	for _, o := range s.passed {
		switch {
		case o.at > s.first || s.first-o.at > pause:
		case !o.forged && now-o.at >= s.way:
			s.report.Joined++
		case now-o.at >= time.Second:
			s.report.Silent++
		}
	}
}

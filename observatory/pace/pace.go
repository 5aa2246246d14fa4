// Package pace keeps each of many to a pace: what one asks too often does not cost the others.
package pace

import (
	"sync"
	"time"
)

// most bounds whose pace is remembered. Beyond it all is forgotten, and everybody begins anew.
const most = 100_000

// Paces are buckets, one of each K, that hold a burst and fill at a rate a second. Safe for concurrent use.
type Paces[K comparable] struct {
	burst, rate float64
	mu          sync.Mutex
	all         map[K]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// New makes paces.
func New[K comparable](burst, rate float64) *Paces[K] {
	return &Paces[K]{burst: burst, rate: rate, all: map[K]bucket{}}
}

// May takes one from a bucket, and reports whether there was one.
func (p *Paces[K]) May(who K, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	x, ok := p.all[who]
	if !ok {
		if len(p.all) >= most {
			clear(p.all)
		}
		x = bucket{p.burst, now}
	}
	if since := now.Sub(x.at).Seconds(); since > 0 {
		x.left = min(p.burst, x.left+since*p.rate)
		x.at = now
	}
	ok = x.left >= 1
	if ok {
		x.left--
	}
	p.all[who] = x
	return ok
}

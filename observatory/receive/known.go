package receive

import (
	"crypto/sha256"
	"crypto/x509"
	"sync"
	"time"

	"abri.example/abri/fleet"
)

// mostKnown bounds what is remembered of boxes. Beyond it, all of it is forgotten and learnt again.
const mostKnown = 100_000

// acquaintances remembers whose certificates were found good, so that signatures are not checked at each request. That
// a box was revoked is not its business: the ledger looks at each report.
type acquaintances struct {
	mu  sync.Mutex
	all map[[sha256.Size]byte]fleet.Identity
}

func newAcquaintances() *acquaintances {
	return &acquaintances{all: map[[sha256.Size]byte]fleet.Identity{}}
}

func (a *acquaintances) identify(c *x509.Certificate, now time.Time, judge func(time.Time) (fleet.Identity, error)) (fleet.Identity, error) {
	key := sha256.Sum256(c.Raw)
	a.mu.Lock()
	id, ok := a.all[key]
	a.mu.Unlock()
	if ok && now.Before(c.NotAfter) && now.After(c.NotBefore) {
		return id, nil
	}
	id, err := judge(now)
	if err != nil {
		return id, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.all) >= mostKnown {
		clear(a.all)
	}
	a.all[key] = id
	return id, nil
}

// mostAtOnce is how many reports of one box may be under way: one, and those of connections that broke and are not known to
// be gone. It keeps one box from holding what is meant for all.
const mostAtOnce = 4

// speakers are the boxes whose reports are under way, and how many.
type speakers struct {
	mu  sync.Mutex
	all map[fleet.Identity]int
}

func newSpeakers() *speakers { return &speakers{all: map[fleet.Identity]int{}} }

func (s *speakers) begin(id fleet.Identity) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all[id] >= mostAtOnce {
		return false
	}
	s.all[id]++
	return true
}

func (s *speakers) end(id fleet.Identity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all[id]--; s.all[id] == 0 {
		delete(s.all, id)
	}
}

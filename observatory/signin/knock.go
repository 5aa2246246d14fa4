package signin

import (
	"net/netip"
	"sync"
	"time"

	"abri.example/abri"
)

// Within a while, how many tries may fail from one place before nothing from there is looked at, how many challenges one
// place may have, and how many failures are noted one by one. Each process counts for itself.
const (
	while        = 15 * time.Minute
	mostFailures = 10
	mostBegun    = 60
	mostNoted    = 200
	mostPlaces   = 4096
)

func tooMany() error {
	return &abri.Error{Code: abri.CodeFull, What: "too many tries from here", Remedy: "wait a quarter of an hour"}
}

// knocks counts by place within a while. The zero value is ready; it is safe for concurrent use, and bounded: beyond
// mostPlaces all others are counted as one.
type knocks struct {
	mu sync.Mutex
	at map[string]tally
}

type tally struct {
	since time.Time
	n     int
}

// count counts one more and gives how many that makes.
func (k *knocks) count(where string, now time.Time) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at == nil {
		k.at = map[string]tally{}
	}
	where = k.known(where, now)
	t := k.at[where]
	if over(t.since, now, while) {
		t = tally{since: now}
	}
	t.n++
	k.at[where] = t
	return t.n
}

// many reports whether so many were counted.
func (k *knocks) many(where string, now time.Time, most int) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	t := k.at[k.known(where, now)]
	return !over(t.since, now, while) && t.n >= most
}

// known is where a place is counted.
func (k *knocks) known(where string, now time.Time) string {
	if _, ok := k.at[where]; ok || len(k.at) < mostPlaces {
		return where
	}
	for w, t := range k.at {
		if over(t.since, now, while) {
			delete(k.at, w)
		}
	}
	if len(k.at) < mostPlaces {
		return where
	}
	return "others"
}

// place is where somebody tries from: an address, and of IPv6 its /64, which is one household's.
func place(origin string) string {
	a, err := netip.ParseAddr(origin)
	if err != nil {
		return origin
	}
	a = a.Unmap().WithZone("")
	bits := 32
	if a.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(a, bits).Masked().String()
}

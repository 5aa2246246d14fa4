package detect

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// scanner tells of research scanners that say who they are and publish the addresses they come from: noise, once for
// each conversation, when it ends. What they do beyond knocking is for the other detectors. It keeps nothing.
type scanner struct{}

func (scanner) Observe(time.Time, *flow.Flow, *packet.Headers, func(abri.Finding)) {}

func (scanner) End(at time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if f.Direction != abri.In || settled(f) {
		return
	}
	who, ok := ResearchScanner(f.Outside)
	if !ok {
		return
	}
	n := f.FindingOf(abri.Scan, at, abri.Why{
		Rule:     abri.RuleScanner,
		Evidence: []abri.Evidence{{Name: "who", Value: who}},
	})
	n.Noise = true
	emit(n)
}

// ResearchScanner names the research scanner that publishes the address as one of its own, such as "Censys". It is
// safe for concurrent use.
func ResearchScanner(a netip.Addr) (who string, ok bool) {
	a = a.Unmap()
	after, found := slices.BinarySearchFunc(published, a, func(p publication, a netip.Addr) int { return p.from.Addr().Compare(a) })
	if !found {
		after--
	}
	if after < 0 || !published[after].from.Contains(a) {
		return "", false
	}
	return published[after].who, true
}

// publication is one prefix that a research scanner publishes.
type publication struct {
	from netip.Prefix
	who  string
}

// published is scanners by address. No two of the prefixes overlap, so an address can only be in the last that begins
// before it: each new conversation is looked up, and in a flood they all are new.
var published = func() []publication {
	var all []publication
	for _, s := range scanners {
		for _, p := range s.from {
			all = append(all, publication{p, s.who})
		}
	}
	slices.SortFunc(all, func(a, b publication) int { return a.from.Compare(b.from) })
	return all
}()

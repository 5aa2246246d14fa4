package detect

import (
	"net/netip"
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
	n := finding(at, f, abri.Scan, abri.Why{
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
	for _, s := range scanners {
		for _, p := range s.from {
			if p.Contains(a) {
				return s.who, true
			}
		}
	}
	return "", false
}

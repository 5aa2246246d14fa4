package siege

import "net/netip"

// probes are what became of the box's own questions to its gateway and its resolvers. Who answers in calm and no more in an
// attack stands behind a line that is full; who never answered says nothing.
type probes struct{ of map[netip.Addr]*habit }

// habit is how one of them answers, in calm and lately.
type habit struct {
	calm   int // of a hundred questions, by what came lately
	asked  int // in calm
	recent [recentProbes]bool
	n      int // questions in the attack that goes on
}

const (
	recentProbes = 10
	fewProbes    = 5  // in calm, and in an attack, or nothing is known
	mostProbed   = 16 // gateways and resolvers
	reliable     = 90 // of a hundred questions, answered in calm
)

// take notes an answer, or that there was none.
func (p *probes) take(to netip.Addr, answered, besieged bool) {
	h := p.of[to]
	if h == nil {
		if len(p.of) >= mostProbed {
			return
		}
		if p.of == nil {
			p.of = map[netip.Addr]*habit{}
		}
		h = &habit{calm: 100}
		p.of[to] = h
	}
	if besieged {
		h.recent[h.n%recentProbes] = answered
		h.n++
		return
	}
	h.n = 0
	h.asked++
	now := 0
	if answered {
		now = 100
	}
	h.calm += (now - h.calm + sign(now-h.calm)*(calmProbes-1)) / calmProbes
}

// calmProbes is over how many questions the habit is.
const calmProbes = 20

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// lost is the greatest share of lost questions, in per cent, of those who answer in calm.
func (p *probes) lost() (percent int) {
	for _, h := range p.of {
		if h.n < fewProbes || h.asked < fewProbes || h.calm < reliable {
			continue
		}
		n, lost := min(h.n, recentProbes), 0
		for i := range n {
			if !h.recent[i] {
				lost++
			}
		}
		percent = max(percent, 100*lost/n)
	}
	return percent
}

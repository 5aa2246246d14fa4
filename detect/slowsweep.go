package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// How many slow connections to one server are too many, at once.
const (
	slowOne  = 20 // of one source: a slow line has six
	slowNet  = 40 // of its network
	slowAll  = 60 // of all together; then those go first who hold more than
	slowSome = 6
	slowTold = 1024 // in one sweep
)

// holder is who holds connections to a server: a source (an address, or an IPv6 /64), its network (/24, /48), or, without
// a prefix, all.
type holder struct {
	who    netip.Prefix
	server netip.AddrPort
}

// held is how many connections somebody holds, how many of them get nowhere, and how many more have begun a head and not
// ended it.
type held struct{ open, slow, begun int }

// stuck is how many get nowhere, as far as one source is concerned.
func (h *held) stuck() int { return h.slow + h.begun }

// sweep looks at all connections at once, and tells of the slow ones of who holds too many.
func (s *slow) sweep(at time.Time, emit func(abri.Finding)) {
	s.swept = at
	if !s.waits(at) {
		return
	}
	counts := s.count(at)
	told := 0
	s.connections.each(func(k ends, p *progress) {
		slow := p.isSlow(at)
		if p.told || told == slowTold || !slow && !p.isBegun(at) {
			return
		}
		if n, crowd := guilt(k, slow, counts); n > 0 {
			p.told = true
			told++
			emit(p.finding(at, n, crowd))
		}
	})
}

// waits reports whether anything might be told.
func (s *slow) waits(at time.Time) (any bool) {
	s.connections.each(func(_ ends, p *progress) {
		any = any || !p.told && (p.isSlow(at) || p.isBegun(at))
	})
	return any
}

// count gives what everybody holds.
func (s *slow) count(at time.Time) map[holder]*held {
	counts := map[holder]*held{}
	s.connections.each(func(k ends, p *progress) {
		slow := p.isSlow(at)
		begun := !slow && p.isBegun(at)
		for _, h := range holders(k) {
			c := counts[h]
			if c == nil {
				c = &held{}
				counts[h] = c
			}
			c.open++
			if slow {
				c.slow++
			} else if begun {
				c.begun++
			}
		}
	})
	return counts
}

// holders are the three that a connection counts for.
func holders(k ends) [3]holder {
	source, network := 32, 24
	if k.client.Addr().Is6() {
		source, network = 64, 48
	}
	one, _ := k.client.Addr().Prefix(source)
	all, _ := k.client.Addr().Prefix(network)
	return [3]holder{{one, k.server}, {all, k.server}, {netip.Prefix{}, k.server}}
}

// guilt gives how many slow connections are too many of whom this one is, 0 where none are; and whom, source or network, to
// give no other. A head that has begun counts against its source alone. Where most connections of an address get on (a
// proxy's, an office's), only those end that don't.
func guilt(k ends, slow bool, counts map[holder]*held) (n int, crowd netip.Prefix) {
	h := holders(k)
	one, network, all := counts[h[0]], counts[h[1]], counts[h[2]]
	most := func(stuck int, of *held) bool { return 2*stuck >= of.open }
	switch {
	case one.stuck() >= slowOne:
		n = one.stuck()
		if most(n, one) {
			crowd = h[0].who
		}
	case !slow:
	case network.slow >= slowNet:
		n = network.slow
		if most(n, network) {
			crowd = h[1].who
		}
	case all.slow >= slowAll:
		n = all.slow
		if one.slow > slowSome && most(one.slow, one) {
			crowd = h[0].who
		}
	}
	return n, crowd
}

// finding says what is known of a connection, to be ended.
func (p *progress) finding(at time.Time, n int, crowd netip.Prefix) abri.Finding {
	since := p.asked.since
	if p.shut.now {
		since = p.shut.since
	}
	f := p.at
	f.At, f.Await, f.Crowd = at, p.awaits, crowd
	f.Why = because(abri.SlowDoS, "connections", n, "seconds", seconds(at.Sub(since)))
	return f
}

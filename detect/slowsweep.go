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

// held is how many connections somebody holds, and how many of them get nowhere.
type held struct{ open, slow int }

// sweep looks at all connections at once, and tells of the slow ones of who holds too many.
func (s *slow) sweep(at time.Time, emit func(abri.Finding)) {
	s.swept = at
	counts := map[holder]*held{}
	waiting := 0
	s.connections.each(func(k ends, p *progress) {
		is := p.isSlow(at)
		if is && !p.told {
			waiting++
		}
		for _, h := range holders(k) {
			c := counts[h]
			if c == nil {
				c = &held{}
				counts[h] = c
			}
			c.open++
			if is {
				c.slow++
			}
		}
	})
	if waiting == 0 {
		return
	}
	told := 0
	s.connections.each(func(k ends, p *progress) {
		if p.told || told == slowTold || !p.isSlow(at) {
			return
		}
		if n, crowd := guilt(k, counts); n > 0 {
			p.told = true
			told++
			emit(p.finding(at, n, crowd))
		}
	})
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
// give no other. Where most connections of an address get on (a proxy's, an office's), only those end that don't.
func guilt(k ends, counts map[holder]*held) (n int, crowd netip.Prefix) {
	h := holders(k)
	one, network, all := counts[h[0]], counts[h[1]], counts[h[2]]
	most := func(c *held) bool { return 2*c.slow >= c.open }
	switch {
	case one.slow >= slowOne:
		n = one.slow
		if most(one) {
			crowd = h[0].who
		}
	case network.slow >= slowNet:
		n = network.slow
		if most(network) {
			crowd = h[1].who
		}
	case all.slow >= slowAll:
		n = all.slow
		if one.slow > slowSome && most(one) {
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

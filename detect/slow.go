package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of slow: so many connections at once to one web or mail server, each kept busy by a word now and then. The
// reasons are in docs/detection.md.
const (
	slowPairs   = 4096
	slowOne     = 20               // connections of one source
	slowAll     = 60               // of all sources
	slowAge     = 10 * time.Second // after which a request should be whole
	slowBytes   = 4096             // that a client sent at most
	slowTime    = time.Minute
	slowPerHead = 80 // bytes of a packet without data, at most
)

// slow tells of those who keep a server busy with requests that never end (Slowloris, R-U-Dead-Yet).
type slow struct {
	pairs   *memory[pair, waiting]
	servers *memory[netip.AddrPort, waiting]
}

// waiting are the connections that wait for the end of a request.
type waiting struct {
	tally       tally
	connections distinct
	told        time.Time
}

func newSlow() *slow {
	return &slow{newMemory[pair, waiting](slowPairs, slowTime), newMemory[netip.AddrPort, waiting](slowPairs, slowTime)}
}

func (s *slow) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || h.DataLength == 0 || f.Service != abri.Web && f.Service != abri.Mail || at.Sub(f.First) < slowAge {
		return
	}
	if !fromClient(f, h) || !f.Answered() || f.Up.Bytes > slowBytes || f.Down.Bytes > f.Down.Packets*slowPerHead || settled(f) {
		return
	}
	one, all := s.pairs.touch(at, pairOf(f)), s.servers.touch(at, f.Server)
	c := door(f.Client.Addr(), f.Client.Port())
	w, n := one, one.add(at, c)
	if m := all.add(at, c); n < slowOne {
		if m < slowAll {
			return
		}
		w, n = all, m
	}
	if due(at, &w.told) {
		emit(f.FindingOf(abri.SlowDoS, at, because(abri.SlowDoS, "connections", n, "seconds", seconds(at.Sub(f.First)))))
	}
}

func (*slow) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// add counts a connection, and gives how many wait within the window.
func (w *waiting) add(at time.Time, connection uint32) int {
	if w.tally.add(at, slowTime) == 1 {
		w.connections = distinct{}
	}
	w.connections.add(connection)
	return w.connections.count()
}

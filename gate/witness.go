package gate

import (
	"net/netip"

	"github.com/cilium/ebpf/link"

	"abri.example/abri"
)

// The addresses that every load lists besides what it is given: they are of the blocks for documentation (RFC 5737, RFC
// 3849), where nobody is, and serve to prove that the lists are enforced. They are in no count of entries.
var (
	Listed4 = netip.MustParseAddr("192.0.2.253")
	Listed6 = netip.MustParseAddr("2001:db8:ab:1::253")
)

// proof4 and proof6 are those addresses as the tables hold them.
var (
	proof4 = []uint64{uint64(word4(Listed4))<<8 | 32}
	proof6 = []Prefix6{{Hi: 0x2001_0db8_00ab_0001, Lo: 0x253, Bits: 128}}
)

// Witness is a further port that the gate judges, as an outside one, until it is closed.
type Witness struct {
	Port
	link link.Link
}

// Witness puts the gate's own program, the one that stands on the ports, on a further interface.
func (g *Gate) Witness(index int) (*Witness, error) {
	g.attaching.Lock()
	defer g.attaching.Unlock()
	if g.control.at == nil {
		return nil, errClosed
	}
	l, err := attachXDP(index, g.programs.AbriXdp, g.generic)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, What: "the gate cannot be attached to the port of the proof", Err: err}
	}
	p, err := describe(l, Port{Index: index, Side: abri.Outside})
	if err != nil {
		l.Close()
		return nil, err
	}
	return &Witness{p, l}, nil
}

// Close takes the program off.
func (w *Witness) Close() error { return w.link.Close() }

// Attempt tells what became of an attempt: the reason and its packets, and false where the kernel holds none.
func (g *Gate) Attempt(client, server netip.AddrPort, proto uint8) (reason Reason, packets uint64, ok bool) {
	err := g.SweepDrops(func(r *DropRecord) {
		if r.Client == client && r.Server == server && r.Proto == proto {
			reason, packets, ok = r.Reason, r.Up.Packets+r.Down.Packets, true
		}
	})
	return reason, packets, ok && err == nil
}

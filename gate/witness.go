package gate

import (
	"bytes"
	"net/netip"
	"sync/atomic"

	"github.com/cilium/ebpf/link"

	"abri.example/abri"
	"abri.example/abri/names/key"
)

// What every load lists besides what it is given: addresses of the blocks for documentation (RFC 5737, RFC 3849), where
// nobody is, and a name that nobody can have (RFC 6761). They serve to prove that the lists are enforced, and are in no
// count of entries.
var (
	Listed4 = netip.MustParseAddr("192.0.2.253")
	Listed6 = netip.MustParseAddr("2001:db8:ab:1::253")
)

// ListedName is the name of the proof.
const ListedName = "preuve.abri.test"

// proofName is its key, for the name itself.
func proofName(s key.Seed) uint64 { return s.Of([]byte(ListedName))&^scopeBits | 1 }

// proof4 and proof6 are those addresses as the tables hold them.
var (
	proof4 = []uint64{uint64(word4(Listed4))<<8 | 32}
	proof6 = []Prefix6{{Hi: 0x2001_0db8_00ab_0001, Lo: 0x253, Bits: 128}}
)

// Witness is a further port that the gate judges, as an inside one, until it is closed.
type Witness struct {
	Port
	gate *Gate
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
	p, err := describe(l, Port{Index: index, Side: abri.Inside})
	if err != nil {
		l.Close()
		return nil, err
	}
	atomic.StoreUint32(&g.control.at.Witness, uint32(index))
	return &Witness{p, g, l}, nil
}

// Close takes the program off.
func (w *Witness) Close() error {
	w.gate.attaching.Lock()
	defer w.gate.attaching.Unlock()
	if w.gate.control.at != nil {
		atomic.StoreUint32(&w.gate.control.at.Witness, 0)
	}
	return w.link.Close()
}

// Asked is how often a client asked for a name, in its form of the wire, that was or would have been stopped; 0 where the
// kernel remembers none.
func (g *Gate) Asked(client netip.Addr, name []byte) (packets uint64) {
	_ = g.SweepQuestions(func(q *Question) { // what can't be read is not there
		if q.Client.Addr() == client && bytes.Equal(q.Name, name) {
			packets = q.Packets
		}
	})
	return packets
}

// Attempt tells what became of an attempt: the reason and its packets, and false where the kernel holds none.
func (g *Gate) Attempt(client, server netip.AddrPort, proto uint8) (reason Reason, packets uint64, ok bool) {
	err := g.SweepDrops(func(r *DropRecord) {
		if r.Client == client && r.Server == server && r.Proto == proto {
			reason, packets, ok = r.Reason, r.Up.Packets+r.Down.Packets, true
		}
	})
	return reason, packets, ok && err == nil
}

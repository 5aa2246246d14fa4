package gate

import (
	"errors"
	"net/netip"
	"time"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// Half is one direction of a conversation. Bytes are of the IP packets, Flags all TCP flags seen. Times are of Monotonic
// (0: no packet): First is exact, Last to a tick of the kernel, which is 10 ms at most.
type Half struct {
	Packets, Bytes uint64
	First, Last    int64
	Flags          uint8
}

// FlowRecord is a conversation that passes. Counters are cumulative since the entry was made; First tells one
// incarnation of a pair of ends from the next. Later fragments are in no conversation.
type FlowRecord struct {
	Client, Server netip.AddrPort // the client sent the first packet the table holds, or got the first SYN+ACK
	Proto          uint8          // IANA number
	Side           abri.Side      // the client's; Inside also for the box itself
	Own            bool           // the box itself is the client
	First, Last    int64          // of Monotonic
	Up, Down       Half           // what the client sent, what the server sent
}

// DropRecord is an attempt that was stopped, or would have been.
type DropRecord struct {
	FlowRecord
	Reason  Reason
	Matched netip.Addr // the end that is listed or banned; the zero Addr when the reason is another
	Dropped bool       // something of it was really stopped
}

// How long an entry stays after its last packet. An ended TCP connection is kept for a last look.
const (
	quietEnded = time.Minute
	quietTCP   = 2 * time.Hour
	quiet      = 10 * time.Minute
	protoTCP   = 6
	flagFIN    = 1
	flagRST    = 4
)

// Sweep gives each conversation of the table to fn, then removes it when it is over: a minute after the end of a TCP
// connection, two hours after the last packet of an open one, ten minutes after that of anything else. fn's record is
// reused; fn must not call Sweep.
func (g *Gate) Sweep(fn func(*FlowRecord)) error {
	var rec FlowRecord
	return sweep(g.maps.Flows, func(k *kernelFlowKey, t *kernelTally, now int64) bool {
		rec.fill(k, t)
		fn(&rec)
		return rec.over(now)
	})
}

// Look gives each conversation of the table to fn, and removes none. fn's record is reused.
func (g *Gate) Look(fn func(*FlowRecord)) error {
	var rec FlowRecord
	return sweep(g.maps.Flows, func(k *kernelFlowKey, t *kernelTally, _ int64) bool {
		rec.fill(k, t)
		fn(&rec)
		return false
	})
}

// SweepDrops gives each attempt to fn, then removes those quiet for ten minutes. fn's record is reused.
func (g *Gate) SweepDrops(fn func(*DropRecord)) error {
	var rec DropRecord
	return sweep(g.maps.Drops, func(k *kernelFlowKey, t *kernelTally, now int64) bool {
		rec.fill(k, t)
		rec.Reason = Reason(t.Reason)
		rec.Dropped = rec.Reason.Dropped()
		rec.Matched = netip.Addr{}
		switch t.Matched {
		case 1:
			rec.Matched = wire{k.A.Hi, k.A.Lo}.addr()
		case 2:
			rec.Matched = wire{k.B.Hi, k.B.Lo}.addr()
		}
		fn(&rec)
		return now-rec.Last > int64(quiet)
	})
}

func (r *FlowRecord) fill(k *kernelFlowKey, t *kernelTally) {
	a := netip.AddrPortFrom(wire{k.A.Hi, k.A.Lo}.addr(), k.A_port)
	b := netip.AddrPortFrom(wire{k.B.Hi, k.B.Lo}.addr(), k.B_port)
	up, down := half(&t.Half[0]), half(&t.Half[1])
	if t.Initiator == 1 {
		a, b, up, down = b, a, down, up
	}
	r.Client, r.Server, r.Up, r.Down, r.Proto = a, b, up, down, k.Proto
	r.Side, r.Own = sideOf(t.Side)
	r.First, r.Last = up.First, max(up.Last, down.Last)
	if r.First == 0 || (down.First != 0 && down.First < r.First) {
		r.First = down.First
	}
}

func half(h *kernelHalf) Half {
	return Half{h.Packets, h.Bytes, int64(h.First), int64(h.Last), h.Flags}
}

func (r *FlowRecord) over(now int64) bool {
	idle := time.Duration(now - r.Last)
	if r.Proto != protoTCP {
		return idle > quiet
	}
	ended := (r.Up.Flags|r.Down.Flags)&flagRST != 0 || r.Up.Flags&r.Down.Flags&flagFIN != 0
	return idle > quietTCP || (ended && idle > quietEnded)
}

// sweep reads a table in batches and deletes the entries that fn says are over.
func sweep(m *ebpf.Map, fn func(*kernelFlowKey, *kernelTally, int64) bool) error {
	now, size := Monotonic(), 4096
	var cursor ebpf.MapBatchCursor
	keys, tallies := make([]kernelFlowKey, size), make([]kernelTally, size)
	var over []kernelFlowKey
	for {
		n, err := m.BatchLookup(&cursor, keys, tallies, nil)
		for i := range n {
			if fn(&keys[i], &tallies[i], now) {
				over = append(over, keys[i])
			}
		}
		if errors.Is(err, ebpf.ErrKeyNotExist) {
			break
		}
		if err != nil {
			return &abri.Error{Code: abri.CodeUnavailable, What: "the table cannot be read", Err: err}
		}
	}
	for i := range over {
		if err := m.Delete(&over[i]); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
			return &abri.Error{Code: abri.CodeUnavailable, What: "the table cannot be tidied", Err: err}
		}
	}
	return nil
}

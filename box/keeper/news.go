package keeper

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"os"
	"sync"
	"time"

	"abri.example/abri/box/order"
	"abri.example/abri/gate"
)

// Every how often the kernel's tables are swept, and the heart beats.
const (
	sweepEvery = time.Second
	beatEvery  = 500 * time.Millisecond
	// A reader that has not spoken for this long is taken for dead or hung: the gate then makes no more copies, and
	// after its grace time does what the configuration chose.
	readerPatience = 3 * time.Second
)

// news is the way to the reader that lives now. A reader that dies takes its Teller with it; what the kernel counted
// meanwhile is told to the next.
type news struct {
	mu    sync.Mutex
	tell  *order.Teller // nil while there is no reader
	hurry chan struct{} // something waits to be flushed
}

func newNews() *news { return &news{hurry: make(chan struct{}, 1)} }

// lead sends news to w from now on; nil to nobody.
func (n *news) lead(w io.Writer) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.tell = nil
	if w != nil {
		n.tell = order.NewTeller(w)
	}
}

// say runs f with the Teller, when there is a reader. An error ends the way; the reader's death is told elsewhere.
func (n *news) say(f func(*order.Teller) error) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.tell == nil {
		return false
	}
	if err := f(n.tell); err != nil {
		n.tell = nil
		return false
	}
	return true
}

// relay copies the ring to the reader until the gate is closed. It writes in batches: while one is on its way the next
// gathers.
func (k *Keeper) relay(ctx context.Context, n *news) error {
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-n.hurry:
				n.say((*order.Teller).Flush)
			}
		}
	}()
	var r gate.Record
	for {
		if err := k.gate.Read(&r); err != nil {
			if ctx.Err() != nil || errors.Is(err, os.ErrClosed) {
				return nil
			}
			return err
		}
		n.say(func(t *order.Teller) error {
			return t.Packet(order.Packet{At: r.Time, Length: r.Wire, Side: r.Side, Fate: fate(r.Reason), Data: r.Data})
		})
		select {
		case n.hurry <- struct{}{}:
		default:
		}
	}
}

// told is what a reader was last told of one entry of a kernel table.
type told struct {
	first          int64
	packets, bytes uint64
}

type tableKey struct {
	client, server netip.AddrPort
	proto          uint8
}

// ledger remembers what was told of the entries that still stand in a table, so that only changes are told and nothing
// is told twice. It is bounded by the table.
type ledger struct {
	now, before map[tableKey]told
}

func newLedger() *ledger { return &ledger{map[tableKey]told{}, map[tableKey]told{}} }

// begin starts a sweep: what is not met in it is forgotten.
func (l *ledger) begin() {
	l.now, l.before = l.before, l.now
	clear(l.now)
}

// meet notes an entry's counters and says what is new of it since the last sweep.
func (l *ledger) meet(key tableKey, first int64, packets, bytes uint64) (morePackets, moreBytes uint64, began bool) {
	l.now[key] = told{first, packets, bytes}
	b, ok := l.before[key]
	if !ok || b.first != first || packets < b.packets {
		return packets, bytes, true
	}
	return packets - b.packets, bytes - b.bytes, false
}

// sweep tells every change of the kernel's tables, until ctx ends. Entries that stood there before since, when an
// earlier keeper last lived, were told by it: only what comes after is told.
func (k *Keeper) sweep(ctx context.Context, n *news, since int64) error {
	flows, drops := newLedger(), newLedger()
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for first := true; ; first = false {
		baseline := int64(0)
		if first {
			baseline = since
		}
		if n.alive() || first {
			if err := k.sweepOnce(n, flows, drops, baseline); err != nil {
				k.log.Error("the gate's tables can't be read", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (n *news) alive() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.tell != nil
}

func (k *Keeper) sweepOnce(n *news, flows, drops *ledger, baseline int64) error {
	live := 0
	flows.begin()
	err := k.gate.Sweep(func(r *gate.FlowRecord) {
		live++
		k.tell(n, flows, order.Flow{
			Client: r.Client, Server: r.Server, Proto: r.Proto, Side: r.Side, First: r.First, Last: r.Last,
			Up: half(r.Up), Down: half(r.Down),
		}, baseline)
	})
	k.flows.Store(int64(live))
	drops.begin()
	err = errors.Join(err, k.gate.SweepDrops(func(r *gate.DropRecord) {
		k.tell(n, drops, order.Flow{
			Client: r.Client, Server: r.Server, Proto: r.Proto, Side: r.Side, First: r.First, Last: r.Last,
			Up: half(r.Up), Down: half(r.Down), Fate: fate(r.Reason), Cause: cause(r.Reason),
		}, baseline)
	}))
	n.say((*order.Teller).Flush)
	return err
}

func (k *Keeper) tell(n *news, l *ledger, f order.Flow, baseline int64) {
	if f.First > baseline && !n.alive() {
		return // not met, and so told when a reader lives
	}
	key := tableKey{f.Client, f.Server, f.Proto}
	f.Packets, f.Bytes, f.Began = l.meet(key, f.First, f.Up.Packets+f.Down.Packets, f.Up.Bytes+f.Down.Bytes)
	if f.Packets == 0 || f.First <= baseline {
		return
	}
	n.say(func(t *order.Teller) error { return t.Flow(f) })
}

// beat keeps the gate's heart going while the reader lives, until ctx ends.
func (k *Keeper) beat(ctx context.Context) error {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		now := gate.Monotonic()
		if k.busy.Load() > 0 || now-k.beaten.Load() <= int64(readerPatience) {
			if err := k.gate.Beat(now); err != nil {
				k.log.Error("the gate's heart does not beat", "err", err)
			}
		}
		if err := k.gate.Purge(now); err != nil {
			k.log.Error("what has ended can't be taken out of the gate", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func half(h gate.Half) order.Count {
	return order.Count{Packets: h.Packets, Bytes: h.Bytes, Flags: h.Flags}
}

// fate and cause put the gate's reason in the reader's words.
func fate(r gate.Reason) order.Fate {
	switch {
	case r.Dropped():
		return order.Dropped
	case r.WouldDrop():
		return order.Would
	}
	return order.Passed
}

func cause(r gate.Reason) order.Cause {
	switch r {
	case gate.DropListSrc, gate.DropListDst, gate.WouldListSrc, gate.WouldListDst:
		return order.ByList
	case gate.DropBan, gate.WouldBan:
		return order.ByBan
	case gate.DropOwn:
		return order.ByOwn
	case gate.DropClosed:
		return order.ByClosed
	}
	return order.NoCause
}

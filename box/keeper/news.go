package keeper

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/gate"
)

// news is the way to the reader that lives now. A reader that dies takes its Teller with it; what the kernel counted
// meanwhile is told to the next.
type news struct {
	mu    sync.Mutex
	tell  *order.Teller // nil while there is no reader
	lives int           // how many readers there were, with the times between
	hurry chan struct{} // something waits to be flushed
}

func newNews() *news { return &news{hurry: make(chan struct{}, 1)} }

// lead sends news to w from now on; nil to nobody.
func (n *news) lead(w io.Writer) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.tell = nil
	n.lives++
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

// life tells one reader from the next, and whether there is one to tell.
func (n *news) life() (number int, alive bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lives, n.tell != nil
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
		if r.Answer {
			k.answer(&r)
			continue
		}
		held := uint32(0)
		if r.Held {
			held = k.parked.put(beyond(r.Side), r.Data)
		}
		told := n.say(func(t *order.Teller) error {
			return t.Packet(order.Packet{At: r.Time, Place: r.Place, Length: r.Wire, Side: r.Side, Fate: fate(r.Reason), Held: held, Asks: r.Asks, Data: r.Data})
		})
		if !told {
			k.parked.leave()
		}
		select {
		case n.hurry <- struct{}{}:
		default:
		}
	}
}

// beyond is the port by which what entered by a side leaves the box.
func beyond(side abri.Side) abri.Side {
	if side == abri.Outside {
		return abri.Inside
	}
	return abri.Outside
}

// answer sends the answer to a question out by the port that it entered by, where the kernel may not do so itself. A port that
// does not take it loses it, as it loses others; the client asks again.
func (k *Keeper) answer(r *gate.Record) {
	if k.voice != nil {
		_ = k.voice.Send(r.Side, r.Data)
	}
}

func half(h gate.Half) order.Count {
	return order.Count{Packets: h.Packets, Bytes: h.Bytes, Flags: h.Flags}
}

// fate and cause put the gate's reason in the reader's words.
func fate(r gate.Reason) order.Fate {
	switch {
	case r == gate.WouldName:
		return order.Asked
	case r == gate.WouldResolver:
		return order.Passed
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
	case gate.DropFlow, gate.WouldFlow:
		return order.ByBlock
	case gate.DropOwn:
		return order.ByOwn
	case gate.DropIsolated:
		return order.ByIsolated
	case gate.DropClosed:
		return order.ByClosed
	}
	return order.NoCause
}

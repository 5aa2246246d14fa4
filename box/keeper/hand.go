package keeper

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/gate"
	"abri.example/abri/inject"
)

var _ order.Hand = (*Keeper)(nil)

// Block has the gate block one conversation.
func (k *Keeper) Block(b order.Block) error {
	k.mu.Lock()
	err := errors.Join(k.sparesLine(order.Host(b.Client.Addr())), k.sparesLine(order.Host(b.Server.Addr())))
	k.mu.Unlock()
	if err := errors.Join(err, k.spares(b.Conversation)); err != nil {
		return err
	}
	return k.gate.Block(gate.Conversation(b.Conversation), b.For)
}

// Unblock has the gate let a conversation go.
func (k *Keeper) Unblock(c order.Conversation) error {
	return gone(k.gate.Unblock(gate.Conversation(c)))
}

// Inject says one packet into a conversation that crosses the box.
func (k *Keeper) Inject(i *order.Inject) error {
	c := i.Conversation()
	if err := k.spares(c); err != nil {
		return err
	}
	side, err := k.gate.Towards(gate.Conversation(c))
	if err != nil {
		return err
	}
	if !k.words.take(gate.Monotonic()) {
		return &abri.Error{Code: abri.CodeFull, What: fmt.Sprintf("more than %d packets a second to inject", wordsASecond)}
	}
	p := inject.Packet{Head: i.Head, Src: i.From, Dst: i.To, Proto: i.Proto, Flags: i.Flags, Seq: i.Seq, Ack: i.Ack, Data: i.Data}
	frame, err := p.Append(nil)
	if err != nil {
		return err
	}
	return k.voice.Send(side, frame)
}

// Crowd has the gate give a source no other connection. Gateways, and the box itself, are not held back.
func (k *Keeper) Crowd(c order.Crowd) error {
	place := k.where()
	for _, a := range append(slices.Clone(place.Own), place.Gateways...) {
		if c.Prefix.Contains(a) {
			return &abri.Error{Code: abri.CodeRefused, What: "the box and its gateways are given every connection"}
		}
	}
	return k.gate.Crowd(c.Prefix, gate.Monotonic()+int64(c.For))
}

// Rule sends on what was held, or forgets it.
func (k *Keeper) Rule(r order.Ruling) error {
	var err error
	for _, n := range r.Held {
		if w := k.parked.take(n); w.frame != nil && r.Pass {
			err = k.voice.Send(w.to, w.frame)
		}
	}
	if r.Over {
		return k.gate.LetGo(gate.Conversation(r.Conversation))
	}
	return err
}

// Judged tells the gate how far the reader has judged what was copied.
func (k *Keeper) Judged(until uint64) error { return k.gate.Judged(until) }

// tighten has the gate hold what may say a name, where the configuration asks for it.
func (k *Keeper) tighten(c config.Gate) {
	if err := k.gate.SetStrict(c.Strict); err != nil {
		k.log.Error("the gate does not take strict", "err", err)
	}
}

// spares refuses what must not be cut: a conversation of the box itself, and one with a gateway, unless that is asked for
// names.
func (k *Keeper) spares(c order.Conversation) error {
	place := k.where()
	for _, end := range []netip.AddrPort{c.Client, c.Server} {
		switch {
		case slices.Contains(place.Own, end.Addr()):
			return &abri.Error{Code: abri.CodeRefused, What: "a conversation of the box itself is not cut"}
		case slices.Contains(place.Gateways, end.Addr()) && c.Server.Port() != portDNS && c.Client.Port() != portDNS:
			return &abri.Error{Code: abri.CodeRefused, What: "a conversation with the gateway is not cut"}
		}
	}
	return nil
}

const portDNS = 53

// wordsASecond is how many packets are injected in a second at the most, and how many at once.
const wordsASecond = 4000

// bucket holds wordsASecond tokens at the most and is filled at that rate.
type bucket struct {
	mu   sync.Mutex
	left int64
	at   int64
}

// take takes a token at a time of gate.Monotonic, where there is one.
func (b *bucket) take(now int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	const each = int64(time.Second) / wordsASecond
	if more := (now - b.at) / each; more > 0 {
		b.left = min(b.left+more, wordsASecond)
		b.at = now
	}
	if b.left == 0 {
		return false
	}
	b.left--
	return true
}

// refused notes an urgent order that was not obeyed; one of each second is logged.
func (k *Keeper) refused(err error) {
	n := k.refusals.Add(1)
	if now := gate.Monotonic(); now-k.lamented.Swap(now) > int64(time.Second) {
		k.log.Warn("an urgent order is refused", "err", err, "refused", n)
	}
}

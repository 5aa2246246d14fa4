package keeper

import (
	"fmt"
	"net/netip"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/order"
	"abri.example/abri/gate"
)

// Line has the gate know the site's telephone. Nobody is asked to ban the operator from now on, or to cut off what is said
// with it: without it nobody reaches the numbers of help.
func (k *Keeper) Line(l order.Line) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	g := gate.Line{Operators: l.Operators, Devices: l.Devices, Hold: l.Hold}
	for _, b := range l.Books {
		g.Books = append(g.Books, gate.Book(b))
	}
	if err := k.gate.Follow(g); err != nil {
		return err
	}
	k.operators = l.Operators
	return nil
}

// beginLine has a new gate know the operator that the configuration names, before any reader has learnt another.
func (k *Keeper) beginLine(c *config.Config) {
	k.operators = c.Ports.Telephone
	if k.gate.LastBeat() != 0 || len(k.operators) == 0 {
		return
	}
	if err := k.gate.Follow(gate.Line{Operators: k.operators}); err != nil {
		k.log.Error("the gate does not know the telephone operator yet", "err", err)
	}
}

// sparesLine refuses what would cut the site off from its telephone operator. mu is held.
func (k *Keeper) sparesLine(p netip.Prefix) error {
	for _, o := range k.operators {
		if o.Overlaps(p) {
			return &abri.Error{Code: abri.CodeRefused, Place: p.String(), What: fmt.Sprintf("the telephone operator is at %s: without it nobody reaches the numbers of help", o), Remedy: "ban what is beside it"}
		}
	}
	return nil
}

// Rewrite sends a held packet on with some of its bytes replaced, in protect. What does not fit it is sent on as it was.
func (k *Keeper) Rewrite(r *order.Rewrite) error {
	frame := k.parked.take(r.Held).frame
	if frame == nil {
		return &abri.Error{Code: abri.CodeNotFound, What: "the packet to rewrite has gone on"}
	}
	fits := k.gate.Mode() == abri.Protect
	for _, p := range r.Patches {
		fits = fits && int(p.At)+len(p.Data) <= len(frame)
	}
	if fits {
		for _, p := range r.Patches {
			copy(frame[p.At:], p.Data)
		}
	}
	if err := k.voice.Send(abri.Outside, frame); err != nil {
		return err
	}
	if !fits {
		return &abri.Error{Code: abri.CodeRefused, What: "a packet is not rewritten: in watch-only, or beyond its end"}
	}
	return nil
}

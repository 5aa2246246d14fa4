package keeper

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/bridge"
	"abri.example/abri/gate"
	"abri.example/abri/inject"
)

// trial is a frame of a proof, and what the lists hold of it: one of its ends, or the name that it asks for.
type trial struct {
	tried  string
	src    netip.AddrPort
	dst    netip.AddrPort
	listed bool
	asks   bool
	data   []byte
	frame  []byte
}

// How long a new port of the bridge may take to carry its first frame, and every how often one is sent until then.
const (
	proofPatience = 5 * time.Second
	proofKnock    = 50 * time.Millisecond
)

// Prove sends frames through the filter, by a spur of the real bridge that carries the program of the real ports, and says
// what became of them. The frames go nowhere else.
func (k *Keeper) Prove() (order.Proof, error) {
	k.proving.Lock()
	defer k.proving.Unlock()
	k.busy.Add(1)
	defer k.busy.Add(-1)
	var p order.Proof
	program := k.programs(&p)
	spur, err := k.bridge.Spur()
	if err != nil {
		return p, err
	}
	witness, err := k.gate.Witness(spur.Port)
	if err == nil {
		if witness.Program != program {
			p.Steps = append(p.Steps, order.Step{Tried: "the proof's port carries the program of the others", Said: fmt.Sprintf("%d, not %d", witness.Program, program)})
		}
		err = errors.Join(k.cross(&p, spur), witness.Close())
	}
	if err = errors.Join(err, spur.Remove()); err != nil {
		return p, err
	}
	if said := p.Failed(); said != "" {
		k.log.Error("the proof of the filter fails", "step", said)
	} else {
		k.log.Info("the filter is proven", "frames", p.Frames)
	}
	return p, nil
}

// programs compares the programs on the real ports, and gives their common id.
func (k *Keeper) programs(p *order.Proof) (id uint32) {
	s := order.Step{Tried: "the same program stands on every port", Held: true}
	for _, port := range k.gate.Attached() {
		switch {
		case port.Program == 0:
			s.Held, s.Said = false, fmt.Sprintf("none on the %s port", port.Side)
		case id != 0 && port.Program != id:
			s.Held, s.Said = false, fmt.Sprintf("%d and %d", id, port.Program)
		}
		id = port.Program
	}
	p.Steps = append(p.Steps, s)
	return id
}

// trials are the frames of one proof. Each proof has its own port, so that no earlier one is taken for it.
func trials(port uint16) ([]trial, error) {
	at := func(a netip.Addr) netip.AddrPort { return netip.AddrPortFrom(a, port) }
	resolver := netip.AddrPortFrom(order.ProofServer4, 53)
	all := []trial{
		{tried: "a frame between two honest addresses crosses the bridge", src: at(order.ProofClient4), dst: at(order.ProofServer4)},
		{tried: "from a listed address", src: at(gate.Listed4), dst: at(order.ProofServer4), listed: true},
		{tried: "to a listed address", src: at(order.ProofClient4), dst: at(gate.Listed4), listed: true},
		{tried: "from a listed IPv6 address", src: at(gate.Listed6), dst: at(order.ProofServer6), listed: true},
		{tried: "to a listed IPv6 address", src: at(order.ProofClient6), dst: at(gate.Listed6), listed: true},
		{tried: "for a listed name", src: at(order.ProofClient4), dst: resolver, asks: true, data: question(port, gate.ListedName)},
		{tried: "an honest frame of IPv6 crosses the bridge", src: at(order.ProofClient6), dst: at(order.ProofServer6)},
	}
	card := order.ProofCard()
	for i := range all {
		t := &all[i]
		head := append(append([]byte{}, bridge.Card...), card[:]...)
		if t.src.Addr().Is4() {
			head = append(head, 0x08, 0x00)
		} else {
			head = append(head, 0x86, 0xdd)
		}
		if t.data == nil {
			t.data = []byte("abri proves its filter")
		}
		frame, err := (&inject.Packet{Head: head, Src: t.src, Dst: t.dst, Proto: protoUDP, Data: t.data}).Append(nil)
		if err != nil {
			return nil, err
		}
		t.frame = frame
	}
	return all, nil
}

const protoUDP = 17

// question is a message of the DNS that asks for the address of a name (RFC 1035).
func question(number uint16, name string) []byte {
	b := binary.BigEndian.AppendUint16(nil, number)
	b = append(b, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0)
	return append(append(b, wireName(name)...), 0, 1, 0, 1)
}

// wireName writes a name as it stands in a message: each label behind its length, the last one empty.
func wireName(name string) (b []byte) {
	for label := range strings.SplitSeq(name, ".") {
		b = append(append(b, byte(len(label))), label...)
	}
	return append(b, 0)
}

// cross sends the frames by the spur. The honest ones are the first and the last: when the last is back, whatever passed is.
func (k *Keeper) cross(p *order.Proof, spur *bridge.Spur) error {
	all, err := trials(uint16(20_000 + gate.Monotonic()/int64(time.Millisecond)%20_000))
	if err != nil {
		return err
	}
	if err := k.loop.Hear(spur.Back); err != nil {
		return err
	}
	first, last := all[0], all[len(all)-1]
	if !k.knock(p, spur, first) {
		p.Steps = append(p.Steps, order.Step{Tried: first.tried, Said: "it does not come through"})
		return nil
	}
	var frames []func([]byte) bool
	protect := k.gate.Mode() == abri.Protect
	asked := k.gate.Asked(order.ProofClient4, wireName(gate.ListedName))
	if k.server { // nobody asks from inside where there is no inside
		all = slices.DeleteFunc(all, func(t trial) bool { return t.asks })
	}
	for _, t := range all[1:] {
		if err := k.loop.Send(spur.End, t.frame); err != nil {
			return err
		}
		p.Frames++
		frames = append(frames, inject.Same(t.frame))
	}
	came, back := k.loop.Returned(inject.Same(last.frame), frames, proofPatience)
	p.Steps = append(p.Steps, order.Step{Tried: first.tried, Held: true})
	for i, t := range all[1 : len(all)-1] {
		if t.asks {
			p.Steps = append(p.Steps, k.answered(asked, came[i], protect))
			continue
		}
		p.Steps = append(p.Steps, k.judged(t, came[i], protect))
	}
	s := order.Step{Tried: last.tried, Held: back}
	if !back {
		s.Said = "it does not come through"
	}
	p.Steps = append(p.Steps, s)
	return nil
}

// knock sends the first frame until it comes through.
func (k *Keeper) knock(p *order.Proof, spur *bridge.Spur, first trial) bool {
	for waited := time.Duration(0); waited < proofPatience; waited += proofKnock {
		if err := k.loop.Send(spur.End, first.frame); err == nil {
			p.Frames++
		}
		if _, ok := k.loop.Returned(inject.Same(first.frame), nil, proofKnock); ok {
			return true
		}
	}
	return false
}

// judged says whether a frame with a listed end became what the mode makes of it.
func (k *Keeper) judged(t trial, came, protect bool) order.Step {
	reason, _, known := k.gate.Attempt(t.src, t.dst, protoUDP)
	s := order.Step{Tried: "a frame " + t.tried + " is noticed, and passes", Held: known && reason.WouldDrop() && came}
	if protect {
		s.Tried, s.Held = "a frame "+t.tried+" is stopped", known && reason.Dropped() && !came
	}
	return said(s, came, protect)
}

// answered says whether the question for a listed name became what the mode makes of it: stopped, the answer to it being the
// box's, or noticed and let through. before is how often it was noticed before this proof.
func (k *Keeper) answered(before uint64, came, protect bool) order.Step {
	noticed := k.gate.Asked(order.ProofClient4, wireName(gate.ListedName)) > before
	s := order.Step{Tried: "a question for a listed name is noticed, and passes", Held: noticed && came}
	if protect {
		s.Tried, s.Held = "a question for a listed name is stopped", noticed && !came
	}
	return said(s, came, protect)
}

// said gives a step that did not hold the words for what happened instead.
func said(s order.Step, came, protect bool) order.Step {
	switch {
	case s.Held:
	case protect && came:
		s.Said = "it came through"
	case !protect && !came:
		s.Said = "it does not come through"
	default:
		s.Said = "the kernel has no record of it"
	}
	return s
}

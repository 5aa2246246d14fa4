package gate

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"
)

// floodModel is kernel/flood.h and kernel/proof.h in plain Go, to the cell: the same hashes, the same places.
type floodModel struct {
	bars    Bars
	seed    uint64
	now     uint64
	pressed uint64
	paces   [kernelCells]uint64
	callers [kernelCallers]modelCaller
	sieges  [kernelSieges + 1]modelSiege
	talks   map[string]*talk
}

const (
	kernelCells, kernelCallers, kernelSieges = 1 << 17, 1 << 16, 2048
	second                                   = uint64(time.Second)
)

type modelCaller struct {
	proofs [2]uint64
	firsts [12]uint32
}

type modelSiege struct {
	at               wire
	pressure         Pressure
	door             kernelDoor
	due, until, last uint64
	owed             uint64
	slot, asked      uint64
	spared           uint64
}

// talk is what is known of a conversation: how far the site has spoken, and the packets and flags of each end.
type talk struct {
	spoken  int
	packets map[string]int
	flags   map[string]uint8
}

func newFloodModel(bars Bars, seed uint32) *floodModel {
	return &floodModel{bars: bars, seed: uint64(seed), talks: map[string]*talk{}}
}

func mix(a, b, seed uint64) uint64 {
	h := (a^seed)*0x9e3779b97f4a7c15 ^ b
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ seed ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

func (f *floodModel) source(a netip.Addr) uint64 {
	w := wireOf(a)
	if a.Is6() {
		w.Lo = 0
	}
	return mix(w.Hi, w.Lo, f.seed)
}

func (p seen) from() string { return netip.AddrPortFrom(p.src.Unmap(), p.sport).String() }

func (p seen) opening() bool { return p.proto == protoTCP && p.flags&(syn|ack|flagFIN|flagRST) == syn }

func (p seen) nonsense() bool {
	return p.flags&(syn|ack|flagRST) == 0 || p.flags&syn != 0 && p.flags&(flagFIN|flagRST) != 0
}

var mirrors = []uint16{17, 19, 53, 69, 111, 123, 137, 161, 177, 389, 427, 500, 520, 623, 1434, 1604, 1900, 3283, 3702, 4500, 5093, 5353, 5683,
	10001, 10074, 11211, 17185, 27015, 27960, 32414, 33848, 37810, 47808}

// pressure is what a packet presses as; 0 for nothing.
func (p seen) pressure(spoken bool) Pressure {
	echo := map[uint8]uint8{protoICMP: 8, protoICMPv6: 128}[p.proto]
	switch {
	case p.dst.Is4() && p.dst.As4()[0] >= 224 || p.dst.Is6() && p.dst.As16()[0] == 0xff:
		return 0
	case p.level != wholePacket:
		return Fragments
	case p.opening():
		return Openings
	case p.proto == protoTCP && p.nonsense():
		return Strays
	case p.proto == protoUDP && p.dport == 53:
		return Queries
	case p.proto == protoICMPv6 && p.icmp >= 133 && p.icmp <= 137:
		return 0
	case echo != 0 && (!spoken || p.icmp == echo):
		return Echoes
	case spoken || isDHCP(p):
		return 0
	case p.proto == protoTCP && p.flags&(syn|flagRST) != 0, p.proto == protoUDP && slices.Contains(mirrors, p.sport):
		return Answers
	case p.proto == protoTCP:
		return Strays
	}
	return Datagrams
}

func (p seen) door(pressure Pressure) kernelDoor {
	if pressure == Answers || p.proto == protoICMP || p.proto == protoICMPv6 {
		return kernelDoorDOOR_OTHER
	}
	for door, ports := range map[kernelDoor][]uint16{
		kernelDoorDOOR_WEB: {80, 443, 8080, 8443}, kernelDoorDOOR_MAIL: {25, 110, 143, 465, 587, 993, 995}, kernelDoorDOOR_TELEPHONE: {5060, 5061},
		kernelDoorDOOR_REMOTE: {22, 3389, 500, 1194, 4500, 51820}, kernelDoorDOOR_NAMES: {53},
	} {
		if slices.Contains(ports, p.dport) {
			return door
		}
	}
	return kernelDoorDOOR_OTHER
}

// measured reports whether a packet is measured at all, and whether the site has spoken in its conversation.
func (f *floodModel) measured(side int, p seen) (yes, spoken bool) {
	if t := f.talks[p.key()]; t != nil && p.level == wholePacket && !p.opening() {
		spoken = t.spoken == 2 || t.spoken == 1 && t.packets[p.from()] < 24
	}
	known := p.proto == protoTCP && p.level == wholePacket && p.flags&(syn|ack) == ack && spoken
	return side == out && p.level != notIP && !known, spoken
}

func (f *floodModel) siege(p seen, pressure Pressure) *modelSiege {
	at, door := wireOf(p.dst), p.door(pressure)
	hash := mix(at.Hi, at.Lo, f.seed<<32|uint64(pressure)<<8|uint64(door))
	both := []*modelSiege{&f.sieges[hash%kernelSieges], &f.sieges[hash>>32%kernelSieges]}
	for _, s := range both {
		if s.pressure == pressure && s.door == door && s.at == at {
			return s
		}
	}
	for _, s := range both {
		if s.pressure == 0 || s.due+60*second < f.now && s.last+60*second < f.now {
			*s = modelSiege{at: at, pressure: pressure, door: door}
			return s
		}
	}
	return &f.sieges[kernelSieges]
}

func (f *floodModel) pour(pace Pace, due *uint64) bool {
	k := pace.kernel()
	most, next := f.now+uint64(k.Gap)*uint64(k.Burst), max(*due, f.now)+uint64(k.Gap)
	if next > most {
		*due = most + uint64(k.Gap)
		return true
	}
	*due = next
	return false
}

func (f *floodModel) measure(pace Pace, hash uint64) bool {
	one := hash % kernelCells
	a, b := &f.paces[one], &f.paces[one^(1+hash>>36&3)]
	due := min(*a, *b)
	over := f.pour(pace, &due)
	*a, *b = max(*a, due), max(*b, due)
	return over
}

func (f *floodModel) exceeds(p seen, pressure Pressure) bool {
	w := wireOf(p.src)
	net := wire{Lo: w.Lo & 0x00ffffffffffffff}
	if p.src.Is6() {
		net = wire{Hi: w.Hi & 0x0000ffffffffffff}
	}
	source := f.measure(f.bars[pressure].Source, mix(f.source(p.src), uint64(pressure), f.seed))
	return f.measure(f.bars[pressure].Net, mix(net.Hi, net.Lo, f.seed<<32|uint64(pressure)|0x100)) || source
}

// full reports whether the next is too much for a bucket.
func (f *floodModel) full(pace Pace, due uint64) bool {
	k := pace.kernel()
	return max(due, f.now)+uint64(k.Gap) > f.now+uint64(k.Gap)*uint64(k.Burst)
}

func (f *floodModel) brims(pressure Pressure, s *modelSiege) bool {
	if !f.full(f.bars[pressure].Target, s.due) {
		return false
	}
	s.until = f.now + 3*second
	if f.pressed < f.now+2*second {
		f.pressed = f.now + 3*second
	}
	return true
}

func (f *floodModel) overruns(pressure Pressure, s *modelSiege) bool {
	over := f.pour(f.bars[pressure].Target, &s.due)
	if pressure != Openings {
		return over
	}
	if over {
		s.until = f.now + 3*second
	}
	return s.until > f.now
}

func proofAge(proof, now uint64) uint64 { return (now>>30 - proof) & 0xffffff }

func (f *floodModel) proven(p seen) bool {
	hash := f.source(p.src)
	for _, proof := range f.callers[hash%kernelCallers].proofs {
		if (proof^hash)>>24 == 0 && proofAge(proof, f.now) < 3600 {
			return true
		}
	}
	return false
}

func (f *floodModel) prove(a netip.Addr) {
	hash := f.source(a)
	both := &f.callers[hash%kernelCallers].proofs
	i := 0
	if (both[0]^hash)>>24 != 0 && ((both[1]^hash)>>24 == 0 || proofAge(both[1], f.now) > proofAge(both[0], f.now)) {
		i = 1
	}
	both[i] = hash&^0xffffff | f.now>>30&0xffffff
}

// sparedOf is of how many of 256 parts of the sources nothing is remembered, after a slot of time in which so many segments asked
// to be.
func sparedOf(asked uint64) uint64 {
	if asked <= 8192 {
		return 0
	}
	return 256 - 256*8192/asked
}

// spares reports whether a source's segments are not remembered, for its siege brings too many.
func (f *floodModel) spares(p seen, s *modelSiege) bool {
	if slot := f.now >> 24; s.slot != slot {
		after := s.slot+1 == slot
		s.spared = 0
		if after {
			s.spared = sparedOf(s.asked)
		}
		s.slot, s.asked = slot, 0
	}
	s.asked++
	return (f.source(p.src)>>24+f.now>>34*101)&0xff < s.spared
}

// returns gives the memory of a segment that comes again; else it is remembered, and nil.
func (f *floodModel) returns(p seen, s *modelSiege) *uint32 {
	if p.proto != protoTCP || p.level != wholePacket || p.nonsense() || p.flags&flagRST != 0 || f.spares(p, s) {
		return nil
	}
	after := 150 * time.Millisecond
	if p.opening() {
		after = 500 * time.Millisecond
	}
	src, dst := wireOf(p.src), wireOf(p.dst)
	hash := mix(src.Hi^dst.Hi, src.Lo^dst.Lo<<1, f.seed<<32|uint64(p.sport)<<16|uint64(p.dport))
	at := hash >> 60
	if at >= 12 {
		at -= 8
	}
	first := &f.callers[f.source(p.src)%kernelCallers].firsts[at]
	now := uint32(f.now >> 23)
	age := (now - *first) & 0xfff
	if (*first^uint32(hash))>>13 == 0 && age < uint32(20*second>>23) {
		switch soon := age < uint32(uint64(after)>>23); {
		case soon && p.opening():
			*first |= 0x1000
			return nil
		case soon || *first&0x1000 != 0:
			return nil
		}
		return first
	}
	*first = uint32(hash)&^0x1fff | now&0xfff
	return nil
}

// turnsAway is turns_away of kernel/withstand.h: the pressure of a stranger's packet at a service that is overrun.
func (f *floodModel) turnsAway(side int, p seen) Pressure {
	if f.now >= f.pressed {
		return 0
	}
	yes, spoken := f.measured(side, p)
	pressure := p.pressure(spoken)
	if !yes || pressure == 0 {
		return 0
	}
	s := f.siege(p, pressure)
	if !f.brims(pressure, s) || f.proven(p) {
		return 0
	}
	if f.returns(p, s) != nil && !(pressure == Openings && f.full(f.bars[Openings].Target, s.owed)) {
		return 0
	}
	s.last = f.now
	return pressure
}

// press is press of kernel/flood.h: the pressure of what is held back.
func (f *floodModel) press(side int, p seen) Pressure {
	yes, spoken := f.measured(side, p)
	pressure := p.pressure(spoken)
	if !yes || pressure == 0 {
		return 0
	}
	s := f.siege(p, pressure)
	if f.passes(p, pressure, s) {
		return 0
	}
	s.last = f.now
	return pressure
}

func (f *floodModel) passes(p seen, pressure Pressure, s *modelSiege) bool {
	full, known := f.brims(pressure, s), f.proven(p)
	if known || !full {
		if f.exceeds(p, pressure) {
			return false
		}
		if known || !f.overruns(pressure, s) {
			return true
		}
	}
	again := f.returns(p, s)
	if again == nil || full && f.exceeds(p, pressure) || pressure == Openings && f.pour(f.bars[Openings].Target, &s.owed) {
		return false
	}
	*again |= 0x1000
	return true
}

// counts counts a packet that passes in its conversation, and opens one.
func (f *floodModel) counts(side int, p seen) {
	if p.level != wholePacket {
		return
	}
	speech := 2
	if p.proto == protoTCP && p.flags&flagRST != 0 {
		speech = 0
	} else if p.proto == protoTCP && p.flags&(syn|ack) == syn|ack {
		speech = 1
	}
	t := f.talks[p.key()]
	switch {
	case t == nil && !opens(side, p):
		return
	case t == nil:
		t = &talk{packets: map[string]int{}, flags: map[string]uint8{}}
		f.talks[p.key()] = t
	case side != out && p.flags&^t.flags[p.from()]&flagPSH != 0:
		f.prove(p.dst)
		f.repay(p)
	}
	if side != out {
		t.spoken = max(t.spoken, speech)
	}
	t.packets[p.from()]++
	t.flags[p.from()] |= p.flags
}

// repay takes off what is owed to the service that sends its first data.
func (f *floodModel) repay(p seen) {
	at, door := wireOf(p.src), seen{proto: protoTCP, dport: p.sport}.door(Openings)
	if f.now >= f.pressed {
		return
	}
	for i := range f.sieges {
		s := &f.sieges[i]
		if s.pressure != Openings || s.door != door || s.at != at {
			continue
		}
		if gap := uint64(f.bars[Openings].Target.kernel().Gap); s.owed > f.now+gap {
			s.owed -= gap
		}
	}
}

// randomPress is a frame that presses on one of few machines, from one of few strangers.
func randomPress(r *rand.Rand) frame {
	family := families[r.IntN(2)]
	f := presses[r.IntN(len(presses))].frame(family.source(r.IntN(8)), uint16(5000+r.IntN(4)))
	f.dst = family.inside(r.IntN(2))
	return f
}

// besiege gives kernel and model the same low bars, and a clock that only wait moves on.
func (m *model) besiege(b *bench) {
	b.t.Helper()
	var bars Bars
	for _, p := range Pressures {
		bars[p] = Bar{Pace{1, 3}, Pace{1, 5}, Pace{1, 4}}
	}
	b.do(b.SetBars(&bars))
	b.control.at.Familiar = 0
	m.flood = newFloodModel(bars, b.control.at.Seed)
	m.wait(b, 10*time.Minute)
}

func (m *model) wait(b *bench, d time.Duration) {
	b.t.Helper()
	b.later(d)
	m.flood.now = b.control.at.Clock
}

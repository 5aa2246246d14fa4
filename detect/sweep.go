package detect

import (
	"encoding/binary"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of sweep. The reasons are in docs/detection.md.
const (
	sweepCards   = 4096
	sweepHeard   = 16_384              // addresses of the site that were heard of late
	sweepHeardIn = 30 * 24 * time.Hour // since when: who was there once, may be switched off
	sweepAsked   = 30                  // addresses that nobody was ever heard with, asked for by one card within
	sweepTime    = time.Minute
	sweepRouter  = 4 // public senders behind one card make it a router, which asks for whom others look for
)

const etherARP = 0x0806

// Neighbour is a Detector that reads what belongs to no conversation: the questions and answers of ARP.
type Neighbour interface {
	// Meet sees one frame that came by the port of the given side. It must keep nothing of h.
	Meet(at time.Time, side abri.Side, h *packet.Headers, emit func(abri.Finding))
}

// sweep tells of who looks for machines inside by asking who has this address, and that one, and the next: by ARP (RFC
// 826) or neighbour discovery (RFC 4861), which no firewall of a machine keeps from answering. Only addresses that nobody
// was heard with count, since the answers go from card to card and need not cross the box.
type sweep struct {
	cards   *memory[[6]byte, swept]
	heard   *memory[netip.Addr, struct{}]
	routers *memory[[6]byte, distinct]
	last    [6]byte // the router that was seen last: most packets are its
}

// swept is what one card asked for.
type swept struct {
	asked variety
	told  time.Time
	as    abri.Finding
}

func newSweep() *sweep {
	return &sweep{
		cards:   newMemory[[6]byte, swept](sweepCards, 10*time.Minute),
		heard:   newMemory[netip.Addr, struct{}](sweepHeard, sweepHeardIn),
		routers: newMemory[[6]byte, distinct](sweepCards, sweepHeardIn),
	}
}

// Meet reads ARP over Ethernet for IPv4.
func (s *sweep) Meet(at time.Time, side abri.Side, h *packet.Headers, emit func(abri.Finding)) {
	p := h.Payload
	if h.EtherType != etherARP || len(p) < 28 || binary.BigEndian.Uint64(p)>>16 != 0x0001_0800_0604 {
		return
	}
	from, wanted := netip.AddrFrom4([4]byte(p[14:18])), netip.AddrFrom4([4]byte(p[24:28]))
	question := p[7] == 1 && from != wanted && !from.IsUnspecified()
	if !question {
		s.heard.touch(at, from)
		return
	}
	s.ask(at, side, [6]byte(p[8:14]), from, wanted, "arp", emit)
}

// Observe reads neighbour discovery, and learns which cards are routers.
func (s *sweep) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if h.Proto == packet.ICMPv6 {
		s.discover(at, f, h, emit)
		return
	}
	if h.SrcMAC == s.last || h.Src.Is6() || h.Src.IsPrivate() || !h.Src.IsGlobalUnicast() {
		return
	}
	if r := s.routers.touch(at, h.SrcMAC); r.add(number(h.Src)) && r.count() >= sweepRouter {
		s.last = h.SrcMAC
	}
}

func (*sweep) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// The messages of neighbour discovery (RFC 4861, section 4).
const (
	routerAdvertisement = 134
	neighbourQuestion   = 135
	neighbourAnswer     = 136
)

func (s *sweep) discover(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if h.TTL != 255 || settled(f) {
		return
	}
	switch {
	case h.ICMPType == routerAdvertisement:
		r := s.routers.touch(at, h.SrcMAC)
		for n := range uint32(sweepRouter) {
			r.add(n)
		}
	case h.ICMPType == neighbourAnswer:
		s.heard.touch(at, h.Src)
	case h.ICMPType == neighbourQuestion && len(h.Payload) >= 16 && !h.Src.IsUnspecified():
		side := abri.Outside
		if f.Inside == h.Src {
			side = abri.Inside
		}
		s.ask(at, side, h.SrcMAC, h.Src, netip.AddrFrom16([16]byte(h.Payload)), packet.ProtoName(h.Proto), emit)
	}
}

// ask takes the question of one card for the owner of an address. Operators of cable lines ask for their customers so;
// they have public addresses, and those of a site are private.
func (s *sweep) ask(at time.Time, side abri.Side, card [6]byte, from, wanted netip.Addr, by string, emit func(abri.Finding)) {
	s.heard.touch(at, from)
	if from.Is4() && !from.IsPrivate() || s.heard.find(wanted) != nil {
		return
	}
	if r := s.routers.find(card); r != nil && r.count() >= sweepRouter {
		return
	}
	c := s.cards.touch(at, card)
	if !c.asked.add(at, sweepTime, number(wanted)) || c.asked.count() < sweepAsked || !due(at, &c.told) {
		return
	}
	if c.as.Kind == "" {
		c.as = neighbours(at, side, from, wanted, by, because(abri.Scan, "machines", c.asked.count(), "seconds", seconds(at.Sub(c.asked.began)), "by", by))
	}
	c.as.At = at
	emit(c.as)
}

// neighbours is the finding: of the local network, between who asks and the address asked for when the bar was met.
func neighbours(at time.Time, side abri.Side, from, wanted netip.Addr, by string, why abri.Why) abri.Finding {
	f := abri.Finding{Kind: abri.Scan, Service: abri.Other, Direction: abri.LAN, Outside: from, Inside: wanted, Proto: by, At: at, Why: why}
	if side == abri.Inside {
		f.Outside, f.Inside = wanted, from
	}
	return f
}

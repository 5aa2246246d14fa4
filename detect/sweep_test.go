package detect

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// who is a frame by which a card asks for, or says, whose an address is.
func who(card byte, from, wanted string, answer bool) packet.Headers {
	p := []byte{0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, card}
	if answer {
		p[7] = 2
	}
	a, b := netip.MustParseAddr(from).As4(), netip.MustParseAddr(wanted).As4()
	p = append(append(p, a[:]...), 0, 0, 0, 0, 0, 0)
	return packet.Headers{SrcMAC: [6]byte(p[8:14]), EtherType: etherARP, Payload: append(p, b[:]...)}
}

// solicit asks for the owner of an IPv6 address.
func solicit(card byte, from, wanted string) packet.Headers {
	a := netip.MustParseAddr(wanted).As16()
	return packet.Headers{SrcMAC: [6]byte{2, 0, 0, 0, 0, card}, Src: netip.MustParseAddr(from), Dst: netip.MustParseAddr("ff02::1:ff00:1"),
		Proto: packet.ICMPv6, ICMPType: neighbourQuestion, TTL: 255, Payload: a[:]}
}

// meet shows the detectors a frame that is part of no conversation.
func (s *site) meet(side abri.Side, h packet.Headers) {
	for _, d := range s.detectors {
		if n, ok := d.(Neighbour); ok {
			n.Meet(s.now, side, &h, s.emit)
		}
	}
}

func TestSweepsInside(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*site)
		want int // findings
	}{
		"a device asks for all": {func(s *site) {
			s.times(60, 100*time.Millisecond, func(i int) { s.meet(abri.Inside, who(9, desk, machine("192.168.1.0/24", 100+i), false)) })
		}, 1},
		"and by neighbour discovery": {func(s *site) {
			s.times(60, 100*time.Millisecond, func(i int) {
				s.see(abri.Inside, solicit(9, "fe80::9", netip.AddrFrom16([16]byte{0: 0xfd, 15: byte(i + 1)}).String()))
			})
		}, 1},
		"for those who were there": {func(s *site) {
			for i := range 60 {
				s.meet(abri.Inside, who(byte(i), machine("192.168.1.0/24", 100+i), "192.168.1.1", false))
			}
			s.wait(20 * time.Hour)
			s.times(60, 100*time.Millisecond, func(i int) { s.meet(abri.Inside, who(200, desk, machine("192.168.1.0/24", 100+i), false)) })
		}, 0},
		"a router asks for whom a scan looks for": {func(s *site) {
			for i := range 5 {
				h := syn(machine("203.0.113.0/24", i), mail, 25)
				h.SrcMAC = [6]byte{2, 0, 0, 0, 0, 9}
				s.see(abri.Outside, h)
			}
			s.times(60, 100*time.Millisecond, func(i int) {
				s.meet(abri.Outside, who(9, "192.168.1.1", machine("192.168.1.0/24", 100+i), false))
			})
		}, 0},
		"an operator asks for its customers": {func(s *site) {
			s.times(60, 100*time.Millisecond, func(i int) {
				s.meet(abri.Outside, who(9, "203.0.113.1", machine("203.0.113.0/24", i+1), false))
			})
		}, 0},
		"slowly": {func(s *site) {
			s.times(60, 5*time.Second, func(i int) { s.meet(abri.Inside, who(9, desk, machine("192.168.1.0/24", 100+i), false)) })
		}, 0},
		"answers, and what a machine says of itself": {func(s *site) {
			s.times(60, 100*time.Millisecond, func(i int) {
				a := machine("192.168.1.0/24", 100+i)
				s.meet(abri.Inside, who(9, a, a, false))
				s.meet(abri.Inside, who(9, a, desk, true))
			})
		}, 0},
	} {
		s := newSite()
		c.do(s)
		if len(s.found) != c.want {
			t.Errorf("%s: %d findings, want %d: %+v", name, len(s.found), c.want, s.found)
			continue
		}
		for _, f := range s.found {
			if f.Kind != abri.Scan || f.Direction != abri.LAN || f.Inside != netip.MustParseAddr(desk) && f.Inside != netip.MustParseAddr("fe80::9") {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

// What is cut or forged is not read.
func FuzzARP(f *testing.F) {
	f.Add(who(9, desk, mail, false).Payload)
	f.Add([]byte{0, 1, 8, 0, 6, 4, 0, 1})
	f.Fuzz(func(t *testing.T, p []byte) {
		s := newSite()
		s.meet(abri.Inside, packet.Headers{EtherType: etherARP, Payload: p})
		if len(s.found) != 0 {
			t.Error(s.found)
		}
	})
}

// Many networks that one program looks through on one port are one attack.
func TestNetworksOnOnePortAreOneAttack(t *testing.T) {
	s := newSite()
	for n := range 5 {
		s.times(200, 20*time.Millisecond, func(i int) {
			s.see(abri.Inside, udp(desk, machine(fmt.Sprintf("203.0.%d.0/24", 113+n), i), 6892))
		})
	}
	s.wait(time.Hour)
	if len(s.found) == 0 {
		t.Fatal("nothing is told")
	}
	for _, f := range s.found {
		if f.Kind != abri.Scan || f.Outside != s.found[0].Outside {
			t.Errorf("%s at %s, and %s at %s", s.found[0].Kind, s.found[0].Outside, f.Kind, f.Outside)
		}
	}
}

package detect

import (
	"fmt"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// What comes to a town hall in a rush and is no flood is told as nothing: what the site itself fetches and sends, and visitors who
// come all at once.
func TestRushesAreNoFlood(t *testing.T) {
	for name, do := range map[string]func(*site){
		"a speed test by TCP": func(s *site) { s.fetches(1, 32, 1, 400, 443) },
		"a speed test by UDP, answered late": func(s *site) {
			h := udp(desk, "203.0.113.9", 443)
			s.see(abri.Inside, h)
			s.times(20_000, 50*time.Microsecond, func(i int) {
				back := reply(h, 0)
				back.Length = 1250
				s.see(abri.Outside, back)
				if i%50 == 0 {
					s.see(abri.Inside, h)
				}
			})
		},
		"a backup that a far site fetches": func(s *site) { s.uploads(stranger, 22, 12_000) },
		"a backup to a far site":           func(s *site) { s.fetches(1, 2, 1, 6000, 22) },
		"a patch day":                      func(s *site) { s.fetches(30, 12, 6, 60, 80) },
		"a video conference of twenty":     func(s *site) { s.confers(20, 300) },
		"a council meeting sent out live":  func(s *site) { s.fetches(1, 1, 1, 3000, 1935) },
		"a council meeting shown by the site's server": func(s *site) {
			s.times(400, 5*time.Millisecond, func(i int) {
				for c := range 3 {
					s.talk(abri.Outside, forged(i).String(), web, uint16(50_000+c), 443, sized(">", 600), sized("<", 1400), sized("<", 1400), sized("<", 1400), sized(">", 200))
				}
			})
		},
		"results of school transport": func(s *site) { // six connections each, five hundred visitors in a second
			s.times(3000, time.Second/3000, func(i int) {
				s.talk(abri.Outside, forged(i%500).String(), web, uint16(50_000+i), 80, ">"+browser, sized("<", 3000))
			})
		},
		"results of school transport, and the server is overrun": func(s *site) { // half ask again, and are served then
			ask := func(i int) packet.Headers {
				h := syn(forged(i%500).String(), web, 443)
				h.SrcPort = uint16(50_000 + i)
				return h
			}
			s.times(1500, time.Second/1500, func(i int) { s.see(abri.Outside, ask(i)) })
			s.times(1500, time.Second/1500, func(i int) {
				s.see(abri.Outside, ask(i))
				s.see(abri.Inside, reply(ask(i), packet.SYN|packet.ACK))
				h := ask(i)
				h.Flags = packet.ACK
				s.see(abri.Outside, h)
			})
		},
		"an evening of sixty subscribers behind one address (CGNAT)": func(s *site) {
			s.times(60, 150*time.Millisecond, func(i int) {
				s.talk(abri.Outside, stranger, web, uint16(50_000+i), 443, sized(">", 600), sized("<", 9000))
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			do(s)
			s.wait(time.Hour)
			for _, f := range s.found {
				if f.Kind.Family() == abri.Denial {
					t.Fatalf("told as %+v", f)
				}
			}
		})
	}
}

// fetches has so many desks begin so many conversations each with machines of one network, each of which brings packets.
func (s *site) fetches(desks, each, far, packets int, port uint16) {
	for i := range desks * each {
		h := syn(machine("192.168.1.0/24", 50+i%desks), machine("203.0.113.0/24", i%far), port)
		h.SrcPort = uint16(20_000 + i)
		s.see(abri.Inside, h)
		s.see(abri.Outside, reply(h, packet.SYN|packet.ACK))
		s.times(packets, 100*time.Microsecond, func(int) {
			back := reply(h, packet.ACK)
			back.DataLength, back.Length = 1400, 1440
			s.see(abri.Outside, back)
		})
	}
}

// uploads has somebody outside fetch so many packets of a server.
func (s *site) uploads(from string, port uint16, packets int) {
	h := syn(from, mail, port)
	s.see(abri.Outside, h)
	s.see(abri.Inside, reply(h, packet.SYN|packet.ACK))
	s.times(packets, 100*time.Microsecond, func(i int) {
		data, ack := reply(h, packet.ACK), h
		data.DataLength, data.Length, ack.Flags = 1400, 1440, packet.ACK
		s.see(abri.Inside, data)
		if i%2 == 0 {
			s.see(abri.Outside, ack)
		}
	})
}

// confers has so many people hear and see each other for so many packets, by two servers of relays.
func (s *site) confers(people, packets int) {
	s.times(packets, 2*time.Millisecond, func(int) {
		for i := range people {
			h := udp(machine("192.168.1.0/24", 50+i), fmt.Sprint("203.0.113.", 1+i%2), 3478)
			h.SrcPort, h.Length = uint16(50_000+i), 1100
			s.see(abri.Inside, h)
			s.see(abri.Outside, reply(h, 0))
		}
	})
}

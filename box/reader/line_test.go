package reader

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/packet"
)

// told waits until the keeper was told of the telephone line what is wanted.
func (s *site) told(wanted func(order.Line) bool) order.Line {
	s.Helper()
	for begun := time.Now(); ; {
		s.kernel.mu.Lock()
		l := s.kernel.line
		s.kernel.mu.Unlock()
		if wanted(l) {
			return l
		}
		if time.Since(begun) > 10*time.Second {
			s.Fatalf("told %+v", l)
		}
		time.Sleep(time.Millisecond) // until the order went out
	}
}

// The kernel is told who the operator is, who telephones and where SIP is spoken, as soon as it is learnt and after a restart:
// it is what a gate that fails closed lets through.
func TestTheKernelKnowsTheLine(t *testing.T) {
	s := newSite(t)
	r := s.live()
	r.resettle(s.config("[ports]\ntelephone = [\"203.0.113.0/28\"]"), true)
	s.registers()
	odd := netip.MustParseAddrPort("198.51.100.20:5090")
	own := netip.MustParseAddrPort("192.168.10.14:41000")
	s.rings(own, odd, request("OPTIONS", "a", "o"))
	s.rings(odd, own, message("SIP/2.0 200 OK", "OPTIONS", "a", "o"))
	s.step()
	knows := func(l order.Line) bool {
		return slices.Contains(l.Operators, order.Host(provider.Addr())) && slices.Contains(l.Devices, pbx.Addr())
	}
	l := s.told(func(l order.Line) bool { return knows(l) && len(l.Books) > 0 && len(l.Operators) == 2 })
	if err := l.Check(); err != nil || !slices.Contains(l.Operators, netip.MustParsePrefix("203.0.113.0/28")) || !slices.Contains(l.Books, order.Book{At: odd, Proto: packet.UDP}) || l.Hold {
		t.Errorf("told %+v, %v", l, err)
	}
	r.writeLedger(t.Context())
	s.die()
	s.kernel.line = order.Line{}
	s.live().enforce()
	s.told(knows)
	s.die()
}

// A ban of somebody who turns out to be the operator is taken back.
func TestABanOfTheOperatorEnds(t *testing.T) {
	s := newSite(t)
	r := s.live()
	if err := r.Ban(t.Context(), control.Who{Name: "root"}, netip.MustParsePrefix("198.51.100.0/24"), time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := s.holds("ban 198.51.100.0/24"); err != nil {
		t.Fatal(err)
	}
	s.registers()
	s.step()
	for s.holds("ban 198.51.100.0/24") == nil && t.Context().Err() == nil {
		time.Sleep(time.Millisecond) // until the order went out
	}
	r.mu.Lock()
	left := slices.ContainsFunc(r.decided, func(d decision) bool { return d.choice == order.Ban })
	r.mu.Unlock()
	if left {
		t.Error("the ban is remembered")
	}
	s.die()
}

// What is said over TCP waits while calls are refused, from the moment that they are.
func TestSIPOverTCPWaitsWhileCallsAreRefused(t *testing.T) {
	s := newSite(t)
	s.clock = time.Date(2026, 3, 5, 22, 0, 0, 0, paris)
	r := s.live()
	r.resettle(s.config("[telephone]\nrefuse = true"), true)
	if err := r.SetMode(t.Context(), control.Who{Name: "root"}, abri.Protect); err != nil {
		t.Fatal(err)
	}
	s.registers()
	s.calls("+25261234567", "a", time.Second)
	s.step()
	if s.told(func(l order.Line) bool { return len(l.Operators) > 0 }).Hold {
		t.Error("it waits although no call is refused")
	}
	for _, id := range []string{"b", "c", "d"} {
		s.rings(pbx, provider, request("INVITE", "+25261234567", id))
	}
	s.told(func(l order.Line) bool { return l.Hold })
	s.die()
}

package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of spreading, for one device. The reasons are in docs/detection.md.
const (
	spreadDevices  = 4096
	spreadMachines = 15 // machines that let it in, on one port by which worms spread, within
	spreadTime     = 5 * time.Minute
	spamServers    = 10 // mail servers of others that it speaks to within
	spamTime       = 10 * time.Minute
	spamOwn        = 30 * 24 * time.Hour // that a mail server of the site is remembered as one
)

// spreading tells of devices that go to many machines by the ways of worms (inside: lateral movement), and of those that
// send mail to many servers and are no mail server: nobody brings them any.
type spreading struct {
	devices *memory[visitor, visited]
	postmen *memory[netip.Addr, struct{}] // machines of the site that mail is brought to
}

// visitor is a device and the port it goes to.
type visitor struct {
	from netip.Addr
	port uint16
	out  bool
}

// visited are the machines it went to.
type visited struct {
	machines variety
	told     time.Time
	as       abri.Finding
}

func newSpreading() *spreading {
	return &spreading{newMemory[visitor, visited](spreadDevices, spamTime), newMemory[netip.Addr, struct{}](1024, spamOwn)}
}

func (s *spreading) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || f.Port != 25 && !spreads(f.Port) || settled(f) {
		return
	}
	if f.Port == 25 {
		s.mail(at, f, h, emit)
		return
	}
	if f.Direction == abri.In || !f.Answered() || !fromClient(f, h) || h.DataLength == 0 {
		return
	}
	kind := abri.LateralMovement
	if f.Direction == abri.Out {
		kind = abri.Worm
	}
	s.visit(at, f, kind, spreadMachines, spreadTime, emit)
}

func (*spreading) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// mail looks at who sends mail, and to whom mail is brought.
func (s *spreading) mail(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Direction != abri.Out {
		if f.Answered() && !fromClient(f, h) {
			s.postmen.touch(at, f.Server.Addr())
		}
		return
	}
	if fromClient(f, h) && h.Flags.Has(packet.SYN) && s.postmen.find(f.Client.Addr()) == nil {
		s.visit(at, f, abri.Spambot, spamServers, spamTime, emit)
	}
}

// visit counts a machine.
func (s *spreading) visit(at time.Time, f *flow.Flow, k abri.Kind, bar int, window time.Duration, emit func(abri.Finding)) {
	v := s.devices.touch(at, visitor{f.Client.Addr(), f.Port, f.Direction == abri.Out})
	if !v.machines.add(at, window, number(f.Server.Addr())) || v.machines.count() < bar || !due(at, &v.told) {
		return
	}
	if v.as.Kind == "" {
		v.as = f.FindingOf(k, at, because(k, "machines", v.machines.count(), "port", f.Port, "seconds", seconds(at.Sub(v.machines.began))))
	}
	v.as.At = at
	emit(v.as)
}

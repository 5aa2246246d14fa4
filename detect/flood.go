package detect

import (
	"bytes"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of flood, against one machine. On a link no more than 1000 packets a second that nobody asked for are shown
// to us, so no bar is higher. The reasons are in docs/detection.md.
const (
	floodTargets = 4096

	floodSYNs     = 500                     // connections asked for within floodTime, of which
	floodShare    = 4                       // less than one in so many goes on, on at most
	floodDoors    = 8                       // ports: on more it is a scan
	floodForged   = 100                     // or by so many sources,
	floodAny      = 5000                    // or so many altogether; unless
	floodCrowd    = 8                       // one in so many comes again, as visitors do
	floodWaits    = 1500 * time.Millisecond // in which they have: a SYN is sent again after one second, and three (RFC 6298)
	floodComes    = 900 * time.Millisecond
	floodGoes     = 3500 * time.Millisecond
	floodTime     = 10 * time.Second
	floodOneWay   = 500  // packets of UDP or ICMP a second without an answer: from so many
	floodLarge    = 200  // bytes on average and so scattered over
	floodScatter  = 50   // ports, that it is neither a stream nor a scan, or
	floodSources  = 20   // sources, or to a port where no stream goes
	floodTold     = 1000 // sources that are told of a minute
	floodMirrors  = 20   // servers that answer what was not asked, with
	floodAnswers  = 100  // packets within floodTime
	floodAgain    = 20   // times that one of TCP accepts a connection nobody asked for: an honest one gives up after six
	floodVisits   = 80   // short conversations of one source within floodTime,
	floodVisitMax = 4096 // bytes each at most
)

// flood tells of those who drown a machine: half-open connections, packets that nobody answers, answers of innocent
// servers that somebody asked for in its name (amplification), and conversations one after the other. It is told once
// for each source at first, so that the attack's sources are a number.
type flood struct {
	targets *memory[netip.Addr, pressure]
	waits   int // of targets, with a finding that waits
	visits  *memory[[2]netip.Addr, visits]
}

// pressure is what comes to one machine.
type pressure struct {
	syns    openings
	oneWay  rush
	mirrors rush
}

// visits are the short conversations of one source with one machine.
type visits struct {
	tally tally
	told  time.Time
}

func newFlood() *flood {
	return &flood{
		targets: newMemory[netip.Addr, pressure](floodTargets, time.Minute),
		visits:  newMemory[[2]netip.Addr, visits](floodTargets, time.Minute),
	}
}

func (d *flood) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if h.Dst.IsMulticast() || settled(f) {
		return
	}
	switch f.Proto {
	case packet.TCP:
		d.tcp(at, f, h, emit)
	case packet.UDP:
		if fromClient(f, h) && !f.Answered() && !isRegistration(h) {
			d.udp(at, f, h, emit)
		}
	default: // who began says nothing there: who sends most is who floods. An enciphered tunnel is answered
		if f.Answered() && f.Proto != packet.ICMP && f.Proto != packet.ICMPv6 {
			return
		}
		r := &d.targets.touch(at, h.Dst).oneWay
		if r.add(at, f, h, time.Second) >= floodOneWay {
			r.tell(at, f, h, abri.Flood, "sources", emit)
		}
	}
}

// isRegistration reports whether a packet is a telephone's registration. After a power cut a thousand of them come within
// seconds, to an exchange that starts too and answers nobody yet: what drowns by these looks the same.
func isRegistration(h *packet.Headers) bool { return bytes.HasPrefix(h.Payload, []byte("REGISTER ")) }

// udp counts packets that nobody answers.
func (d *flood) udp(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	p := d.targets.touch(at, f.Server.Addr())
	if mirror(f.Client.Port()) {
		r := &p.mirrors
		if r.add(at, f, h, floodTime) >= floodAnswers && (r.packets.count() >= floodMirrors || r.packets.n >= floodAny) {
			r.tell(at, f, h, abri.Amplification, "servers", emit)
		}
		return
	}
	r := &p.oneWay
	if r.add(at, f, h, time.Second) >= floodOneWay && (!streamPort(f) || r.packets.count() >= floodSources || r.scattered() || r.beginsAnew()) {
		r.tell(at, f, h, abri.Flood, "sources", emit)
	}
}

// End counts conversations that were whole, and short; and looks at how many packets crossed, of which a link shows the
// first ones only.
func (d *flood) End(at time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if settled(f) {
		return
	}
	if f.Proto != packet.TCP {
		d.lasting(f, emit)
		return
	}
	if !f.Answered() || f.Up.Bytes+f.Down.Bytes > floodVisitMax || failedLogin(f) {
		return
	}
	v := d.visits.touch(f.Last, [2]netip.Addr{f.Client.Addr(), f.Server.Addr()})
	if n := v.tally.add(f.Last, floodTime); n >= floodVisits && due(f.Last, &v.told) {
		emit(f.FindingOf(abri.Flood, f.Last, because(abri.Flood, "connections", n, "seconds", seconds(f.Last.Sub(v.tally.began)), "sources", 1)))
	}
}

// lasting tells of one conversation that was a flood by itself.
func (d *flood) lasting(f *flow.Flow, emit func(abri.Finding)) {
	lasted := seconds(f.Last.Sub(f.First))
	n, from, to := f.Up.Packets, f.Client.Addr(), f.Server.Addr()
	if f.Down.Packets > n {
		n, from, to = f.Down.Packets, to, from
	}
	ping := f.Proto == packet.ICMP || f.Proto == packet.ICMPv6
	if n < uint64(floodOneWay*lasted) || to.IsMulticast() || !ping && f.Answered() || f.Proto == packet.UDP && streamPort(f) {
		return
	}
	if r := &d.targets.touch(f.Last, to).oneWay; due(f.Last, &r.told) {
		x := f.FindingOf(abri.Flood, f.Last, because(abri.Flood, "packets", n, "seconds", lasted, "sources", 1))
		emit(sentBy(from, x))
	}
}

// mirror reports whether servers that answer anybody, and with more than they were asked, listen on the port (CISA
// alert TA14-017A, and those found since).
func mirror(port uint16) bool {
	switch port {
	case 17, 19, 53, 69, 111, 123, 137, 161, 177, 389, 427, 500, 520, 623, 1434, 1604, 1900, 3283, 3702, 4500, 5093, 5353, 5683, 10001,
		10074, 11211, 17185, 27015, 27960, 32414, 33848, 37810, 47808:
		return true
	}
	return false
}

// streamPort reports whether an honest stream of one direction may go to the port of a conversation of UDP: sound,
// pictures, logs. Below 1024 only logs (syslog, SNMP traps) and QUIC are.
func streamPort(f *flow.Flow) bool {
	return f.Port >= 1024 || f.Port == 443 || f.Port == 514 || f.Port == 162
}

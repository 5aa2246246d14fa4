package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

// The bars of selfSigned. What each sign weighs, and why, is in docs/detection.md.
const (
	selfSignedBar     = 8
	leastHello        = 48 // bytes of a client, or of a server with its certificate
	selfSignedTalks   = 4096
	selfSignedDevices = 1024
	selfSignedTime    = time.Hour // within which a device calls several such servers
	selfSignedKnown   = 24 * time.Hour
	selfSignedForget  = 45 * 24 * time.Hour
)

// selfSigned tells of devices that call their master within TLS: the server shows a certificate for which nobody vouches, and
// kits and botnets make theirs so that it never ends, ask for no name, take odd ports and have many of them. One sign alone is
// not enough, since cameras, discs and appliances vouch for themselves too.
type selfSigned struct {
	greetings *memory[ends, greeting]
	servers   *memory[netip.AddrPort, int64] // when the site first called one, in seconds
	devices   *memory[lot, calledMany]
	names     *naming
}

// greeting is how a client of TLS greeted.
type greeting struct{ nameless, plain bool }

// lot are the servers that a device calls by ports below leastPeer, or by one above: peers of a network that shares files vouch
// for themselves too, and each takes a high port of its own.
type lot struct {
	device netip.Addr
	port   uint16
}

func lotOf(f *flow.Flow) lot {
	if f.Port < leastPeer {
		return lot{device: f.Client.Addr()}
	}
	return lot{f.Client.Addr(), f.Port}
}

const leastPeer = 10_000

// calledMany are the self-signed servers of a lot that were called lately.
type calledMany struct {
	calls variety // and the servers that were asked for by no name
	told  time.Time
}

func newSelfSigned(names *naming) *selfSigned {
	return &selfSigned{
		greetings: newMemory[ends, greeting](selfSignedTalks, time.Minute),
		servers:   newMemory[netip.AddrPort, int64](selfSignedDevices, selfSignedForget),
		devices:   newMemory[lot, calledMany](selfSignedDevices, selfSignedTime),
		names:     names,
	}
}

func (s *selfSigned) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if len(h.Payload) < leastHello || h.Payload[0] != tls.Handshake || f.Proto != packet.TCP || f.Direction != abri.Out || settled(f) {
		return
	}
	data, key := reading(f, h), endsOf(f)
	if data == nil {
		return
	}
	if fromClient(f, h) {
		var hello tls.Hello
		if beginsTLS(data) && hello.Parse(data[9:]) { // one that is cut apart is a browser's: kits are short
			*s.greetings.touch(at, key) = greeting{nameless: !hello.Named, plain: len(hello.Protocols) == 0}
		}
		return
	}
	if g := s.greetings.find(key); g != nil {
		if c, ok := tls.ReadCertificate(data); ok && c.SelfSigned() {
			s.weigh(at, f, *g, c, emit)
		}
	}
}

func (*selfSigned) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// weigh tells of a server whose signs weigh enough.
func (s *selfSigned) weigh(at time.Time, f *flow.Flow, g greeting, c tls.Certificate, emit func(abri.Finding)) {
	first := s.servers.touch(at, f.Server)
	if *first == 0 {
		*first = at.Unix()
	}
	d := s.devices.touch(at, lotOf(f))
	d.calls.addMany(at, selfSignedTime, 1)
	if g.nameless {
		d.calls.numbers.add(number(f.Server.Addr()))
	}
	points, facts := 2, []any{"points", 0, "sign", "self-signed"}
	for _, sign := range []struct {
		name   string
		weight int
		stands bool
	}{
		{"endless-certificate", 3, c.Endless()},
		{"several-such-servers", 3, g.nameless && d.calls.count() > 1},
		{"odd-port", 2, !usualTLS(f.Port)},
		{"no-name-asked", 1, g.nameless},
		{"no-protocol-offered", 1, g.plain},
		{"bare-address", 1, !s.names.leads(f.Server.Addr())},
		{"known-server", -3, at.Sub(time.Unix(*first, 0)) >= selfSignedKnown},
	} {
		if sign.stands {
			points += sign.weight
			if sign.weight > 0 {
				facts = append(facts, "sign", sign.name)
			}
		}
	}
	if facts[1] = points; points >= selfSignedBar && due(at, &d.told) {
		emit(f.FindingOf(abri.CommandAndControl, at, because(abri.CommandAndControl, facts...)))
	}
}

// usualTLS reports whether TLS is what one expects by a port (IANA).
func usualTLS(port uint16) bool {
	switch port {
	case tlsPort, 8443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 3269, 5061, 5223, 5228, 5671, 6514, 8883:
		return true
	}
	return false
}

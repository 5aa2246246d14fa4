package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// searcher is what doors are counted of. An outside source is one, whatever it tries; of a device that calls outward
// each target and each port is one, since calling many machines on many ports is what peer-to-peer programs do. It is
// small, because there may be a great many.
type searcher struct {
	from   [16]byte
	bits   uint8 // of from, when it is a network
	way    way
	port   uint16
	target uint32
}

// way is how a door is knocked at, as far as the bars differ.
type way uint8

const (
	wayTCP way = iota
	wayACK
	wayUDP
	wayHighUDP
	wayEcho
	wayProtocol // of IP itself: each protocol is a door
)

var wayNames = [...]string{"tcp", "ack", "udp", "udp", "icmp", "protocol"}

// searchers are those that a knock is counted of: the source, and its network; outward the target, and the port.
func searchers(f *flow.Flow, w way, plain bool) (one, other searcher) {
	from := f.Client.Addr()
	one = searcher{from: from.As16(), way: w}
	switch f.Direction {
	case abri.Out:
		other = one
		one.target, other.port = number(f.Server.Addr()), outPort(f, w, plain)
		if other.port == 0 && w == wayHighUDP { // peers stand anywhere, and not one beside the other
			other.port, other.target = f.Port, number(around(f.Server.Addr()))
		}
	case abri.In:
		if readerPort(f) {
			one.target = number(f.Server.Addr())
			return one, searcher{}
		}
		bits := 24
		if from.Is6() {
			bits = 64
		}
		other = searcher{from: around(from).As16(), bits: uint8(bits), way: w}
	}
	return one, other
}

// around is the /24 or /64 of an address, by its first.
func around(a netip.Addr) netip.Addr {
	bits := 24
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p.Addr()
}

// readerPort reports whether a conversation inward may be one outward, seen where nobody says who is at home: peers, names,
// time and pages by QUIC are asked of many public addresses.
func readerPort(f *flow.Flow) bool {
	return !f.Inside.IsPrivate() && (f.Service == abri.DNS || f.Port == 123 || f.Port >= 1024 && f.Service == abri.Other || f.Service == abri.Web && f.Proto == packet.UDP)
}

// outPort is the port that a sweep outward is counted by; 0 where nothing is counted, since calls between high ports are
// peer-to-peer, and pages, mail, names and time are asked of many machines in vain when the line is down; but not by plain SYNs. Echoes have no port, and are counted by one that nothing else has.
func outPort(f *flow.Flow, w way, plain bool) uint16 {
	switch {
	case w == wayEcho:
		return 1
	case plain:
		return f.Port
	case f.Service == abri.Web || f.Service == abri.Mail || f.Service == abri.DNS || f.Port == 123:
		return 0
	case f.Port < 1024 || f.Service != abri.Other:
		return f.Port
	}
	return 0
}

// plain reports whether a SYN has no options, or one: systems send several (RFC 7323, RFC 2018), tools that scan fast
// don't take the time.
func plain(h *packet.Headers) bool {
	head := 20
	if h.Src.Is6() {
		head = 40
	}
	return h.Proto == packet.TCP && h.Flags == packet.SYN && h.Length > 0 && h.Length <= head+24
}

// patience is for how long doors are counted together.
func patience(d abri.Direction) time.Duration {
	switch {
	case d == abri.In:
		return scanInTime
	case d == abri.Out:
		return scanOutTime
	}
	return scanLANTime
}

// bar is how many doors are too many.
func bar(who searcher, f *flow.Flow) int {
	d := f.Direction
	n := scanLANDoors
	switch {
	case who.bits > 0:
		n = scanNetDoors
	case d == abri.In && f.Service == abri.Web && !f.Inside.IsPrivate():
		n = scanWebDoors
	case d == abri.In:
		n = scanInDoors
	case d == abri.Out && who.port == 0:
		n = scanOutDoors
	case d == abri.Out:
		n = scanOutHosts
	}
	switch who.way {
	case wayHighUDP:
		return max(n, scanUDPDoors)
	case wayACK:
		return max(n, scanACKDoors)
	}
	return n
}

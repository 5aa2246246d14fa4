package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// rush is one sort of packets within a window.
type rush struct {
	packets  variety // by source
	ports    distinct
	bytes    int
	begun    int // packets with which a conversation began
	told     time.Time
	tellings tally
}

// add counts a packet.
func (r *rush) add(at time.Time, f *flow.Flow, h *packet.Headers, window time.Duration) int {
	r.packets.add(at, window, number(h.Src))
	if r.packets.n == 1 {
		r.ports, r.bytes, r.begun = distinct{}, 0, 0
	}
	if f.Up.Packets+f.Down.Packets == 1 {
		r.begun++
	}
	r.ports.add(uint32(h.DstPort))
	r.bytes += h.Length
	return r.packets.n
}

// tell tells of the flood: once a minute, and of a flood from many sources at each packet, as far as floodTold goes, so
// that its sources are counted.
func (r *rush) tell(at time.Time, f *flow.Flow, h *packet.Headers, k abri.Kind, who string, emit func(abri.Finding)) {
	fresh := due(at, &r.told)
	if !fresh && (r.packets.count() < floodSources || r.tellings.add(at, again) > floodTold) {
		return
	}
	emit(r.findingOf(at, f, h, k, who))
}

// findingOf says what is known of the flood at a packet.
func (r *rush) findingOf(at time.Time, f *flow.Flow, h *packet.Headers, k abri.Kind, who string) abri.Finding {
	x := f.FindingOf(k, at, because(k, "packets", r.packets.n, "seconds", seconds(at.Sub(r.packets.began)), who, r.packets.count()))
	if k == abri.Amplification && f.Proto == packet.UDP { // of TCP, who answers is the server
		x.Port, x.Service = f.Client.Port(), abri.ServiceOfPort(f.Client.Port())
	}
	return sentBy(h.Src, x)
}

// sentBy turns a finding the way that the flood goes, which is not always the conversation's: of answers and errors that
// nobody asked for, the one who drowns is the one who seems to have begun.
func sentBy(from netip.Addr, x abri.Finding) abri.Finding {
	switch {
	case from == x.Inside && x.Direction == abri.In:
		x.Direction = abri.Out
	case from == x.Outside && x.Direction == abri.Out:
		x.Direction = abri.In
	}
	return x
}

// scattered reports whether large packets go to many ports: a stream goes to one, and a scan is of small ones.
func (r *rush) scattered() bool {
	return r.ports.count() >= floodScatter && r.bytes >= floodLarge*r.packets.n
}

// beginsAnew reports whether a few doors get every other packet from another port: a stream has one, and a scan tries many doors.
func (r *rush) beginsAnew() bool { return 2*r.begun >= r.packets.n && r.ports.count() <= floodDoors }

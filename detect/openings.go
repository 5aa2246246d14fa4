package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// openings are the connections that one machine is asked for, and segments that belong to none, within a window.
type openings struct {
	rush
	asked   int           // of them, by a SYN
	goesOn  int           // connections that went on
	bounced int           // answers to what was asked in the machine's name
	back    distinct      // connections that were asked for again
	finding *abri.Finding // waits for those who come again
}

// tcp counts connections that are asked for, those that go on, and segments that belong to none.
func (d *flood) tcp(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	up := fromClient(f, h)
	if !up && bounces(f, h) && f.Down.Packets >= floodAgain {
		r := &d.targets.touch(at, h.Dst).mirrors
		r.add(at, f, h, floodTime)
		r.tell(at, f, h, abri.Amplification, "servers", emit)
	}
	asks := up && h.Flags&(packet.SYN|packet.ACK) == packet.SYN
	if !asks && !stray(f, h, up) {
		if up && f.Answered() && f.Up.Packets <= 2 && h.Flags.Has(packet.ACK) {
			if p := d.targets.find(f.Server.Addr()); p != nil {
				p.syns.goesOn++
			}
		}
		return
	}
	d.opening(at, f, h, asks, emit)
}

// opening counts one, and tells of the flood that it may be a part of. A crowd of visitors whom the server can't answer comes
// again: so of connections that are asked for nothing is told before they could, unless they are more than any crowd.
func (d *flood) opening(at time.Time, f *flow.Flow, h *packet.Headers, asks bool, emit func(abri.Finding)) {
	o := &d.targets.touch(at, h.Dst).syns
	if o.add(at, f, h, floodTime) == 1 {
		d.forget(o)
		*o = openings{rush: o.rush}
	}
	o.note(at, f, h, asks)
	if !o.many() || o.isCrowd() {
		return
	}
	k, who := abri.Flood, "sources"
	if 2*o.bounced > o.packets.n {
		k, who = abri.Amplification, "servers"
	}
	if 2*o.asked > o.packets.n && o.packets.n < floodAny && at.Sub(o.packets.began) < floodWaits {
		if o.finding == nil {
			x := o.findingOf(at, f, h, k, who)
			o.finding = &x
			d.waits++
		}
		return
	}
	d.forget(o)
	o.tell(at, f, h, k, who, emit)
}

// forget gives up a finding that waits.
func (d *flood) forget(o *openings) {
	if o.finding != nil {
		o.finding = nil
		d.waits--
	}
}

// Tick tells of what waited long enough.
func (d *flood) Tick(at time.Time, emit func(abri.Finding)) {
	if d.waits == 0 {
		return
	}
	d.waits = 0
	d.targets.each(func(_ netip.Addr, p *pressure) {
		o := &p.syns
		switch {
		case o.finding == nil:
		case at.Sub(o.packets.began).Abs() < floodWaits:
			d.waits++
		default:
			if !o.isCrowd() && due(o.finding.At, &o.told) {
				emit(*o.finding)
			}
			o.finding = nil
		}
	})
}

// note takes one in.
func (o *openings) note(at time.Time, f *flow.Flow, h *packet.Headers, asks bool) {
	if asks {
		o.asked++
		if past := at.Sub(f.First); past >= floodComes && past <= floodGoes {
			o.back.add(door(h.Src, h.SrcPort))
		}
	}
	if bounces(f, h) {
		o.bounced++
	}
}

// many reports whether they are more than a machine is asked for honestly.
func (o *openings) many() bool {
	n := o.packets.n
	return n >= floodSYNs && o.goesOn*floodShare < n && (o.ports.count() <= floodDoors || o.packets.count() >= floodForged || n >= floodAny)
}

// isCrowd reports whether those who ask are visitors.
func (o *openings) isCrowd() bool { return o.back.count()*floodCrowd >= o.asked && o.asked > 0 }

// bounces reports whether a segment is the answer of a server to a connection that its receiver did not ask for: an attacker
// did, in its name. Some servers repeat it without end (Kührer et al., Hell of a Handshake, WOOT 2014).
func bounces(f *flow.Flow, h *packet.Headers) bool {
	own, other := &f.Down, &f.Up
	if fromClient(f, h) {
		own, other = other, own
	}
	return h.Flags.Has(packet.SYN|packet.ACK) && own.Flags == h.Flags && other.Flags == 0 && other.Packets == 0
}

// stray reports whether a segment is the first of its conversation, and its other end did not say anything: what an
// attacker throws at a machine, or what innocent servers throw back for him.
func stray(f *flow.Flow, h *packet.Headers, up bool) bool {
	own, other := &f.Up, &f.Down
	if !up {
		own, other = other, own
	}
	return other.Flags == 0 && own.Flags == h.Flags && own.Packets <= 1
}

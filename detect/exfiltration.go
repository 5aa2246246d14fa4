package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of exfiltration. The reasons are in docs/detection.md.
const (
	exfilDevices = 4096
	exfilPlaces  = 65_536
	exfilLearns  = 7 * 24 * time.Hour  // that a device is watched before anything is said of it
	exfilForgets = 45 * 24 * time.Hour // that a place is remembered; a copy once a month is a habit
	exfilNew     = 24 * time.Hour      // that a place is new to a device
	exfilLeast   = 1 << 30             // bytes sent to a new place, and
	exfilTimes   = 3                   // times what the device sent on its heaviest day
	exfilShare   = 4                   // times what came back
)

// exfiltration tells of a device that sends far more than is its habit to a place where it never sent anything. What
// it does in its first week, and again after a restart of the box, is learnt and not told.
type exfiltration struct {
	devices *memory[netip.Addr, habit]
	places  *memory[route, sent]
}

// route is a device and the network that it sends to: a /24, or a /48 of IPv6, since large services have many machines.
type route struct {
	device netip.Addr
	place  netip.Prefix
}

// habit is what a device sends in a day.
type habit struct {
	since    time.Time
	day      time.Time // the beginning of the present day
	today    uint64
	heaviest uint64 // of the days that are over
}

// sent is what went along a route.
type sent struct {
	since, told time.Time
	up, down    uint64
}

func newExfiltration() *exfiltration {
	return &exfiltration{newMemory[netip.Addr, habit](exfilDevices, exfilForgets), newMemory[route, sent](exfilPlaces, exfilForgets)}
}

// Observe does nothing: what counts is known when a conversation is over.
func (*exfiltration) Observe(time.Time, *flow.Flow, *packet.Headers, func(abri.Finding)) {}

func (e *exfiltration) End(_ time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if f.Direction != abri.Out || settled(f) || f.Up.Bytes == 0 {
		return
	}
	at := f.Last
	h := e.devices.touch(at, f.Inside)
	h.turn(at)
	usual := h.heaviest
	h.today += f.Up.Bytes
	bits := 24
	if f.Outside.Is6() {
		bits = 48
	}
	place, err := f.Outside.Prefix(bits)
	if err != nil {
		return
	}
	s := e.places.touch(at, route{f.Inside, place})
	if s.since.IsZero() {
		s.since = f.First
	}
	s.up += f.Up.Bytes
	s.down += f.Down.Bytes
	if at.Sub(h.since) < exfilLearns || at.Sub(s.since) > exfilNew || s.up < exfilLeast || s.up < exfilTimes*usual || s.up < exfilShare*s.down {
		return
	}
	if due(at, &s.told) {
		emit(f.FindingOf(abri.Exfiltration, at, because(abri.Exfiltration, "bytes", s.up, "usual-bytes", usual, "seconds", seconds(at.Sub(s.since)))))
	}
}

// turn begins a new day when the present one is over.
func (h *habit) turn(at time.Time) {
	if h.since.IsZero() {
		h.since, h.day = at, at
	}
	if at.Sub(h.day) >= 24*time.Hour {
		h.heaviest = max(h.heaviest, h.today)
		h.day, h.today = at, 0
	}
}

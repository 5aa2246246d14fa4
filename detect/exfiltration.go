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
	exfilQuiet   = 200 << 20           // the same at an hour at which the device never sent a tenth of that
	exfilTimes   = 3                   // times what the device sent on its heaviest day
	exfilShare   = 4                   // times what came back
	exfilFades   = 4                   // the part of a habit that each day without it takes away
)

// exfiltration tells of a device that sends far more than is its habit to a place where it never sent anything, and
// sooner at an hour at which it sends nothing, such as at night. What it does in its first week is learnt and not told.
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
	heaviest uint64     // of the days that are over; it fades, or one large copy would hide what a thief takes for ever
	hours    [24]uint64 // the most that was sent on these days, by hour of the day (UTC); fading likewise
	present  [24]uint64 // the same of the present day
}

// sent is what went along a route.
type sent struct {
	since, told time.Time
	up, down    uint64
}

func newExfiltration() *exfiltration {
	return &exfiltration{newMemory[netip.Addr, habit](exfilDevices, exfilForgets), newMemory[route, sent](exfilPlaces, exfilForgets)}
}

// Observe does nothing: what matters is how much is sent.
func (*exfiltration) Observe(time.Time, *flow.Flow, *packet.Headers, func(abri.Finding)) {}

func (*exfiltration) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// Count takes what a conversation carried since it was last told.
func (e *exfiltration) Count(at time.Time, f *flow.Flow, up, down uint64, emit func(abri.Finding)) {
	if f.Direction != abri.Out || settled(f) {
		return
	}
	h, s := e.add(at, f.Inside, f.Outside, up, down)
	if s == nil || up == 0 || at.Sub(h.since) < exfilLearns || at.Sub(s.since) > exfilNew {
		return
	}
	least, usual := uint64(exfilLeast), h.usual(at)
	if 10*usual <= s.up {
		least = exfilQuiet
	}
	if s.up < least || s.up < exfilTimes*h.heaviest || s.up < exfilShare*s.down || !due(at, &s.told) {
		return
	}
	emit(f.FindingOf(abri.Exfiltration, at, because(abri.Exfiltration, "bytes", s.up, "usual-bytes", h.heaviest, "usual-hour-bytes", usual, "seconds", seconds(at.Sub(s.since)))))
}

// Recall takes what the box remembers of a device over a restart.
func (e *exfiltration) Recall(d Departure) { e.add(d.Hour, d.Device, d.Outside, d.Sent, d.Received) }

// add takes bytes into the habit of a device and into its route; nil where the place can't be.
func (e *exfiltration) add(at time.Time, device, outside netip.Addr, up, down uint64) (*habit, *sent) {
	bits := 24
	if outside.Is6() {
		bits = 48
	}
	place, err := outside.Prefix(bits)
	if err != nil {
		return nil, nil
	}
	h := e.devices.touch(at, device)
	h.turn(at)
	h.today += up
	h.present[at.UTC().Hour()] += up
	s := e.places.touch(at, route{device, place})
	if s.since.IsZero() {
		s.since = at
	}
	s.up += up
	s.down += down
	return h, s
}

// usual is the most that was ever sent at this hour of the day, or the one before or after.
func (h *habit) usual(at time.Time) uint64 {
	n := at.UTC().Hour()
	return max(h.hours[(n+23)%24], h.hours[n], h.hours[(n+1)%24])
}

// turn begins a new day when the present one is over.
func (h *habit) turn(at time.Time) {
	if h.since.IsZero() {
		h.since, h.day = at, at
	}
	if at.Sub(h.day) < 24*time.Hour {
		return
	}
	h.heaviest = max(h.heaviest-h.heaviest/exfilFades, h.today)
	for n := range h.hours {
		h.hours[n] = max(h.hours[n]-h.hours[n]/exfilFades, h.present[n])
	}
	h.day, h.today, h.present = at, 0, [24]uint64{}
}

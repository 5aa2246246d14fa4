// Package count turns what was judged into attacks, the thing that is counted: verdicts → attacks.
//
// The published rule:
//
//   - Inward (and between machines of the site) an attack is the same outside address, kind, service and inside target;
//     outward the same device, kind and destination; denial of service is one a target, its sources a number.
//   - It ends after an hour of quiet, outward and beacons after a day: see [Options].
//   - It is counted once, on its first local day, even when it goes on over midnight. Its id is made of what it is and
//     when it began, so that a replay and a restart give the same one; a later revision replaces an earlier one.
//   - It is neutralised when something of it was really dropped. Its outcome only rises: observed, would-block, blocked.
//   - An attempt by a listed address is an attack even when it is one packet: the list is the evidence. Without a
//     list, a lone probe that leads to nothing is noise, and so is a research scanner that says who it is, listed or
//     not. Noise is counted apart, in attempts, and never becomes a row.
//   - Rows are bounded: beyond 10,000 an hour the rest is one row with a number: see rest.go.
//
// An IPv6 address counts as it stands, not by its /64: in one /64 of a hoster live many customers, and the rule
// that people can check says address. Whoever hops through a /64 meets the hourly bound.
//
// Time is an argument: the room has no clock, disk, network or randomness. It imports the root only; it neither
// detects, nor decides, nor keeps: detect, policy and store do.
package count

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// Sighting is one thing that was seen and judged. Attempts, Packets and Bytes are what came since the last sighting of
// the same flow: the first sighting of a flow carries its one attempt, later ones none.
type Sighting struct {
	Finding  abri.Finding
	Outcome  abri.Outcome // what was really done with it; anything unknown is Observed
	Attempts uint64
	Packets  uint64
	Bytes    uint64
	Answered bool // the server answered; it tells in an outward attack only
	// Sources, of a flood whose sources were numbered elsewhere, is about how many there were in all; its reason is the
	// latest. 0 for any other.
	Sources uint64
}

// Options say how attacks are told apart and how many rows there may be. Zero values mean the default.
type Options struct {
	Location *time.Location // of the site, for the local day; UTC
	// Seed is the box's own and never changes, else the ids do. It keeps the ids of two sites apart, and who does not
	// know it cannot choose sources that mislead the sketch of their number.
	Seed string
	// RowsPerHour is how many attacks may begin in a clock hour before the rest share one row; 10,000. It holds for
	// inward and outward apart, so that a storm of knocks cannot hide a theft.
	RowsPerHour int
	// MaxOpen is how many attacks may be open at once, inward and outward apart; 32,768. Beyond it a new attack goes to
	// the rest of its hour: no attack that goes on is cut in two.
	MaxOpen int
	// Quiet is after how much quiet an attack ends; 1 h.
	Quiet time.Duration
	// OutwardQuiet is the same for outward attacks and beacons; 24 h, to which the counter adds a twelfth (2 h). For
	// "a day" is what a daily timer keeps to: with its jitter, and on the local day of 25 hours when the clocks go back. A
	// beacon once a day is one attack, not a new one every morning.
	OutwardQuiet time.Duration
	// Device gives the name by which people know the device of an address inside, "" where nobody knows; nil names none.
	Device func(netip.Addr) string
}

// Counter holds the attacks that are open. It is not safe for concurrent use: it belongs to the loop that judges.
type Counter struct {
	options Options
	rows    map[key]*row
	rests   []*row    // those of rows that stand for many attacks
	changed []*row    // since the last Changed
	hurries bool      // what Hurries says
	ticked  time.Time // the last Tick
	due     time.Time // no row ends before
	hour    int64     // the clock hour of the newest row, since 1970
	begun   [2]int    // rows begun in that hour, inward and outward
	open    [2]int    // rows open, inward and outward
	wide    int       // open rows that number their sources exactly to sourcesWide
	noise   noise
}

// New gives a Counter without attacks.
func New(o Options) *Counter {
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.RowsPerHour <= 0 {
		o.RowsPerHour = 10_000
	}
	if o.MaxOpen <= 0 {
		o.MaxOpen = 32_768
	}
	if o.Quiet <= 0 {
		o.Quiet = time.Hour
	}
	if o.OutwardQuiet <= 0 {
		o.OutwardQuiet = 24 * time.Hour
	}
	return &Counter{options: o, rows: make(map[key]*row), noise: newNoise()}
}

// Add counts one sighting, at the time it was seen. A time before the attack's last (the clock was set back) belongs to
// the same attack, whose last time stays.
func (c *Counter) Add(at time.Time, s Sighting) {
	f := &s.Finding
	if f.Noise {
		c.noise.add(at, c.options.Location, s.Attempts)
		return
	}
	k := keyOf(f.Kind, f.Service, f.Direction, f.Outside, f.Inside)
	r := c.rows[k]
	if r != nil && c.over(r, at) {
		c.end(r)
		r = nil
	}
	if r == nil {
		r = c.place(at, k, s)
	}
	c.merge(r, at, s)
	if r.many != nil {
		c.number(r, k, &s)
	}
	c.touch(r)
}

// place gives the row for an attack that has none: a new one, or the rest of the hour when there are too many.
func (c *Counter) place(at time.Time, k key, s Sighting) *row {
	if r := c.restOf(k, at); r != nil {
		return r
	}
	c.turn(at)
	side := k.side()
	if c.begun[side] >= c.options.RowsPerHour || c.open[side] >= c.options.MaxOpen {
		return c.rest(at, k, s)
	}
	c.begun[side]++
	return c.begin(at, k, s)
}

// turn begins a new clock hour, with a new bound on rows. A clock set back by an hour does not give the hour a second
// bound; one set back by more was wrong before.
func (c *Counter) turn(at time.Time) {
	h := at.Unix() / 3600
	if h > c.hour || h < c.hour-1 {
		c.hour, c.begun = h, [2]int{}
	}
}

// touch notes that the row changed since the last Changed.
func (c *Counter) touch(r *row) {
	if !r.dirty {
		r.dirty = true
		c.changed = append(c.changed, r)
	}
}

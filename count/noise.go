package count

import (
	"maps"
	"slices"
	"time"

	"abri.example/abri"
)

// How many days of noise are remembered for the page, and how many hours may wait to be fetched.
const (
	noiseDays  = 8
	noiseHours = 72
)

// NoiseHour is the noise that was added to one clock hour since the last NoiseHours.
type NoiseHour struct {
	Hour  time.Time // its first instant, UTC
	Count uint64    // attempts
}

// noise counts what leads to nothing.
type noise struct {
	days   map[abri.Day]uint64
	hours  map[int64]uint64
	second int64    // of the latest attempt
	day    abri.Day // that second lies in: a flood has thousands a second, and a calendar takes longer than the rest
}

func newNoise() noise {
	return noise{days: make(map[abri.Day]uint64), hours: make(map[int64]uint64)}
}

// add counts n attempts. Beyond their bounds the oldest day is forgotten, and the newest hour that waits takes all.
func (n *noise) add(at time.Time, where *time.Location, attempts uint64) {
	if second := at.Unix(); second != n.second || n.day == "" {
		n.second, n.day = second, abri.DayOf(at, where)
	}
	n.days[n.day] += attempts
	if len(n.days) > noiseDays {
		delete(n.days, slices.Min(slices.Collect(maps.Keys(n.days))))
	}
	hour := at.Unix() / 3600
	if _, known := n.hours[hour]; !known && len(n.hours) >= noiseHours {
		hour = slices.Max(slices.Collect(maps.Keys(n.hours)))
	}
	n.hours[hour] += attempts
}

// Noise is the noise of a local day, in attempts. The last eight days are remembered.
func (c *Counter) Noise(day abri.Day) uint64 { return c.noise.days[day] }

// NoiseHours gives the noise since the last call, oldest hour first, for the store to add to what it holds.
func (c *Counter) NoiseHours() []NoiseHour {
	var out []NoiseHour
	for _, h := range slices.Sorted(maps.Keys(c.noise.hours)) {
		if n := c.noise.hours[h]; n > 0 {
			out = append(out, NoiseHour{time.Unix(h*3600, 0).UTC(), n})
		}
	}
	clear(c.noise.hours)
	return out
}

// RestoreNoise sets the noise of a local day after a restart, from the store. It is not given again by NoiseHours.
func (c *Counter) RestoreNoise(day abri.Day, attempts uint64) { c.noise.days[day] = attempts }

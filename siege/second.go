package siege

import (
	"net/netip"
	"slices"
	"time"

	"abri.example/abri"
)

// Second is what habits, line and sheets are made of: what was told of about a second, what pressed, and the line.
type Second struct {
	At       time.Time     // its end
	Lasted   time.Duration // since the end of the one before; very long for the first
	Told     []Told        // one of each attack
	Reports  []Report      // one of each service and pressure
	Besieged bool
	Came     uint64 // bytes; a second, for Sheets
	Line     *Line
}

// Gathering puts together to a Second what is reported several times within it. The zero Gathering is empty. Not safe for
// concurrent use.
type Gathering struct {
	ended time.Time     // the last
	under Second        // the one that is under way
	at    map[place]int // where the report of a place stands in it
}

// place is what makes two reports one.
type place struct {
	target   netip.Addr
	pressure abri.Pressure
	service  abri.Service
}

// Take adds what was reported and told, and how many bytes came. It gives the second that is over with it; one in which an
// attack is told for the first time is over at once, for nobody waits with that.
func (g *Gathering) Take(at time.Time, reports []Report, told []Told, came uint64) (s Second, over bool) {
	for _, r := range reports {
		g.report(r)
	}
	for _, t := range told {
		g.tell(t)
	}
	g.under.At, g.under.Lasted = at, at.Sub(g.ended)
	g.under.Came += came
	first := slices.ContainsFunc(told, func(t Told) bool { return t.First })
	if !first && g.under.Lasted >= 0 && g.under.Lasted < nearlyASecond {
		return Second{}, false
	}
	s, g.under, g.ended, g.at = g.under, Second{}, at, nil
	return s, true
}

// report adds a report to that of the same service and pressure.
func (g *Gathering) report(r Report) {
	k := place{r.Target, r.Pressure, r.Service}
	i, known := g.at[k]
	if !known {
		if g.at == nil {
			g.at = map[place]int{}
		}
		g.at[k] = len(g.under.Reports)
		g.under.Reports = append(g.under.Reports, r)
		return
	}
	x := &g.under.Reports[i]
	r.Arrived += x.Arrived
	r.Held += x.Held
	r.Bytes += x.Bytes
	r.Returned += x.Returned
	r.Samples = slices.Concat(x.Samples, r.Samples)
	*x = r
}

// tell adds what was told to that of the same attack.
func (g *Gathering) tell(t Told) {
	for i := range g.under.Told {
		if x := &g.under.Told[i]; x.Finding.Inside == t.Finding.Inside && x.Finding.Kind == t.Finding.Kind {
			t.Held += x.Held
			t.Bytes += x.Bytes
			t.First = t.First || x.First
			*x = t
			return
		}
	}
	g.under.Told = append(g.under.Told, t)
}

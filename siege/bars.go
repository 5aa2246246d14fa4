package siege

import (
	"fmt"
	"time"

	"abri.example/abri"
)

// Pace is how often something may come: Rate times a second, and Burst of them at once.
type Pace struct {
	Rate  uint32 `json:"rate"`
	Burst uint32 `json:"burst"`
}

// Bar is how much of a pressure passes: of one source (an IPv4 address or an IPv6 /64), of its network (/24 or /48), and at
// one service of one machine.
type Bar struct {
	Source Pace `json:"source"`
	Net    Pace `json:"net"`
	Target Pace `json:"target"`
}

// Bars are those of every pressure.
type Bars map[abri.Pressure]Bar

// Ceilings are how high a site's habits may lift the bars, in packets a second at one service of one machine.
type Ceilings map[abri.Pressure]uint32

// floors are what every site is granted, in packets a second at one service of one machine, whatever its habits: more than a
// town hall sees on a busy day, and less than the smallest server bears. Each of a page's visitors opens six connections.
// Answers that nobody asked for have no honest use; a few come late.
var floors = map[abri.Pressure]uint32{
	abri.Openings: 200, abri.Datagrams: 2000, abri.Echoes: 100, abri.Fragments: 1000, abri.Strays: 300, abri.Queries: 500,
	abri.Answers: 100,
}

// DefaultCeilings are those of a site that has none of its own: what a line of a gigabit and a small server bear.
var DefaultCeilings = Ceilings{
	abri.Openings: 2000, abri.Datagrams: 20_000, abri.Echoes: 1000, abri.Fragments: 5000, abri.Strays: 2000,
	abri.Queries: 5000, abri.Answers: 500,
}

const (
	above     = 3 // a bar is so many times what the site is used to
	perSource = 4 // of what one service bears, one source is granted this part,
	perNet    = 2 // and its network this
	burst     = 2 // seconds' worth may come at once,
	// but of openings at one service half a second's, or so many where that is less: a server that keeps no SYN cookies often holds 256
	// that are half open, and refuses strangers when three quarters of these are taken (net/ipv4/tcp_input.c).
	halfOpen = 128
)

// BarsAt are the bars of a site at a time: three times what it is used to at that hour, not below the floors and not above
// the ceilings; a ceiling below the floor stands.
func BarsAt(at time.Time, h *Habits, ceilings Ceilings) Bars {
	all := Bars{}
	for _, p := range abri.Pressures {
		ceiling := ceilings[p]
		if ceiling == 0 {
			ceiling = DefaultCeilings[p]
		}
		rate := min(max(above*min(h.Usual(at, p), ceiling), floors[p]), ceiling)
		bar := Bar{Source: pace(rate / perSource), Net: pace(rate / perNet), Target: pace(rate)}
		if p == abri.Openings {
			bar.Target.Burst = min(bar.Target.Burst, max(rate/2, halfOpen))
		}
		all[p] = bar
	}
	return all
}

func pace(rate uint32) Pace {
	rate = max(rate, 1)
	return Pace{rate, rate * burst}
}

// LowestRate is the lowest bar that the gate is given, whoever asks: a bar below it would itself be a denial of service.
const LowestRate = 5

// Check refuses bars that are none, too low or too high, by name.
func (b Bars) Check() error {
	for p, bar := range b {
		if !p.Valid() {
			return refuse(fmt.Sprintf("pressure %q", p), "one of abri.Pressures")
		}
		for _, x := range []Pace{bar.Source, bar.Net, bar.Target} {
			if x.Rate < LowestRate || x.Rate > 1_000_000 || x.Burst < x.Rate/2 || x.Burst > 1_000_000 {
				return refuse(fmt.Sprintf("the bar %d of %s, %d at once", x.Rate, p, x.Burst), fmt.Sprintf("from %d to 1,000,000 a second, and half as many at once or more", LowestRate))
			}
		}
	}
	return nil
}

func refuse(what, remedy string) error {
	return &abri.Error{Code: abri.CodeInvalid, Place: "bars", What: what, Remedy: remedy}
}

package reader

import (
	"net/netip"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/siege"
)

// presses has the keeper tell a quarter of a second later what pressed within it.
func (s *site) presses(r siege.Report) {
	s.clock = s.clock.Add(time.Second / 4)
	r.Target, r.Service = netip.MustParseAddr("192.168.10.25"), abri.Web
	(&listener{Reader: s.reader, ctx: s.Context()}).Pressing(order.Pressing{Reports: []siege.Report{r}, Came: 50_000})
}

// A flood is on the page, and on the sheet, with the word of the keeper that shows it: nobody waits for the next look.
func TestAFloodIsOnThePageAtOnce(t *testing.T) {
	s := newSite(t)
	r := s.live()
	s.step()
	s.presses(siege.Report{Pressure: abri.Openings, Arrived: 200, Held: 45, Sources: 45, Silent: 390, Lasting: time.Second / 8})
	if r.today.report.Attacks != 0 {
		t.Fatal("45 openings are a flood")
	}
	s.presses(siege.Report{Pressure: abri.Openings, Arrived: 200, Held: 150, Sources: 150, Silent: 390, Lasting: 3 * time.Second / 8})
	if r.today.report.Attacks != 1 || r.today.report.Neutralised != 1 {
		t.Errorf("the page has %d attacks", r.today.report.Attacks)
	}
	all := r.saturations()
	if len(all) != 1 || len(all[0].Targets) != 1 {
		t.Fatalf("the sheets are %+v", all)
	}
	if x := all[0].Targets[0]; x.Packets != 195 || x.Pressing[abri.Openings] != 195 || x.Told.Sub(x.Began) != 3*time.Second/8 {
		t.Errorf("the sheet has %+v", x)
	}
	for range 8 {
		s.presses(siege.Report{Pressure: abri.Openings, Arrived: 200, Held: 150, Sources: 2000, Silent: 390})
	}
	if x := r.saturations()[0]; x.Packets != 195+8*150 || x.Targets[0].Pressing[abri.Openings] != x.Packets || x.Worst != 600 {
		t.Errorf("after two seconds: %d packets, %d of them openings, %d in the worst second", x.Packets, x.Targets[0].Pressing[abri.Openings], x.Worst)
	}
	s.die()
}

// What a site is used to is learnt of seconds, however often the keeper tells.
func TestHabitsAreOfSeconds(t *testing.T) {
	s := newSite(t)
	r := s.live()
	for range 4 {
		for range 12 {
			s.presses(siege.Report{Pressure: abri.Queries, Arrived: 100})
		}
		s.clock = s.clock.AddDate(0, 0, 1)
	}
	if got := r.flood.habits.Usual(s.clock, abri.Queries); got != 400 {
		t.Errorf("the site is used to %d a second, want 400", got)
	}
	s.die()
}

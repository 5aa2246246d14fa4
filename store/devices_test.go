package store

import (
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"abri.example/abri"
)

// A device is kept once, as it was last; its first time never grows.
func TestDevicesAreKept(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	desk := Device{MAC: [6]byte{0, 20, 34, 1, 2, 3}, Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.9")}, Name: "ACCUEIL", NamedBy: "dhcp", Side: abri.Inside, First: noon, Last: noon.Add(time.Hour)}
	behind := Device{Addresses: []netip.Addr{netip.MustParseAddr("192.168.7.7")}, Side: abri.Inside, First: noon, Last: noon}
	other := behind
	other.Addresses = []netip.Addr{netip.MustParseAddr("fd00::7")}
	must(t, s.PutDevices(t.Context(), []Device{desk, behind, other}))
	same(t, "devices", len(got[[]Device](t)(s.Devices(t.Context(), 10))), 3)
	next := desk
	next.First, next.Last, next.Name = noon.Add(time.Hour), noon.Add(2*time.Hour), "ACCUEIL-2"
	must(t, s.PutDevices(t.Context(), []Device{next}))
	next.First = noon.UTC()
	next.Last = next.Last.UTC()
	same(t, "the latest seen", got[[]Device](t)(s.Devices(t.Context(), 1)), []Device{next})
	if n, err := s.Sweep(t.Context(), noon.Add(24*time.Hour+time.Minute), Retention{Rows: 24 * time.Hour, Counters: 24 * time.Hour}); err != nil || n != 2 {
		t.Errorf("swept %d, %v", n, err)
	}
}

// Questions of a day add up, whoever they are told by, and go with the rows.
func TestQuestionsAddUpAndGo(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	q := func(day int, name, called string) Question {
		at := time.Date(2026, 3, day, 9, 0, 0, 0, time.UTC)
		return Question{Day: abri.DayOf(at, time.UTC), Name: name, Device: netip.MustParseAddr("192.168.1.9"), Called: called, Times: 2, First: at, Last: at}
	}
	must(t, s.AddQuestions(t.Context(), []Question{q(3, "evil.com", "ACCUEIL"), q(4, "evil.com", ""), q(4, "other.org", "")}))
	again := q(3, "evil.com", "")
	again.Last = again.Last.Add(time.Hour)
	must(t, s.AddQuestions(t.Context(), []Question{again}))
	first := q(3, "evil.com", "ACCUEIL")
	first.Times, first.Last = 4, again.Last
	same(t, "questions", got[[]Question](t)(s.QuestionsFor(t.Context(), "evil.com", "2026-03-03")), []Question{first, q(4, "evil.com", "")})
	same(t, "names", got[[]Asked](t)(s.Asked(t.Context(), "2026-03-03")), []Asked{{"evil.com", 2}, {"other.org", 1}})
	for day, want := range map[abri.Day]int{"2026-03-03": 0, "2026-03-04": 1, "2026-03-09": 2} {
		if n, err := s.DaysAsked(t.Context(), "evil.com", day); err != nil || n != want {
			t.Errorf("before %s it was asked for on %d days, %v, want %d", day, n, err, want)
		}
	}
	if n, err := s.Sweep(t.Context(), time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC), Retention{Rows: 24 * time.Hour, Counters: 24 * time.Hour}); err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
}

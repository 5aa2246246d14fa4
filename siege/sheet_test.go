package siege

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

// A saturation of a line is a sheet: when, how much, what, from where; who answers the box in calm and no more in it shows that
// the line is full though nobody said what it carries; and the next one is another sheet.
func TestTheSheetOfASaturation(t *testing.T) {
	w, l := NewWatch(), NewLine(0, time.UTC)
	var s Sheets
	gateway, deaf := netip.MustParseAddr("192.168.10.1"), netip.MustParseAddr("192.168.10.9")
	for range 30 {
		l.Probed(gateway, true, false)
		l.Probed(deaf, false, false)
	}
	flood := func(from time.Time, answered func(i int) bool) {
		for i := range 30 {
			at := from.Add(time.Duration(i) * time.Second)
			r := Report{Target: site, Pressure: abri.Datagrams, Service: abri.Other, Arrived: 20_000, Held: 18_000, Bytes: 9_000_000, Sources: 30_000, Lasting: at.Sub(from) + time.Second/2,
				Samples: []netip.Addr{netip.AddrFrom4([4]byte{45, 9, byte(i), 1}), netip.AddrFrom4([4]byte{46, byte(i), 1, 1})}}
			told := w.Observe(at, []Report{r})
			_, is := w.Besieged(at, time.Minute)
			l.Probed(gateway, answered(i), is)
			l.Probed(deaf, false, is)
			l.Observe(at, 10_000_000, 9_000_000, is)
			s.Observe(Second{At: at, Told: told, Reports: []Report{r}, Besieged: is, Came: 10_000_000, Line: l})
		}
	}
	flood(monday, func(int) bool { return true })
	if len(s.all) != 1 || !s.all[0].Full.Since.IsZero() {
		t.Fatalf("a flood beside which the gateway answers: %+v", s.all)
	}
	x := s.all[0]
	if x.Packets != 30*18_000 || x.Worst != 18_000 || x.WorstBit != 72_000_000 || x.Came != 80_000_000 || x.ID != "20260301T235959Z" || len(x.Targets) != 1 {
		t.Errorf("the sheet is %+v", x)
	}
	if target := x.Targets[0]; !target.Began.Equal(monday.Add(-time.Second/2)) || !target.Told.Equal(monday) {
		t.Errorf("it began %v and was told %v", target.Began, target.Told)
	}
	if target := x.Targets[0]; target.Address != site || target.Sources != 30_000 || target.Pressing[abri.Datagrams] != 30*18_000 || target.Packets != x.Packets {
		t.Errorf("the target is %+v", target)
	}
	if got := fmt.Sprint(x.Origins(2, NetworkOf)); got != "[{45.9.0.0/16 30} {46.0.0.0/16 1}]" {
		t.Errorf("the networks are %s", got)
	}
	flood(monday.Add(time.Hour), func(i int) bool { return i%2 == 0 })
	text, err := s.Write()
	if err != nil {
		t.Fatal(err)
	}
	var again Sheets
	if err := again.Read(text); err != nil || len(again.All()) != 2 {
		t.Fatalf("%d sheets, %v", len(again.All()), err)
	}
	full, ok := again.Find("")
	if !ok || full.Full.Lost < lostPercent || full.Full.Rate || full.Full.Until.Sub(full.Full.Since) < 10*time.Second {
		t.Errorf("the full line is %+v", full.Full)
	}
	if old, ok := again.Find("20260301T235959Z"); !ok || !old.Full.Since.IsZero() {
		t.Errorf("found %+v", old)
	}
	if err := again.Read("{"); abri.CodeOf(err) != abri.CodeDamaged {
		t.Error(err)
	}
	for i := range 3 * mostSheets {
		flood(monday.AddDate(0, 0, i+1), func(int) bool { return true })
	}
	if len(s.all) != mostSheets || len(s.all[0].Samples) > MostSamples {
		t.Errorf("%d sheets are kept", len(s.all))
	}
}

// A quiet day, a speed test and a lossy gateway make no sheet and no full line.
func TestNoSheetWithoutAnAttack(t *testing.T) {
	l := NewLine(0, time.UTC)
	var s Sheets
	for i := range 200 {
		at := monday.Add(time.Duration(i) * time.Second)
		l.Probed(site, i%3 > 0, false)
		if !l.Observe(at, 12_000_000, 0, false).IsZero() || s.Observe(Second{At: at, Came: 12_000_000, Line: l}) {
			t.Fatalf("second %d: full, or a sheet: %+v", i, s.all)
		}
	}
	for i := range 20 {
		l.Probed(site, false, true)
		if l.Lost() > 0 {
			t.Fatalf("question %d: who was unreliable in calm is believed", i)
		}
	}
}

func FuzzSheets(f *testing.F) {
	f.Add(`[{"id":"20260302T000000Z","targets":[{"address":"192.168.1.2","pressing":null}]}]`)
	f.Fuzz(func(t *testing.T, text string) {
		var s Sheets
		if s.Read(text) != nil {
			return
		}
		s.Observe(Second{At: monday, Told: []Told{{Finding: abri.Finding{Inside: site, Kind: abri.Flood}, Held: 1, Pressing: map[abri.Pressure]uint64{}}},
			Reports: []Report{{Target: site, Pressure: abri.Datagrams, Held: 1}}, Besieged: true})
		if len(s.All()) > mostSheets {
			t.Error("unbounded")
		}
	})
}

package count

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

// start is a Thursday noon in Paris.
var start = time.Date(2026, 3, 5, 11, 0, 0, 0, time.UTC)

var paris = func() *time.Location {
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return l
}()

// inward is one attempt on a mail server by a listed address.
func inward(outside, inside string) Sighting {
	return Sighting{
		Finding: abri.Finding{
			Kind: abri.KnownAttacker, Service: abri.Mail, Direction: abri.In,
			Outside: netip.MustParseAddr(outside), Inside: netip.MustParseAddr(inside), Port: 25, Proto: "tcp",
			Why: abri.Why{Rule: abri.RuleList, List: "test"},
		},
		Outcome: abri.Blocked, Attempts: 1, Packets: 1, Bytes: 60,
	}
}

// outward is one call of a device to a listed command server.
func outward(inside, outside string) Sighting {
	s := inward(outside, inside)
	s.Finding.Kind, s.Finding.Direction, s.Finding.Service, s.Finding.Port = abri.CommandAndControl, abri.Out, abri.Web, 443
	return s
}

func with(s Sighting, change func(*Sighting)) Sighting {
	change(&s)
	return s
}

// seen is a sighting some time after start.
type seen struct {
	after time.Duration
	what  Sighting
}

// play counts the sightings, ticking before each, and gives the last revision of every attack, by first time.
func play(t *testing.T, o Options, all ...seen) []abri.Attack {
	t.Helper()
	c := New(o)
	last := map[string]abri.Attack{}
	for _, s := range all {
		c.Tick(start.Add(s.after))
		c.Add(start.Add(s.after), s.what)
		for _, a := range c.Changed() {
			if a.Revision != last[a.ID].Revision+1 {
				t.Fatalf("attack %s went from revision %d to %d", a.ID, last[a.ID].Revision, a.Revision)
			}
			last[a.ID] = a
		}
	}
	out := make([]abri.Attack, 0, len(last))
	for _, a := range last {
		out = append(out, a)
	}
	sortAttacks(out)
	return out
}

// Each case is a part of: "Attack, the thing that is counted. Inward: same outside address, kind, service, inside
// target. Outward: same device, kind, destination. Flood and amplification: one a target, its sources a number."
func TestWhatIsTheSameAttack(t *testing.T) {
	in := inward("198.51.100.7", "192.168.1.10")
	out := outward("192.168.1.20", "203.0.113.9")
	flood := with(in, func(s *Sighting) { s.Finding.Kind = abri.Flood })
	leaving := with(out, func(s *Sighting) { s.Finding.Kind = abri.Flood })
	lan := with(in, func(s *Sighting) { s.Finding.Direction, s.Finding.Kind = abri.LAN, abri.LateralMovement })
	outside := func(a string) func(*Sighting) {
		return func(s *Sighting) { s.Finding.Outside = netip.MustParseAddr(a) }
	}
	inside := func(a string) func(*Sighting) {
		return func(s *Sighting) { s.Finding.Inside = netip.MustParseAddr(a) }
	}
	service := func(v abri.Service) func(*Sighting) { return func(s *Sighting) { s.Finding.Service = v } }
	kind := func(k abri.Kind) func(*Sighting) { return func(s *Sighting) { s.Finding.Kind = k } }
	port := func(s *Sighting) { s.Finding.Port = 587 }
	for name, tt := range map[string]struct {
		first  Sighting
		change func(*Sighting)
		want   int
	}{
		"inward, the same":                     {in, func(*Sighting) {}, 1},
		"inward, another outside address":      {in, outside("198.51.100.8"), 2},
		"inward, another kind":                 {in, kind(abri.Bruteforce), 2},
		"inward, another service":              {in, service(abri.Web), 2},
		"inward, another inside target":        {in, inside("192.168.1.11"), 2},
		"inward, another port of the service":  {in, port, 1},
		"inward, the address in IPv6 form":     {in, outside("::ffff:198.51.100.7"), 1},
		"inward, another address of the /64":   {with(in, outside("2001:db8::1")), outside("2001:db8::2"), 2},
		"outward, the same":                    {out, func(*Sighting) {}, 1},
		"outward, another device":              {out, inside("192.168.1.21"), 2},
		"outward, another kind":                {out, kind(abri.Beacon), 2},
		"outward, another destination":         {out, outside("203.0.113.10"), 2},
		"outward, another service":             {out, service(abri.Mail), 1},
		"between machines, the same":           {lan, func(*Sighting) {}, 1},
		"between machines, another far end":    {lan, outside("192.168.1.66"), 2},
		"flood, another source":                {flood, outside("198.51.100.8"), 1},
		"flood, another service":               {flood, service(abri.Web), 1},
		"flood, another target":                {flood, inside("192.168.1.11"), 2},
		"flood and amplification":              {flood, kind(abri.Amplification), 2},
		"amplification, another source":        {with(flood, kind(abri.Amplification)), outside("198.51.100.8"), 1},
		"flood that leaves, another device":    {leaving, inside("192.168.1.21"), 1},
		"flood that leaves, another target":    {leaving, outside("203.0.113.10"), 2},
		"in and out between the same two ends": {in, func(s *Sighting) { s.Finding.Direction = abri.Out }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			got := play(t, Options{}, seen{0, tt.first}, seen{time.Minute, with(tt.first, tt.change)})
			if len(got) != tt.want {
				t.Fatalf("%d attacks, want %d: %+v", len(got), tt.want, got)
			}
			var attempts uint64
			for _, a := range got {
				attempts += a.Attempts
			}
			if attempts != 2 {
				t.Errorf("%d attempts, want 2", attempts)
			}
		})
	}
}

// "It ends after an hour of quiet (outward and beacons: a day)."
func TestItEndsAfterQuiet(t *testing.T) {
	in := inward("198.51.100.7", "192.168.1.10")
	out := outward("192.168.1.20", "203.0.113.9")
	beacon := with(in, func(s *Sighting) { s.Finding.Kind, s.Finding.Direction = abri.Beacon, abri.LAN })
	for name, tt := range map[string]struct {
		what Sighting
		gap  time.Duration
		want int
	}{
		"inward, back within the hour":      {in, 59 * time.Minute, 1},
		"inward, back after an hour":        {in, time.Hour, 2},
		"outward, back after an hour":       {out, time.Hour, 1},
		"outward, back within the day":      {out, 23 * time.Hour, 1},
		"outward, back after two days":      {out, 48 * time.Hour, 2},
		"beacon, back within the day":       {beacon, 23 * time.Hour, 1},
		"beacon, back after two days":       {beacon, 48 * time.Hour, 2},
		"once a day, to the second":         {out, 24 * time.Hour, 1},
		"once a day, with its jitter":       {out, 24*time.Hour + 40*time.Minute, 1},
		"once a day, when clocks go back":   {out, 25*time.Hour + 10*time.Minute, 1},
		"just within the tolerance":         {out, 26*time.Hour - time.Second, 1},
		"the tolerance of a day is 2 hours": {out, 26 * time.Hour, 2},
	} {
		t.Run(name, func(t *testing.T) {
			if got := play(t, Options{}, seen{0, tt.what}, seen{tt.gap, tt.what}); len(got) != tt.want {
				t.Errorf("%d attacks, want %d", len(got), tt.want)
			} else if ended := got[0].Ended; ended != (tt.want == 2) {
				t.Errorf("the first attack has Ended %v", ended)
			}
		})
	}
}

// One beacon a day for a month, earlier or later by up to 40 minutes, is one attack.
func TestOneBeaconADayIsOneAttack(t *testing.T) {
	s := with(outward("192.168.1.20", "203.0.113.9"), func(s *Sighting) { s.Finding.Kind = abri.Beacon })
	var days []seen
	for day := range 30 {
		jitter := time.Duration(day*17%81-40) * time.Minute
		days = append(days, seen{time.Duration(day)*24*time.Hour + jitter, s})
	}
	got := play(t, Options{}, days...)
	if len(got) != 1 || got[0].Attempts != 30 || got[0].Day != "2026-03-05" {
		t.Errorf("got %+v, want one attack of 30 attempts", got)
	}
}

// "It is counted once, on its first day", even when it goes on over midnight and for days.
func TestItIsCountedOnceOnItsFirstDay(t *testing.T) {
	in := inward("198.51.100.7", "192.168.1.10")
	var over []seen // from 23:50 in Paris until 02:00, every ten minutes
	for i := range 14 {
		over = append(over, seen{11*time.Hour - 10*time.Minute + time.Duration(i)*10*time.Minute, in})
	}
	got := play(t, Options{Location: paris}, over...)
	if len(got) != 1 || got[0].Day != "2026-03-05" || got[0].Attempts != 14 {
		t.Errorf("got %+v, want one attack of 5 March", got)
	}
	if last := abri.DayOf(got[0].Last, paris); last != "2026-03-06" {
		t.Errorf("last seen on %s: the test does not cross midnight", last)
	}
	utc := play(t, Options{}, seen{12*time.Hour + 30*time.Minute, in}) // 23:30 in UTC is 00:30 in Paris
	local := play(t, Options{Location: paris}, seen{12*time.Hour + 30*time.Minute, in})
	if utc[0].Day != "2026-03-05" || local[0].Day != "2026-03-06" {
		t.Errorf("the day is %s in UTC and %s in Paris", utc[0].Day, local[0].Day)
	}
}

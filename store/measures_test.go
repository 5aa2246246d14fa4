package store

import (
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"abri.example/abri"
)

func TestMeasuresComeBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "abri.db")
	s := open(t, path)
	ctx := t.Context()
	offenders := []Offender{
		{Prefix: netip.MustParsePrefix("192.0.2.7/32"), Times: 2, Last: noon, Until: noon.Add(time.Hour), Doors: []abri.Door{{Proto: 6, Port: 22}, {Proto: 17, Port: 5060, Far: true}}},
		{Prefix: netip.MustParsePrefix("2001:db8::/64"), Times: 1, Last: noon.Add(-time.Hour), Until: noon},
	}
	trials := []Trial{{Kind: abri.Bruteforce, Since: noon, Promoted: noon.Add(time.Hour), By: "marie", Would: 3, Doubts: 1, Releases: 2, Released: noon, Lately: []netip.Prefix{offenders[1].Prefix, offenders[0].Prefix}}, {Kind: abri.Scan, Since: noon, Held: true}}
	must(t, s.PutOffenders(ctx, offenders))
	must(t, s.PutOffenders(ctx, offenders[:1]))
	must(t, s.PutTrials(ctx, trials))
	must(t, s.Isolate(ctx, Isolated{Device: "00:11:22:33:44:55", By: "marie", At: noon}))
	must(t, s.Close())
	s = open(t, path)
	same(t, "offenders", got[[]Offender](t)(s.Offenders(ctx, 10)), offenders)
	same(t, "the last of them", got[[]Offender](t)(s.Offenders(ctx, 1)), offenders[:1])
	same(t, "trials", got[[]Trial](t)(s.Trials(ctx)), trials)
	same(t, "isolated", got[[]Isolated](t)(s.Isolated(ctx)), []Isolated{{"00:11:22:33:44:55", "marie", noon}})
	must(t, s.ForgetOffenders(ctx, []netip.Prefix{offenders[0].Prefix}))
	same(t, "what is left", got[[]Offender](t)(s.Offenders(ctx, 10)), offenders[1:])
	must(t, s.Rejoin(ctx, "00:11:22:33:44:55", "root", noon))
	if err := s.Rejoin(ctx, "00:11:22:33:44:55", "root", noon); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("a second time: %v", err)
	}
	log := got[[]Entry](t)(s.AuditLog(ctx, 5))
	if len(log) != 2 || log[0].Verb != "withdraw isolate" || log[1].Actor != "marie" || log[1].Object != "00:11:22:33:44:55" {
		t.Errorf("the audit log has %+v", log)
	}
}

// A ban at a door stands beside that of the whole, and a withdrawal takes both.
func TestBansAtDoors(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	ctx := t.Context()
	p := netip.MustParsePrefix("192.0.2.7/32")
	for _, d := range []abri.Door{{}, {Proto: 6, Port: 22}, {Proto: 6, Port: 22}} {
		must(t, s.Decide(ctx, Decision{Rule: abri.RuleBan, Prefix: p, Door: d, By: "bruteforce", At: noon, Why: abri.Why{Deed: "bruteforce"}}))
	}
	all := got[[]Decision](t)(s.Decisions(ctx, noon))
	if len(all) != 2 || all[0].Door != (abri.Door{}) || all[1].Door != (abri.Door{Proto: 6, Port: 22}) || all[1].Why.Deed != "bruteforce" {
		t.Errorf("kept %+v", all)
	}
	must(t, s.Withdraw(ctx, abri.RuleBan, p, "marie", noon))
	if all := got[[]Decision](t)(s.Decisions(ctx, noon)); len(all) != 0 {
		t.Errorf("left %+v", all)
	}
}

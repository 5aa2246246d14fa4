package store

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

func ban(prefix string, until time.Time) Decision {
	p := netip.MustParsePrefix(prefix)
	return Decision{Rule: abri.RuleBan, Prefix: p, Until: until, By: "bruteforce", At: noon,
		Why: abri.Why{Rule: abri.RuleBan, Entry: p, Evidence: []abri.Evidence{{Name: "logins", Value: "34"}}}}
}

func decisionsStand(t *testing.T, m memory) {
	ctx := t.Context()
	short, long := ban("203.0.113.7/32", noon.Add(time.Hour)), ban("2001:db8::/48", time.Time{})
	release := Decision{Rule: abri.RuleExempt, Prefix: short.Prefix, Until: noon.Add(24 * time.Hour), By: "marie", At: noon.Add(time.Minute)}
	for _, d := range []Decision{short, long, release} {
		must(t, m.Decide(ctx, d))
	}
	read := got[[]Decision](t)
	same(t, "at noon", read(m.Decisions(ctx, noon)), []Decision{long, short, release})
	same(t, "when the ban ends", read(m.Decisions(ctx, short.Until)), []Decision{long, release})
	same(t, "with the clock set back", read(m.Decisions(ctx, noon.Add(-time.Hour))), []Decision{long, short, release})

	short.Until, short.By = noon.Add(2*time.Hour), "paul"
	must(t, m.Decide(ctx, short))
	same(t, "prolonged", read(m.Decisions(ctx, noon.Add(time.Hour))), []Decision{long, short, release})

	must(t, m.Withdraw(ctx, abri.RuleBan, short.Prefix, "marie", noon))
	same(t, "withdrawn", read(m.Decisions(ctx, noon)), []Decision{long, release})
	if err := m.Withdraw(ctx, abri.RuleBan, short.Prefix, "marie", noon); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("withdrawn twice: %v", err)
	}
}

func decisionsAreAudited(t *testing.T, m memory) {
	ctx := t.Context()
	d := ban("203.0.113.9/24", noon.Add(time.Hour)) // host bits go
	must(t, m.Decide(ctx, d))
	trust := Decision{Rule: abri.RuleTrusted, Prefix: netip.MustParsePrefix("192.0.2.1/32"), By: "paul", At: noon.Add(-time.Hour)}
	must(t, m.Decide(ctx, trust)) // the clock was set back: the order stays
	must(t, m.Withdraw(ctx, abri.RuleBan, d.Prefix, "marie", noon))
	must(t, m.Record(ctx, Entry{At: noon, Actor: "marie", Verb: "mode", Object: "protect"}))
	bad := []Decision{{Rule: abri.RuleBan}, {Rule: abri.RuleList, Prefix: trust.Prefix}, {Prefix: trust.Prefix}}
	for _, d := range bad {
		if err := m.Decide(ctx, d); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%+v: %v", d, err)
		}
	}
	same(t, "audit", got[[]Entry](t)(m.AuditLog(ctx, 10)), []Entry{
		{4, noon, "marie", "mode", "protect"},
		{3, noon, "marie", "withdraw ban", "203.0.113.0/24"},
		{2, noon.Add(-time.Hour), "paul", "trust", "192.0.2.1/32"},
		{1, noon, "bruteforce", "ban", "203.0.113.0/24 until 2026-03-05T13:00:00Z"},
	})
	same(t, "last", len(got[[]Entry](t)(m.AuditLog(ctx, 2))), 2)
}

package policy

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

func TestJudge(t *testing.T) {
	in, out, lan := abri.In, abri.Out, abri.LAN
	const pass, block = abri.ActPass, abri.ActBlock
	for name, tt := range map[string]struct {
		options   Options
		direction abri.Direction
		outside   string
		inside    string
		action    abri.Action
		rule      abri.Rule
		kind      abri.Kind
	}{
		"on no list, in":                  {Options{}, in, clean, mail, pass, "", ""},
		"on no list, out":                 {Options{}, out, clean, mail, pass, "", ""},
		"a listed attacker":               {Options{}, in, bad, mail, block, abri.RuleList, abri.KnownAttacker},
		"a listed destination":            {Options{}, out, bad, mail, block, abri.RuleList, abri.KnownDestination},
		"a command server called":         {Options{}, out, server, mail, block, abri.RuleList, abri.CommandAndControl},
		"a command server knocks":         {Options{}, in, server, mail, block, abri.RuleList, abri.KnownAttacker},
		"IPv6, a list without kinds":      {Options{}, in, "2001:db8::7", "2001:db8:1::1", block, abri.RuleList, abri.KnownAttacker},
		"IPv6 out, a list without kinds":  {Options{}, out, "2001:db8::7", "2001:db8:1::1", block, abri.RuleList, abri.KnownDestination},
		"the contacted end is listed":     {Options{}, in, clean, server, block, abri.RuleList, abri.CommandAndControl},
		"the device's address is listed":  {Options{}, out, clean, bad, block, abri.RuleList, abri.KnownAttacker},
		"a private address is never":      {Options{}, in, clean, mail, pass, "", ""},
		"an operator's shared address":    {Options{}, in, "100.64.0.1", mail, pass, "", ""},
		"within the site never by list":   {Options{}, lan, bad, mail, pass, "", ""},
		"trusted before lists":            {Options{Trusted: entries(bad + "/32")}, in, bad, mail, pass, abri.RuleTrusted, ""},
		"trusted before bans":             {Options{Trusted: entries("198.51.100.0/24"), Bans: entries(bad + "/32")}, in, bad, mail, pass, abri.RuleTrusted, ""},
		"either end trusted":              {Options{Trusted: entries(mail + "/32")}, in, bad, mail, pass, abri.RuleTrusted, ""},
		"trust that has run out":          {Options{Trusted: until(entries(bad+"/32"), now)}, in, bad, mail, block, abri.RuleList, abri.KnownAttacker},
		"banned, on no list":              {Options{Bans: entries("192.0.2.0/24")}, in, clean, mail, block, abri.RuleBan, abri.KnownAttacker},
		"banned, called from inside":      {Options{Bans: entries("192.0.2.0/24")}, out, clean, mail, block, abri.RuleBan, abri.KnownDestination},
		"banned and a command server":     {Options{Bans: entries(server + "/32")}, out, server, mail, block, abri.RuleBan, abri.CommandAndControl},
		"banned within the site":          {Options{Bans: entries("192.168.1.66/32")}, lan, "192.168.1.66", mail, block, abri.RuleBan, abri.KnownAttacker},
		"bans before exemptions":          {Options{Bans: entries(bad + "/32"), Exempt: entries(bad + "/32")}, in, bad, mail, block, abri.RuleBan, abri.KnownAttacker},
		"a ban that has run out":          {Options{Bans: until(entries(clean+"/32"), now)}, in, clean, mail, pass, "", ""},
		"exempt from lists":               {Options{Exempt: entries(bad + "/32")}, in, bad, mail, pass, abri.RuleExempt, ""},
		"exempt, on no list":              {Options{Exempt: entries(clean + "/32")}, in, clean, mail, pass, "", ""},
		"the other end is not exempt":     {Options{Exempt: entries(bad + "/32")}, in, bad, server, block, abri.RuleList, abri.CommandAndControl},
		"exempting the site spares none":  {Options{Exempt: entries("192.168.0.0/16")}, in, bad, mail, block, abri.RuleList, abri.KnownAttacker},
		"an exemption that has run out":   {Options{Exempt: until(entries(bad+"/32"), now.Add(-1))}, in, bad, mail, block, abri.RuleList, abri.KnownAttacker},
		"an exemption that still holds":   {Options{Exempt: until(entries(bad+"/32"), now.Add(1))}, in, bad, mail, pass, abri.RuleExempt, ""},
		"guarded, never taken from lists": {Options{Guarded: entries("198.51.100.0/24")}, in, bad, mail, pass, abri.RuleGuarded, ""},
		"guarded can be banned":           {Options{Guarded: entries("192.0.2.0/24"), Bans: entries(clean + "/32")}, in, clean, mail, block, abri.RuleBan, abri.KnownAttacker},
	} {
		t.Run(name, func(t *testing.T) {
			for mode, stopped := range map[abri.Mode]abri.Action{abri.Protect: abri.ActBlock, abri.Observe: abri.ActObserve} {
				tt.options.Mode = mode
				want := tt.action
				if want == block {
					want = stopped
				}
				f := conversation(tt.direction, tt.outside, tt.inside)
				policy(t, tt.options).Judge(now, f)
				if !f.Judged || f.Verdict.Action != want || f.Verdict.Why.Rule != tt.rule || f.Finding.Kind != tt.kind {
					t.Errorf("%s: verdict %+v on %q, want %s by %q on %q", mode, f.Verdict, f.Finding.Kind, want, tt.rule, tt.kind)
				}
			}
		})
	}
}

func TestTheFindingSaysAll(t *testing.T) {
	f := conversation(abri.In, bad, mail)
	policy(t, Options{}).Judge(now, f)
	got := f.Finding
	if got.Service != abri.Mail || got.Direction != abri.In || got.Outside != f.Outside || got.Inside != f.Inside ||
		got.Port != 25 || got.Proto != "tcp" || !got.At.Equal(now) || got.Noise || got.Why.List != "test" || got.Why.Entry.String() != bad+"/32" {
		t.Errorf("got %+v", got)
	}
	ban := Entry{Prefix: netip.MustParsePrefix("192.0.2.77/24"), Until: now.Add(time.Hour), Why: abri.Why{Evidence: []abri.Evidence{{Name: "by", Value: "Anne"}}}}
	f = conversation(abri.In, clean, mail)
	policy(t, Options{Bans: []Entry{ban}}).Judge(now, f)
	if w := f.Verdict.Why; !f.Verdict.Until.Equal(ban.Until) || w.Entry.String() != "192.0.2.0/24" || len(w.Evidence) != 1 {
		t.Errorf("a ban says %+v", f.Verdict)
	}
}

// A research scanner that stands on a list is stopped like any other, and is noise.
func TestAListedResearchScanner(t *testing.T) {
	p := policy(t, Options{Scanner: func(a netip.Addr) (string, bool) { return "Test", a.String() == bad }})
	for _, tt := range []struct {
		direction abri.Direction
		outside   string
		noise     bool
	}{{abri.In, bad, true}, {abri.In, server, false}, {abri.Out, bad, false}} {
		f := conversation(tt.direction, tt.outside, mail)
		p.Judge(now, f)
		if f.Verdict.Action != abri.ActBlock || f.Finding.Noise != tt.noise {
			t.Errorf("%s %s: %s, noise %v", tt.direction, tt.outside, f.Verdict.Action, f.Finding.Noise)
		}
	}
}

func TestJudgingAgainForgetsTheOldVerdict(t *testing.T) {
	f := conversation(abri.In, bad, mail)
	policy(t, Options{}).Judge(now, f)
	policy(t, Options{Exempt: entries(bad + "/32")}).Judge(now, f)
	if f.Verdict.Action != abri.ActPass || f.Finding.Kind != "" {
		t.Errorf("released, and still %+v on %+v", f.Verdict, f.Finding)
	}
}

func BenchmarkJudge(b *testing.B) {
	p, err := New(Options{Mode: abri.Protect, Listings: listed, Trusted: entries("10.0.0.0/8"), Exempt: entries("192.0.2.9/32", "192.0.2.128/25")})
	if err != nil {
		b.Fatal(err)
	}
	f := conversation(abri.In, clean, mail)
	b.ReportAllocs()
	for b.Loop() {
		p.Judge(now, f)
	}
}

// Of two strangers the one contacted is taken for ours, unless a list holds it: then the other is, and it called.
func TestAListedEndIsNeverHomeByAGuess(t *testing.T) {
	f := conversation(abri.In, clean, server)
	f.Guessed = true
	policy(t, Options{}).Judge(now, f)
	if x := f.Finding; x.Kind != abri.CommandAndControl || x.Direction != abri.Out || x.Outside.String() != server || x.Inside.String() != clean {
		t.Errorf("got %+v", x)
	}
	f = conversation(abri.In, bad, clean)
	f.Guessed = true
	policy(t, Options{}).Judge(now, f)
	if x := f.Finding; x.Kind != abri.KnownAttacker || x.Direction != abri.In || x.Outside.String() != bad {
		t.Errorf("got %+v", x)
	}
}

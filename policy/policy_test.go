package policy

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

var now = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

const (
	bad    = "198.51.100.7" // on the list of attackers
	server = "203.0.113.9"  // on the list of command servers
	clean  = "192.0.2.1"    // on none
	mail   = "192.168.1.10" // of the site
)

// lists is a Listings of single addresses.
type lists map[string]abri.Listing

func (l lists) Find(a netip.Addr) (abri.Listing, bool) {
	found, ok := l[a.String()]
	return found, ok
}

// why is the reason that the list of an address gives.
func why(a string) abri.Why {
	addr := netip.MustParseAddr(a)
	return abri.Why{Rule: abri.RuleList, List: "test", Entry: netip.PrefixFrom(addr, addr.BitLen())}
}

var listed = lists{
	bad:           {Why: why(bad), Inward: abri.KnownAttacker, Outward: abri.KnownDestination},
	server:        {Why: why(server), Inward: abri.KnownAttacker, Outward: abri.CommandAndControl},
	"2001:db8::7": {Why: why("2001:db8::7")},
	mail:          {Why: why(mail), Inward: abri.KnownAttacker, Outward: abri.KnownDestination}, // as bad lists do
	"100.64.0.1":  {Why: why("100.64.0.1")},
}

// conversation is a flow to a mail server in the given direction; the client is outside when it goes in.
func conversation(d abri.Direction, outside, inside string) *flow.Flow {
	o, i := netip.MustParseAddr(outside), netip.MustParseAddr(inside)
	f := &flow.Flow{
		Client: netip.AddrPortFrom(o, 40_000), Server: netip.AddrPortFrom(i, 25), Proto: packet.TCP,
		Outside: o, Inside: i, Port: 25, Service: abri.Mail, Direction: d,
	}
	if d == abri.Out {
		f.Client, f.Server = netip.AddrPortFrom(i, 40_000), netip.AddrPortFrom(o, 25)
	}
	return f
}

// entries is one entry for each prefix, for ever.
func entries(prefixes ...string) []Entry {
	es := make([]Entry, len(prefixes))
	for i, p := range prefixes {
		es[i] = Entry{Prefix: netip.MustParsePrefix(p)}
	}
	return es
}

func until(e []Entry, t time.Time) []Entry {
	for i := range e {
		e[i].Until = t
	}
	return e
}

func policy(t *testing.T, o Options) *Policy {
	t.Helper()
	if o.Mode == "" {
		o.Mode = abri.Protect
	}
	if o.Listings == nil {
		o.Listings = listed
	}
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

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

func TestDecide(t *testing.T) {
	found := abri.Finding{
		Kind: abri.Bruteforce, Outside: netip.MustParseAddr(bad), Inside: netip.MustParseAddr(mail),
		Why: abri.Why{Rule: "bruteforce"},
	}
	noise := found
	noise.Noise = true
	for name, tt := range map[string]struct {
		options Options
		finding abri.Finding
		want    abri.Action
		rule    abri.Rule
	}{
		"protect":                         {Options{}, found, abri.ActBlock, "bruteforce"},
		"observe":                         {Options{Mode: abri.Observe}, found, abri.ActObserve, "bruteforce"},
		"noise":                           {Options{}, noise, abri.ActPass, "bruteforce"},
		"trusted":                         {Options{Trusted: entries(bad + "/32")}, found, abri.ActPass, abri.RuleTrusted},
		"the inside trusted":              {Options{Trusted: entries(mail + "/32")}, found, abri.ActPass, abri.RuleTrusted},
		"exempt is for lists only":        {Options{Exempt: entries(bad + "/32")}, found, abri.ActBlock, "bruteforce"},
		"guarded is watched by detectors": {Options{Guarded: entries(bad + "/32")}, found, abri.ActBlock, "bruteforce"},
	} {
		if got := policy(t, tt.options).Decide(now, tt.finding); got.Action != tt.want || got.Why.Rule != tt.rule {
			t.Errorf("%s: %+v, want %s by %s", name, got, tt.want, tt.rule)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, o := range map[string]Options{
		"no mode":           {},
		"an unknown mode":   {Mode: "attack"},
		"an invalid prefix": {Mode: abri.Protect, Bans: []Entry{{}}},
	} {
		if _, err := New(o); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%s: %v, want CodeInvalid", name, err)
		}
	}
}

// A set answers like one that asks every entry.
func TestSet(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	address := func() netip.Addr {
		if random.IntN(2) == 0 {
			return netip.AddrFrom4([4]byte{192, 0, byte(random.IntN(4)), byte(random.IntN(256))})
		}
		return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 15: byte(random.IntN(256))})
	}
	for range 100 {
		var es []Entry
		for range random.IntN(60) {
			a := address()
			e := Entry{Prefix: netip.PrefixFrom(a, a.BitLen()-random.IntN(12))}
			if random.IntN(2) == 0 {
				e.Until = now.Add(time.Duration(random.IntN(3)-1) * time.Minute)
			}
			es = append(es, e)
		}
		s, err := newSet(abri.RuleBan, es)
		if err != nil {
			t.Fatal(err)
		}
		for range 200 {
			a := address()
			bits, want := -1, false
			for _, e := range es {
				if e.Prefix.Contains(a) && (e.Until.IsZero() || now.Before(e.Until)) {
					bits, want = max(bits, e.Prefix.Bits()), true
				}
			}
			got, ok := s.find(netip.AddrFrom16(a.As16()), now) // in either form
			if ok != want || ok && (got.Prefix.Bits() != bits || !got.Prefix.Contains(a)) {
				t.Fatalf("%s is found in %v (%v), want one of /%d (%v) of %v", a, got.Prefix, ok, bits, want, es)
			}
		}
	}
	var none set
	if _, ok := none.find(netip.Addr{}, now); ok {
		t.Error("the empty set holds the zero address")
	}
	s, err := newSet(abri.RuleBan, entries("::ffff:192.0.2.0/120", "::/0"))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := s.find(netip.MustParseAddr(clean), now); !ok {
		t.Error("an IPv4 prefix in IPv6 form holds nothing")
	}
	if _, ok := s.find(netip.Addr{}, now); ok {
		t.Error("the zero address is held")
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

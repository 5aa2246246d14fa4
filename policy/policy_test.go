package policy

import (
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

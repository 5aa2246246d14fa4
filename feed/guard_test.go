package feed

import (
	"net/netip"
	"strings"
	"testing"
)

var resolvers = NewGuard(
	[]GuardedPrefix{{netip.MustParsePrefix("9.9.9.9/32"), "Quad9"}, {netip.MustParsePrefix("62.210.0.0/16"), "hoster"}, {netip.MustParsePrefix("62.210.4.0/24"), "hoster's"}, {netip.MustParsePrefix("2a01::/32"), "hoster"}},
	[]GuardedName{{"login.example.com", false, "example"}, {"gouv.fr", true, "State"}},
)

// An entry that overlaps what is guarded, in either direction, is refused for that part and told with its owner.
func TestGuardedAddressesAreCutOut(t *testing.T) {
	for _, c := range []struct{ text, want, owner string }{
		{"9.9.9.9\n1.2.3.4\n", "1.2.3.4/32", "Quad9"},
		{"9.9.9.8/30\n", "9.9.9.8/32 9.9.9.10/31", "Quad9"},
		{"62.210.7.7\n", "", "hoster"},
		{"62.210.0.0/15\n", "62.211.0.0/16", "hoster"},
		{"62.209.255.255-62.211.0.0\n", "62.209.255.255/32 62.211.0.0/32", "hoster"},
		{"2a01:0:1::/48\n", "", "hoster"},
		{"2a00::/31\n", "2a00::/31", ""},
	} {
		l, err := resolvers.Parse(strings.NewReader(c.text), Info{})
		if err != nil {
			t.Fatal(err)
		}
		if got := join(entries(l)); got != c.want {
			t.Errorf("%q gives %s, want %s", c.text, got, c.want)
		}
		_, kept := l.Refused()
		if c.owner == "" != (len(kept) == 0) || len(kept) > 0 && (kept[0].Owner != c.owner || kept[0].Line != 1) || l.Guarded() != len(kept) {
			t.Errorf("%q: refused %v, %d guarded", c.text, kept, l.Guarded())
		}
	}
}

func TestGuardedNamesAreNotTaken(t *testing.T) {
	for _, c := range []struct {
		format Format
		text   string
		taken  bool
	}{
		{Plain, "login.example.com", false},
		{Plain, "example.com", false}, // would cover it
		{Hosts, "0.0.0.0 example.com", true},
		{Plain, "evil.login.example.com", true}, // a customer of theirs
		{RPZ, "*.login.example.com CNAME .", true},
		{RPZ, "*.example.com CNAME .", false},
		{Plain, "impots.gouv.fr", false}, // the whole tree
		{Hosts, "0.0.0.0 a.b.gouv.fr", false},
		{Plain, "gouv.fr.evil.com", true},
	} {
		l, err := resolvers.Parse(strings.NewReader(c.text+"\n"), Info{Format: c.format})
		if err != nil {
			t.Fatal(err)
		}
		if (l.Names() > 0) != c.taken || c.taken == (l.Guarded() > 0) {
			t.Errorf("%s %q: %d names, %d guarded", c.format, c.text, l.Names(), l.Guarded())
		}
	}
}

func TestTheGuardAnswers(t *testing.T) {
	if owner, ok := resolvers.Address(netip.MustParseAddr("::ffff:9.9.9.9")); !ok || owner != "Quad9" {
		t.Errorf("%q, %v", owner, ok)
	}
	if owner, ok := resolvers.Address(netip.MustParseAddr("9.9.9.10")); ok {
		t.Error(owner)
	}
	if owner, ok := resolvers.Name("www.gouv.fr"); !ok || owner != "State" {
		t.Errorf("%q, %v", owner, ok)
	}
	if _, ok := (*Guard)(nil).Address(netip.MustParseAddr("9.9.9.9")); ok {
		t.Error("nobody guards, and it is guarded")
	}
}

// Of a name every list is named, with the entry that covers it, its date and publisher.
func TestNamesAreFoundWithTheirLists(t *testing.T) {
	whole := attackers
	s := Merge([]*List{
		mustParse(t, "bad.net\nevil.com\n", whole),
		mustParse(t, "0.0.0.0 www.evil.com\n0.0.0.0 evil.com\n", Info{Name: "hosts"}),
		mustParse(t, "*.evil.com CNAME .\n", Info{Name: "rpz", Format: RPZ}),
	}, nil)
	for _, c := range []struct{ name, want string }{
		{"WWW.evil.com.", "hosts:www.evil.com attackers:evil.com rpz:evil.com"},
		{"evil.com", "hosts:evil.com attackers:evil.com"},
		{"x.bad.net", "attackers:bad.net"},
		{"net", ""}, {"", ""}, {"notevil.com", ""},
	} {
		var got []string
		for _, l := range s.FindName(c.name) {
			got = append(got, l.Info.Name+":"+l.Entry)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	if s.Names() != 5 {
		t.Errorf("%d names", s.Names())
	}
	if l := s.FindName("bad.net")[0]; l.Info.Publisher != "somebody" || !l.Info.Dated.Equal(attackers.Dated) || !l.Whole {
		t.Errorf("%+v", l)
	}
}

// A list that only observes stops nothing and answers questions.
func TestAListThatOnlyObserves(t *testing.T) {
	s := Merge([]*List{mustParse(t, "62.210.1.0/24\n", Info{Name: "senders", Observe: true}), mustParse(t, "62.210.1.7\n", attackers)}, nil)
	if s.Len() != 1 || len(s.V4()) != 1 {
		t.Errorf("%d entries are enforced, want 1", s.Len())
	}
	at := netip.MustParseAddr("62.210.1.8")
	if _, ok := s.Find(at); ok {
		t.Error("a list that only observes gives a verdict")
	}
	if got := s.Observed(at); len(got) != 1 || got[0].Why.List != "senders" {
		t.Errorf("%v", got)
	}
}

package reader

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
	"abri.example/abri/names/lookalike"
)

// ofName is what the kernel was told of a name itself: NameStops for a listed one.
func (s *site) ofName(name string) order.NameWord {
	s.Helper()
	s.kernel.mu.Lock()
	defer s.kernel.mu.Unlock()
	itself := feed.NameTree(name)[0]
	say := order.NamePasses
	for _, k := range s.kernel.names.Keys {
		if k&^3 == itself&^3 {
			say = order.NameStops
		}
	}
	for _, r := range s.kernel.names.Rules {
		if r.Key == itself {
			say = r.Say
		}
	}
	return say
}

// domains is the settings of a list of names.
func (s *site) domains(text string) string {
	s.Helper()
	path := filepath.Join(s.folder, "names.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
	return "[[list]]\nname = \"names\"\nfile = \"" + path + "\"\n"
}

// A name is released at once, over a restart, and for as long as a person said.
func TestNamesAreReleased(t *testing.T) {
	s := newSite(t)
	r := s.live()
	lists := s.domains("||evil.com^\n||worse.com^\n@@||good.evil.com^\n")
	r.resettle(s.config(lists), false)
	if s.ofName("evil.com") != order.NameStops || s.ofName("good.evil.com") != order.NamePasses || s.ofName("other.com") != order.NamePasses {
		t.Fatalf("the kernel was told %+v", s.kernel.names)
	}
	if err := r.ReleaseName(t.Context(), root, "Evil.com.", time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := r.ReleaseName(t.Context(), root, "worse.com", 0); err != nil {
		t.Fatal(err)
	}
	if s.ofName("evil.com") != order.NamePasses || s.ofName("worse.com") != order.NamePasses || r.ask() {
		t.Error("what is released does not pass, or the count drifts")
	}
	a, err := r.WhyName(t.Context(), "www.evil.com")
	if err != nil || a.Passes == "" || len(a.Lists) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
	s.die()

	r = s.live()
	r.resettle(s.config(lists), true)
	if s.ofName("evil.com") != order.NamePasses || s.ofName("worse.com") != order.NamePasses {
		t.Error("a restart takes a release back")
	}
	s.clock = s.clock.Add(time.Hour)
	r.endReleases()
	if s.ofName("evil.com") != order.NameStops || s.ofName("worse.com") != order.NamePasses {
		t.Error("a release does not end, or they all do")
	}
	if err := r.ForgetName(t.Context(), root, "worse.com"); err != nil || s.ofName("worse.com") != order.NameStops {
		t.Errorf("forgotten: %v", err)
	}
	if err := r.ForgetName(t.Context(), root, "worse.com"); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("twice: %v", err)
	}
	for _, name := range []string{"com", "not a name", "", "1.2.3.4"} {
		if err := r.ReleaseName(t.Context(), root, name, 0); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	s.die()
}

// What the configuration says of names holds at once, and resolvers are closed by choice only.
func TestNamesOfTheConfiguration(t *testing.T) {
	s := newSite(t)
	r := s.live()
	lists := s.domains("evil.com\n")
	r.resettle(s.config(lists), false)
	if s.ofName("use-application-dns.net") != order.NamePasses || len(s.kernel.resolving.Closed)+len(s.kernel.resolving.Page) != 0 {
		t.Errorf("by itself the kernel is told %+v", s.kernel.resolving)
	}
	r.place.Own = []netip.Addr{netip.MustParseAddr("fe80::1"), netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("192.168.1.3")}
	r.resettle(s.config("[exempt]\nnames = [\"evil.com\"]\n[names]\nanswer = \"page\"\nclose_resolvers = true\n"+lists), false)
	if s.ofName("evil.com") != order.NamePasses || s.ofName("use-application-dns.net") != order.NameResolver || s.ofName("dns.google") != order.NameResolver {
		t.Error("the names are not told")
	}
	if k := s.kernel.resolving; len(k.Page) != 1 || k.Page[0].String() != "192.168.1.2" || len(k.Closed) < 50 || k.Check() != nil {
		t.Errorf("%+v: %v", k.Page, k.Check())
	}
	if err := r.ReleaseName(t.Context(), root, "dns.google", 0); err != nil || s.ofName("dns.google") != order.NamePasses {
		t.Errorf("a released resolver is closed: %v", err)
	}
	s.die()
}

// A list of resolvers widens what is closed, while it is closed, and stops nothing else.
func TestAListOfResolvers(t *testing.T) {
	s := newSite(t)
	r := s.live()
	path := filepath.Join(s.folder, "doh.txt")
	if err := os.WriteFile(path, []byte("dns.example.org\n8.26.56.10\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	list := "[[list]]\nname = \"ut1-doh\"\nobserve = true\nfile = \"" + path + "\"\n"
	r.resettle(s.config(list), false)
	address := netip.MustParseAddr("8.26.56.10")
	if s.ofName("dns.example.org") != order.NamePasses || slices.Contains(s.kernel.resolving.Closed, address) || r.isClosed() != nil {
		t.Errorf("by itself it closes %+v", s.kernel.resolving)
	}
	r.resettle(s.config("[names]\nclose_resolvers = true\n"+list), false)
	if s.ofName("dns.example.org") != order.NameResolver || !slices.Contains(s.kernel.resolving.Closed, address) || s.kernel.resolving.Check() != nil {
		t.Errorf("it closes %+v", s.kernel.resolving)
	}
	closed := r.isClosed()
	for name, want := range map[string]bool{"a.dns.example.org": true, "dns.google": true, "www.example.org": false, "use-application-dns.net": false} {
		if closed(name) != want {
			t.Errorf("%s is closed: %v", name, !want)
		}
	}
	s.die()
}

// Whoever imitates the site's own name, or the département's, is told once the configuration names them.
func TestImitationsOfTheSiteItself(t *testing.T) {
	s := newSite(t)
	r := s.live()
	if l := r.imitations.Judge("mairie-sury-paiement.com"); l.Score != 0 {
		t.Errorf("an unknown site is imitated: %+v", l)
	}
	r.resettle(s.config("[names]\nsite = [\"mairie-sury.fr\", \"loire.example\"]\n"), false)
	if l := r.imitations.Judge("mairie-sury-paiement.com"); l.Score < lookalike.Observe || l.Brand != "mairie-sury.fr" {
		t.Errorf("an imitation looks like %+v", l)
	}
	if l := r.imitations.Judge("www.mairie-sury.fr"); l.Score != 0 {
		t.Errorf("the site imitates itself: %+v", l)
	}
	s.die()
}

// Names that the kernel does not hold are a drift, and no proof that the filter works.
func TestMissingNamesAreADrift(t *testing.T) {
	s := newSite(t)
	r := s.live()
	r.resettle(s.config(s.domains("evil.com\n")), false)
	if r.ask() {
		t.Error("what stands is a drift")
	}
	s.kernel.mu.Lock()
	s.kernel.counters.Names = 0
	s.kernel.mu.Unlock()
	r.ask()
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.proof(s.clock); p.Filter {
		t.Errorf("a table without its names proves %+v", p)
	}
}

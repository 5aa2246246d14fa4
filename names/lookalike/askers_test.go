package lookalike

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

var (
	clerk   = netip.MustParseAddr("192.168.10.20")
	mailer  = netip.MustParseAddr("192.168.10.21")
	morning = time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
)

const imitation = "impots-gouv-remboursement.info"

// goes reports whether who asks for the imitation at a time may mean to go there.
func (s *Askers) goes(who netip.Addr, after time.Duration) bool {
	return s.Goes(morning.Add(after), who, []byte("www."+imitation))
}

// Who looks up hundreds of names a few of which imitate others goes to none of them; who asks for fewer, or for imitations
// above all, may.
func TestWhoLooksNamesUpInBulk(t *testing.T) {
	for _, c := range []struct {
		what              string
		names, imitations int // so many sites, and of them imitations
		each, later       time.Duration
		form              string
		goes              bool
	}{
		{"a person's morning", 120, 1, time.Second, 0, "site%d.fr", true},
		{"a list of the most used names", 600, 4, 100 * time.Millisecond, 0, "site%d.fr", false},
		{"the same, a quarter of an hour later", 600, 4, 100 * time.Millisecond, 16 * time.Minute, "site%d.fr", true},
		{"a list of bad names", 600, 60, 100 * time.Millisecond, 0, "site%d.fr", true},
		{"as many names in an hour", 600, 4, 6 * time.Second, 0, "site%d.fr", true},
		{"as many names of one site", 600, 1, 100 * time.Millisecond, 0, "cargo%d.tunnel.example", true},
		{"as many below a country's second level", 600, 1, 100 * time.Millisecond, 0, "site%d.co.uk", false},
	} {
		t.Run(c.what, func(t *testing.T) {
			var s Askers
			for n := range c.names {
				s.Ask(morning.Add(time.Duration(n)*c.each), clerk, fmt.Appendf(nil, c.form, n), n < c.imitations, true)
			}
			after := time.Duration(c.names)*c.each + c.later
			if got := s.goes(clerk, after); got != c.goes {
				t.Errorf("goes there: %v", got)
			}
			if !s.goes(mailer, after) {
				t.Error("another device is taken for it")
			}
		})
	}
}

// One question among others that is out of its time, as captures of several ports have it, ends no count.
func TestAQuestionOutOfItsTime(t *testing.T) {
	var s Askers
	for n := range 600 {
		s.Ask(morning.Add(time.Duration(n)*100*time.Millisecond), clerk, fmt.Appendf(nil, "site%d.fr", n), false, true)
		if n%50 == 0 {
			s.Ask(morning.Add(time.Hour), clerk, fmt.Appendf(nil, "late%d.fr", n), false, true)
		}
	}
	if s.goes(clerk, time.Minute) {
		t.Error("who looks up 600 names goes there")
	}
}

// Who asks for the MX of an imitation, or for what its TXT says, judges a letter.
func TestWhoJudgesALetter(t *testing.T) {
	var s Askers
	s.Ask(morning, mailer, []byte(imitation), true, false)
	s.Ask(morning, mailer, []byte("mairie.fr"), false, false)
	if s.goes(mailer, time.Second) || s.goes(mailer, 5*time.Minute) {
		t.Error("a filter of mail is taken for who clicks")
	}
	if !s.goes(clerk, time.Second) || !s.goes(mailer, time.Hour) || !s.Goes(morning, mailer, []byte("ameli-renouvellement.fr")) {
		t.Error("who asks for something else, later, or elsewhere is taken for it")
	}
}

// What is remembered is bounded, whoever asks.
func TestAskersAreBounded(t *testing.T) {
	var s Askers
	for n := range 3 * maxAskers {
		who := netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
		s.Ask(morning, who, fmt.Appendf(nil, "site%d.fr", n), true, false)
	}
	if len(s.devices) > maxAskers || len(s.looked) > maxLooked {
		t.Errorf("%d devices and %d questions are remembered", len(s.devices), len(s.looked))
	}
}

func TestSitesOfNames(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"www.mairie.fr", "mairie.fr", true}, {"a.b.mairie.fr", "c.mairie.fr", true}, {"mairie.fr", "prefecture.fr", false},
		{"a.co.uk", "b.co.uk", false}, {"www.a.co.uk", "a.co.uk", true}, {"fr", "fr", true}, {"", ".", false}, {".fr", "a.fr", false},
	} {
		if got := SameSite([]byte(c.a), []byte(c.b)); got != c.same {
			t.Errorf("%q and %q are of one site: %v", c.a, c.b, got)
		}
	}
}

func BenchmarkAsk(b *testing.B) {
	var s Askers
	b.ReportAllocs()
	for b.Loop() {
		s.Ask(morning, clerk, []byte("static.journal-des-communes.fr"), false, true)
	}
}

package stories

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// lookUp has a workstation's own resolver library ask the provider's resolver, as an EDNS client does.
func lookUp(t *testing.T, s *testnet.Scene, at netip.Addr, name string, kind uint16) *dns.Msg {
	t.Helper()
	facing := s.Desk.V4
	if at.Is6() {
		facing = s.Desk.V6
	}
	c, err := s.Desk.Host.Dial(t.Context(), "udp", facing, netip.AddrPortFrom(at, testnet.DNSPort))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	m := new(dns.Msg).SetQuestion(dns.Fqdn(name), kind)
	m.SetEdns0(1232, false)
	client := dns.Client{Timeout: honestLimit}
	answer, _, err := client.ExchangeWithConn(m, &dns.Conn{Conn: c, UDPSize: 1232})
	if err != nil {
		t.Fatalf("%s at %s: %v", name, at, err)
	}
	return answer
}

// A false bank's name has no address here: the question gets its answer at once, in the resolver's name, and never reaches
// it; the bank's own name is answered as ever. What a person releases is asked for again within a second.
func TestStoryAFalseNameHasNoAddress(t *testing.T) {
	s, b, _ := phishing(t, abri.Protect)
	own, err := b.Status(t.Context())
	if err != nil || own.Kernel.Names != 1 || own.WantedNames != 1 {
		t.Fatalf("%d names of %d are enforced, %v", own.Kernel.Names, own.WantedNames, err)
	}
	for _, at := range s.Resolver.Addresses() {
		before := s.Resolver.Total().Contacts
		answer := lookUp(t, s, at, "Connexion.Banque-du-Forez.fr", dns.TypeA)
		opt := answer.IsEdns0()
		if answer.Rcode != dns.RcodeNameError || len(answer.Ns) != 1 || opt == nil || len(opt.Option) != 1 {
			t.Fatalf("%s answers %v", at, answer)
		}
		if e, ok := opt.Option[0].(*dns.EDNS0_EDE); !ok || e.InfoCode != dns.ExtendedErrorCodeBlocked {
			t.Errorf("%s says %v", at, opt)
		}
		if after := s.Resolver.Total().Contacts; after != before {
			t.Errorf("the question reached %s: %d contacts, then %d", at, before, after)
		}
		lookUp(t, s, at, "banque.example", dns.TypeA)
		if after := s.Resolver.Total().Contacts; after == before {
			t.Errorf("an honest question did not reach %s", at)
		}
	}
	w := sky(t, b, func(w testnet.Weather) bool { return w.Neutralised == 2 }) // one for each resolver
	if w.Attacks != 2 {
		t.Errorf("%+v", w)
	}
	page, err := b.Page(t.Context(), "/", abri.French)
	if err != nil || !strings.Contains(page, listedName) || !strings.Contains(page, "hameconnage") {
		t.Errorf("the page does not tell of it: %v", err)
	}
	if _, err := b.Type(t.Context(), "release", "banque-du-forez.fr"); err != nil {
		t.Fatal(err)
	}
	before := s.Resolver.Total().Contacts
	lookUp(t, s, s.Resolver.V4, listedName, dns.TypeA)
	if s.Resolver.Total().Contacts == before {
		t.Error("a released name does not reach its resolver")
	}
	if said, err := b.Type(t.Context(), "why", listedName); err != nil || !strings.Contains(said, "passes all the same") {
		t.Errorf("why says %q, %v", said, err)
	}
}

// Watch-only tells who asked, and the resolver answers.
func TestStoryWatchOnlyAnswersNothingItself(t *testing.T) {
	s, b, _ := phishing(t, abri.Observe)
	before := s.Resolver.Total().Contacts
	lookUp(t, s, s.Resolver.V4, listedName, dns.TypeA)
	if s.Resolver.Total().Contacts == before {
		t.Error("the question did not reach the resolver")
	}
	if w := sky(t, b, func(w testnet.Weather) bool { return w.WouldBlock == 1 }); w.Neutralised != 0 || w.Attacks != 1 {
		t.Errorf("%+v", w)
	}
}

// visit has the workstation's browser ask the box for a page of a name that leads there.
func visit(t *testing.T, s *testnet.Scene, name string) (status int, said string, err error) {
	t.Helper()
	browser := http.Client{Timeout: honestLimit, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return s.Desk.Host.Dial(ctx, "tcp", s.Desk.V4, netip.AddrPortFrom(testnet.BoxAddress.Addr(), 80))
		},
	}}
	answer, err := browser.Get("http://" + name + "/connexion")
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(b), err
}

// By choice a false name leads to the box, whose page says so, and resolvers in secret are closed: Firefox hears it.
func TestStoryNamesLeadToThePageByChoice(t *testing.T) {
	s, b, _ := phishing(t, abri.Protect)
	f := s.BoxFile()
	f.Mode, f.LeadsTo, f.Closes = abri.Protect, "page", true
	f.Lists = append(f.Lists, testnet.BoxList{Name: "hameconnage", Names: []string{"banque-du-forez.fr"}, Outward: abri.PhishingSite})
	if err := b.Write(f); err != nil {
		t.Fatal(err)
	}
	if err := b.Reload(); err != nil {
		t.Fatal(err)
	}
	if err := testnet.AwaitThat(t.Context(), func() error {
		if m := lookUp(t, s, s.Resolver.V4, listedName, dns.TypeA); m.Rcode != dns.RcodeSuccess {
			return fmt.Errorf("%s leads nowhere: %v", listedName, m)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	answer := lookUp(t, s, s.Resolver.V4, listedName, dns.TypeA)
	if a, ok := answer.Answer[0].(*dns.A); !ok || a.A.String() != testnet.BoxAddress.Addr().String() || a.Hdr.Ttl > 60 {
		t.Errorf("the name leads to %v", answer)
	}
	if err := testnet.AwaitThat(t.Context(), func() error {
		status, said, err := visit(t, s, listedName)
		if err == nil && (status != http.StatusForbidden || !strings.Contains(said, listedName) || !strings.Contains(said, "Cette page a été arrêtée") || !strings.Contains(said, "hameconnage")) {
			err = fmt.Errorf("who follows the name is shown %d, %s", status, said)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if status, said, err := visit(t, s, honestName); err != nil || status != http.StatusServiceUnavailable || !strings.Contains(said, "n'est plus arrêté") {
		t.Errorf("of a name that nothing stops it says %d, %s, %v", status, said, err)
	}
	if c, err := s.Desk.Host.Dial(t.Context(), "tcp", s.Desk.V4, netip.AddrPortFrom(testnet.BoxAddress.Addr(), testnet.SecurePort)); err == nil {
		c.Close()
		t.Error("the box says something in the name of a secure server")
	}
	if r := lookUp(t, s, s.Resolver.V6, "use-application-dns.net", dns.TypeAAAA); r.Rcode != dns.RcodeNameError {
		t.Errorf("Firefox hears %v", r)
	}
}

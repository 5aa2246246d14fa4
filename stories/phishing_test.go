package stories

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"testing"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// listedName stands on a list of names; it shares its server with an honest one.
const (
	listedName = "connexion.banque-du-forez.fr"
	honestName = "journal.example"
)

// phishing is a town hall whose newspaper's host also has the page of a false bank.
func phishing(t *testing.T, mode abri.Mode, more ...func(*testnet.BoxFile)) (*testnet.Scene, *testnet.Box, *testnet.SecureServer) {
	t.Helper()
	s := testnet.TownHall(testnet.New(t))
	shared := s.Newspaper.SecureServer(testnet.SecurePort)
	file := s.BoxFile()
	file.Mode, file.Strict = mode, true // these servers are too near for anything else
	file.Lists = append(file.Lists, testnet.BoxList{Name: "hameconnage", Publisher: "liste de démonstration", Names: []string{"banque-du-forez.fr"}, Outward: abri.PhishingSite})
	for _, change := range more {
		change(&file)
	}
	b := s.NewBox(program, file)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(b.LastWords())
		}
	})
	start(t, b)
	return s, b, shared
}

// "… phishing in the name of a bank or social security."
//
// Somebody at the town hall follows a link to a false bank, on a server that honest sites use too. Both ends are reset
// before an answer comes, by IPv4 and by IPv6; the honest name on the same server is reached; the page tells of it.
func TestStoryPhishingInTheNameOfABank(t *testing.T) {
	s, b, shared := phishing(t, abri.Protect)
	for _, address := range s.Newspaper.Addresses() {
		to := netip.AddrPortFrom(address, testnet.SecurePort)
		ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
		got, err := s.Desk.Secure(ctx, to, listedName)
		if got != 0 || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: %d bytes of an answer, and then %v", to, got, err)
		}
		if got, err := s.Desk.Secure(ctx, to, honestName); err != nil || got == 0 {
			t.Errorf("the honest name on %s: %d bytes, %v", to, got, err)
		}
		cancel()
	}
	for _, desk := range s.Desk.Addresses() {
		if err := shared.Await(t.Context(), desk, 1); err != nil || shared.From(desk).Served != 1 {
			t.Errorf("the server served %s: %+v, %v", desk, shared.From(desk), err)
		}
	}
	w := sky(t, b, func(w testnet.Weather) bool { return w.Neutralised == 2 })
	if w.Attacks != 2 || w.Sky.Severity() < abri.LightRain.Severity() {
		t.Errorf("two foiled ways to the bank make %+v", w)
	}
	page, err := b.Page(t.Context(), "/", abri.French)
	if err != nil || !strings.Contains(page, "ameçonnage") || !strings.Contains(page, listedName) || !strings.Contains(page, "hameconnage") {
		t.Errorf("the page does not tell of it: %v", err)
	}
}

// In the clear the browser gets a page that says what was stopped, why, by which list, how to ask for release, and what to
// do about a password.
func TestStoryAPageSaysWhatWasStopped(t *testing.T) {
	s, _, _ := phishing(t, abri.Protect)
	for _, address := range s.Newspaper.Addresses() {
		page, err := browse(t, s, netip.AddrPortFrom(address, testnet.WebPort), listedName)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"403 Forbidden", "Cette page a été arrêtée", listedName, "banque-du-forez.fr", "hameconnage (liste de démonstration)", "Mairie de Sury-le-Comtal",
			"mot de passe", "débloquer", "This page was stopped", "Change that password", "release it",
		} {
			if !strings.Contains(page, want) {
				t.Errorf("the page from %s does not say %q:\n%s", address, want, page)
			}
		}
	}
	if page, err := browse(t, s, netip.AddrPortFrom(s.Newspaper.V4, testnet.WebPort), honestName); err != nil || !strings.Contains(page, "Les nouvelles du Forez") {
		t.Errorf("the honest name: %q, %v", page, err)
	}
}

// Watch-only tells of it, and cuts nothing.
func TestStoryWatchOnlyCutsNothing(t *testing.T) {
	s, b, _ := phishing(t, abri.Observe)
	to := netip.AddrPortFrom(s.Newspaper.V4, testnet.SecurePort)
	ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
	defer cancel()
	if got, err := s.Desk.Secure(ctx, to, listedName); err != nil || got == 0 {
		t.Errorf("%d bytes, %v", got, err)
	}
	if page, err := browse(t, s, netip.AddrPortFrom(s.Newspaper.V4, testnet.WebPort), listedName); err != nil || !strings.Contains(page, "Les nouvelles du Forez") {
		t.Errorf("the page in the clear: %q, %v", page, err)
	}
	if w := sky(t, b, func(w testnet.Weather) bool { return w.WouldBlock == 1 }); w.Neutralised != 0 {
		t.Errorf("watch-only neutralised: %+v", w)
	}
}

// browse asks a server for the first page of a name in the clear, and gives all that comes until it closes.
func browse(t *testing.T, s *testnet.Scene, from netip.AddrPort, name string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
	defer cancel()
	facing := s.Desk.V4
	if from.Addr().Is6() {
		facing = s.Desk.V6
	}
	c, err := s.Desk.Host.Dial(ctx, "tcp", facing, from)
	if err != nil {
		return "", err
	}
	defer c.Close()
	deadline, _ := ctx.Deadline()
	if err := c.SetDeadline(deadline); err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", name); err != nil {
		return "", err
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.Status + "\n" + string(body), err
}

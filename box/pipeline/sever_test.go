package pipeline

import (
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

// armed is an acting line with a hand to cut with.
func armed(t *testing.T) (line, *hands, *[]policy.Measure) {
	t.Helper()
	l, done := acting(t)
	h := &hands{}
	l.cuts.hand = h
	return l, h, done
}

// The server's first word proves the attacker, and no second one reaches him: the conversation ends there and then, for
// both, with the numbers that each awaits.
func TestTheConversationOfAnAttackEndsAtTheServersFirstWord(t *testing.T) {
	l, h, done := armed(t)
	at := start
	copyOf := func(side abri.Side, from, to netip.AddrPort, seq, ack uint32, flags packet.TCPFlags, words string) {
		at = at.Add(10 * time.Millisecond)
		l.Copy(at, side, order.Passed, segment(t, from, to, seq, ack, flags, words))
	}
	l.Copy(at, abri.Outside, order.Passed, tcp(t, criminal, mail, packet.SYN, 0))
	l.Copy(at, abri.Inside, order.Passed, tcp(t, mail, criminal, packet.SYN|packet.ACK, 0))
	copyOf(abri.Outside, criminal, mail, 101, 501, 0, "${jndi:ldap://x}")
	if len(h.blocked) != 0 || len(*done) != 0 {
		t.Fatalf("stopped before anything proves who it is: %+v, %+v", h.blocked, *done)
	}
	l.watcher.finds = nil
	copyOf(abri.Inside, mail, criminal, 501, 117, packet.FIN, "no such user")
	if len(*done) != 1 || len(h.blocked) != 1 || h.blocked[0].Client != criminal || h.blocked[0].Server != mail {
		t.Fatalf("banned %+v, blocked %+v", *done, h.blocked)
	}
	if len(h.injected) != 2 {
		t.Fatalf("%d resets", len(h.injected))
	}
	want := map[netip.AddrPort]uint32{criminal: 501 + 13, mail: 117} // after the words and the FIN; after the request
	for _, i := range h.injected {
		if i.Flags&uint8(packet.RST) == 0 || i.Seq != want[i.To] {
			t.Errorf("to %s: flags %x, number %d, awaited %d", i.To, i.Flags, i.Seq, want[i.To])
		}
	}
	if a := l.one(t); a.Kind != abri.Exploit || a.Outcome != abri.Blocked || a.Attempts != 3 {
		t.Errorf("got %+v", a)
	}
}

// A program that harms is cut where it comes from, nobody is banned; in watch-only nothing is touched.
func TestADownloadIsCut(t *testing.T) {
	for _, mode := range []abri.Mode{abri.Protect, abri.Observe} {
		l, h, done := armed(t)
		l.SetPolicy(rules(t, mode, nil))
		if err := l.acts.measures.Promote(start, abri.MalwareDownload, "root"); err != nil {
			t.Fatal(err)
		}
		l.watcher.finds = nil
		l.Copy(start, abri.Inside, order.Passed, tcp(t, desk, fence, packet.SYN, 0))
		l.Copy(start, abri.Outside, order.Passed, tcp(t, fence, desk, packet.SYN|packet.ACK, 0))
		l.watcher.finds = &abri.Finding{Kind: abri.MalwareDownload, Service: abri.Web, Direction: abri.Out, Port: 443, Proto: "tcp", Why: abri.Why{Rule: abri.Rule(abri.MalwareDownload)}}
		l.Copy(start.Add(time.Second), abri.Outside, order.Passed, segment(t, fence, desk, 7, 9, 0, "MZ"))
		cut := mode == abri.Protect
		if (len(h.blocked) == 1) != cut || (len(h.injected) == 2) != cut || len(*done) != 0 {
			t.Errorf("in %s: blocked %+v, %d resets, banned %+v", mode, h.blocked, len(h.injected), *done)
		}
		if a := l.one(t); a.Neutralised() != cut {
			t.Errorf("in %s: %s", mode, a.Outcome)
		}
	}
}

// Where a guarded name stands is learnt from resolvers that are guarded themselves, of answers that somebody asked for.
func TestWhereGuardedNamesStand(t *testing.T) {
	resolver := netip.MustParseAddrPort("9.9.9.9:53")
	stranger := netip.MustParseAddrPort("203.0.113.66:53")
	bank := netip.MustParseAddr("80.10.20.40")
	for name, tt := range map[string]struct {
		server netip.AddrPort
		asked  bool
		name   string
		guards bool
	}{
		"a resolver's answer":       {resolver, true, "impots.gouv.fr", true},
		"another name":              {resolver, true, "example.org", false},
		"an answer nobody asked of": {resolver, false, "impots.gouv.fr", false},
		"a criminal's own server":   {stranger, true, "impots.gouv.fr", false},
	} {
		t.Run(name, func(t *testing.T) {
			l, _, done := armed(t)
			p, err := policy.New(policy.Options{Mode: abri.Protect, Guard: func(a netip.Addr) (string, bool) { return "Quad9", a == resolver.Addr() }})
			if err != nil {
				t.Fatal(err)
			}
			l.SetPolicy(p)
			l.acts.guarded = func(n string) (string, bool) { return "the State", n == "impots.gouv.fr" }
			l.watcher.finds = nil
			if tt.asked {
				l.Copy(start, abri.Inside, order.Passed, say(t, desk, tt.server, ask(tt.name)))
			}
			l.Copy(start, abri.Outside, order.Passed, resolves(t, tt.server, desk, tt.name, bank))
			l.watcher.finds = &abri.Finding{Kind: abri.CommandAndControl, Service: abri.Web, Direction: abri.Out, Port: 443, Proto: "tcp", Why: abri.Why{Rule: abri.Rule(abri.CommandAndControl)}}
			l.Copy(start.Add(time.Second), abri.Inside, order.Passed, tcp(t, desk, netip.AddrPortFrom(bank, 443), packet.SYN, 0))
			if banned := len(*done) == 1; banned == tt.guards {
				t.Errorf("banned: %v", banned)
			}
		})
	}
}

// So is where depots stand: much that leaves to one by day is told to nobody, and to an address that a criminal's own server
// gave the name of one it is.
func TestWhereDepotsStand(t *testing.T) {
	resolver, stranger := netip.MustParseAddrPort("9.9.9.9:53"), netip.MustParseAddrPort("203.0.113.66:53")
	films := netip.MustParseAddr("80.10.20.41")
	noon := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC) // a Thursday
	hours, err := policy.ParseHours("mo-fr 09:00-17:00", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	for server, want := range map[netip.AddrPort]int{resolver: 0, stranger: 1} {
		l, _, _ := armed(t)
		p, err := policy.New(policy.Options{Mode: abri.Protect, Guard: func(a netip.Addr) (string, bool) { return "Quad9", a == resolver.Addr() }})
		if err != nil {
			t.Fatal(err)
		}
		l.SetPolicy(p)
		l.acts.measures.Use(policy.MeasureOptions{Hours: hours})
		l.acts.guarded = func(string) (string, bool) { return "", false }
		l.watcher.finds = nil
		l.Copy(noon, abri.Inside, order.Passed, say(t, desk, server, ask("upload.youtube.com")))
		l.Copy(noon, abri.Outside, order.Passed, resolves(t, server, desk, "upload.youtube.com", films))
		l.watcher.finds = &abri.Finding{Kind: abri.Exfiltration, Service: abri.Web, Direction: abri.Out, Port: 443, Proto: "tcp", Why: abri.Why{Rule: abri.Rule(abri.Exfiltration)}}
		l.Copy(noon.Add(time.Second), abri.Inside, order.Passed, tcp(t, desk, netip.AddrPortFrom(films, 443), packet.SYN, 0))
		if got := len(l.counter.Changed()); got != want {
			t.Errorf("by %s: %d attacks, want %d", server, got, want)
		}
	}
}

// resolves is a resolver's answer over UDP.
func resolves(t *testing.T, from, to netip.AddrPort, name string, is netip.Addr) []byte {
	t.Helper()
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, SrcIP: from.Addr().AsSlice(), DstIP: to.Addr().AsSlice()}
	udp := &layers.UDP{SrcPort: layers.UDPPort(from.Port()), DstPort: layers.UDPPort(to.Port())}
	answer := &layers.DNS{ID: 1, QR: true, RA: true,
		Questions: []layers.DNSQuestion{{Name: []byte(name), Type: layers.DNSTypeA, Class: layers.DNSClassIN}},
		Answers: []layers.DNSResourceRecord{
			{Name: []byte(name), Type: layers.DNSTypeCNAME, Class: layers.DNSClassIN, TTL: 60, CNAME: []byte("cache.example")},
			{Name: []byte("cache.example"), Type: layers.DNSTypeA, Class: layers.DNSClassIN, TTL: 60, IP: is.AsSlice()},
		}}
	b := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true},
		&layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}, ip, udp, answer)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

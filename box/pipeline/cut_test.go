package pipeline

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"golang.org/x/net/http2"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/detect"
	"abri.example/abri/feed"
	"abri.example/abri/flow"
	"abri.example/abri/names"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

// hands is a Hand that remembers what it was told.
type hands struct {
	blocked  []order.Block
	let      []order.Conversation
	injected []order.Inject
	ruled    []order.Ruling
	crowds   []order.Crowd
	written  []order.Rewrite
}

func (h *hands) Crowd(c order.Crowd) error          { h.crowds = append(h.crowds, c); return c.Check() }
func (h *hands) Judged(uint64) error                { return nil }
func (h *hands) Block(b order.Block) error          { h.blocked = append(h.blocked, b); return b.Check() }
func (h *hands) Unblock(c order.Conversation) error { h.let = append(h.let, c); return c.Check() }
func (h *hands) Inject(i *order.Inject) error       { h.injected = append(h.injected, *i); return i.Check() }
func (h *hands) Rewrite(r *order.Rewrite) error {
	h.written = append(h.written, *r)
	return r.Check()
}
func (h *hands) Rule(r order.Ruling) error {
	r.Held = slices.Clone(r.Held)
	h.ruled = append(h.ruled, r)
	return r.Check()
}

// newCutting is a line that knows a list of names and has a hand to cut with.
func newCutting(t *testing.T) (line, *hands) {
	t.Helper()
	l, _ := newNames(t)
	domains := l.domains
	l = newLine(t, true)
	l.SetDomains(domains)
	h := &hands{}
	l.cuts.hand = h
	return l, h
}

// segment is a frame of TCP in two VLANs, over the family of its ends.
func segment(t *testing.T, from, to netip.AddrPort, seq, ack uint32, flags packet.TCPFlags, words string) []byte {
	t.Helper()
	tcp := &layers.TCP{SrcPort: layers.TCPPort(from.Port()), DstPort: layers.TCPPort(to.Port()), Seq: seq, Ack: ack,
		ACK: true, FIN: flags.Has(packet.FIN), RST: flags.Has(packet.RST)}
	kind, network := layers.EthernetTypeIPv4, gopacket.SerializableLayer(&layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: from.Addr().AsSlice(), DstIP: to.Addr().AsSlice()})
	if from.Addr().Is6() {
		kind, network = layers.EthernetTypeIPv6, &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: from.Addr().AsSlice(), DstIP: to.Addr().AsSlice()}
	}
	b := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true},
		&layers.Ethernet{SrcMAC: []byte{2, 0, 0, 0, 0, 1}, DstMAC: []byte{2, 0, 0, 0, 0, 2}, EthernetType: layers.EthernetTypeQinQ},
		&layers.Dot1Q{VLANIdentifier: 7, Type: layers.EthernetTypeDot1Q}, &layers.Dot1Q{VLANIdentifier: 9, Type: kind}, network, tcp, gopacket.Payload(words))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	desk6 = netip.MustParseAddrPort("[2a01:e0a::100]:50000")
	bank6 = netip.MustParseAddrPort("[2a02:26f0::32]:443")
)

// Both ends get a reset with the number that each awaits, in the tags that the conversation is in.
func TestAListedNameIsCut(t *testing.T) {
	for _, ends := range [][2]netip.AddrPort{{desk, fence2}, {desk6, bank6}} {
		client, server := ends[0], ends[1]
		l, h := newCutting(t)
		words := hello(t, "login.wrong-bank.com")
		l.Copy(start, abri.Inside, order.Passed, segment(t, client, server, 1000, 5000, 0, words))
		next := 1000 + uint32(len(words))
		conversation := order.Conversation{Client: client, Server: server, Proto: packet.TCP}
		if len(h.blocked) != 1 || h.blocked[0].Conversation != conversation || len(h.injected) != 2 {
			t.Fatalf("blocked %+v, injected %+v", h.blocked, h.injected)
		}
		up, down := h.injected[0], h.injected[1]
		if up.From != client || up.To != server || up.Seq != next || up.Ack != 5000 || down.From != server || down.To != client || down.Seq != 5000 || down.Ack != next {
			t.Errorf("the resets are %+v and %+v", up, down)
		}
		if !packet.TCPFlags(up.Flags).Has(packet.RST) || len(up.Head) != 22 || up.Head[0] != 2 || up.Head[5] != 2 || down.Head[5] != 1 || !bytes.Equal(up.Head[12:], down.Head[12:]) {
			t.Errorf("the heads are %x and %x", up.Head, down.Head)
		}
		if a := l.one(t); a.Outcome != abri.Blocked || a.Answered || a.Attempts != 1 || a.Inside != client.Addr() {
			t.Errorf("counted as %+v", a)
		}

		l.Copy(start, abri.Outside, order.Dropped, segment(t, server, client, 5000, next, 0, "the answer"))
		again := h.injected[2:]
		if len(again) != 2 || again[0].To != client || again[0].Seq != 5000 || again[1].To != server || again[1].Seq != next {
			t.Errorf("an answer that did not arrive is answered by %+v", again)
		}
		l.Copy(start, abri.Inside, order.Dropped, segment(t, client, server, next, 5000, packet.RST, ""))
		if len(h.injected) != 4 {
			t.Error("a reset is answered")
		}
		r := record(client, server, abri.Inside, flow.Counter{Packets: 1, Bytes: 60}, flow.Counter{Packets: 2, Bytes: 3000})
		r.Fate, r.Cause, r.Packets, r.Bytes, r.Began = order.Dropped, order.ByBlock, 3, 3060, true
		l.Flow(r)
		if a := l.one(t); a.Outcome != abri.Blocked || a.Packets != 3 || a.Attempts != 1 || a.Kind != abri.PhishingSite || a.Answered {
			t.Errorf("counted as %+v", a)
		}
	}
}

// Who asks in the clear gets the page, again when it was lost, and its end is told when it has read it.
func TestWhoAsksInTheClearGetsAPage(t *testing.T) {
	l, h := newCutting(t)
	page := strings.Repeat("a page ", 500)
	l.cuts.page = func(f abri.Finding) []byte { return []byte(f.Why.List + page) }
	words := "GET / HTTP/1.1\r\nHost: wrong-bank.com\r\n\r\n"
	request := segment(t, desk, web, 1000, 5000, 0, words)
	l.Copy(start, abri.Inside, order.Passed, request)
	var got []byte
	seq := uint32(5000)
	for i, x := range h.injected[:len(h.injected)-1] {
		last := i == len(h.injected)-2
		if x.From != web || x.To != desk || x.Seq != seq || x.Ack != 1000+uint32(len(words)) || packet.TCPFlags(x.Flags).Has(packet.FIN) != last || packet.TCPFlags(x.Flags).Has(packet.RST) {
			t.Errorf("part %d is %+v", i, x)
		}
		got, seq = append(got, x.Data...), seq+uint32(len(x.Data))
	}
	if string(got) != "phish"+page {
		t.Errorf("the page is %d bytes", len(got))
	}
	if end := h.injected[len(h.injected)-1]; end.To != web || !packet.TCPFlags(end.Flags).Has(packet.RST) {
		t.Errorf("the server is told %+v", end)
	}
	for _, c := range []struct {
		what  string
		frame []byte
		want  int
	}{
		{"the browser has it", segment(t, desk, web, 1042, seq+1, 0, ""), 0},
		{"the server answers", segment(t, web, desk, 5000, 1042, 0, "HTTP/1.1 200 OK"), 1},
		{"the browser asks again", request, len(h.injected) - 1},
		{"the browser closes", segment(t, desk, web, 1042, seq+1, packet.FIN, ""), 1},
	} {
		before := len(h.injected)
		l.Copy(start, abri.Inside, order.Dropped, c.frame)
		if n := len(h.injected) - before; n != c.want {
			t.Errorf("%s: %d packets, want %d", c.what, n, c.want)
		}
	}
}

// A client of HTTP/2 would not understand the page, wherever its preface ends: both ends are reset.
func TestWhoAsksByHTTP2GetsNoPage(t *testing.T) {
	l, h := newCutting(t)
	l.cuts.page = func(abri.Finding) []byte { return []byte("a page") }
	words := h2c(t, "login.wrong-bank.com")
	preface := len(http2.ClientPreface)
	l.Copy(start, abri.Inside, order.Passed, segment(t, desk, web, 1000, 5000, 0, words[:preface]))
	l.Copy(start, abri.Inside, order.Passed, segment(t, desk, web, 1000+uint32(preface), 5000, 0, words[preface:]))
	if len(h.injected) != 2 || len(h.injected[0].Data)+len(h.injected[1].Data) != 0 {
		t.Errorf("injected %+v", h.injected)
	}
}

// In watch-only the kernel counts, and nothing is said in anybody's name.
func TestWatchOnlyInjectsNothing(t *testing.T) {
	l, h := newCutting(t)
	l.SetPolicy(rules(t, abri.Observe, listed{}))
	l.Copy(start, abri.Inside, order.Passed, segment(t, desk, web, 1000, 5000, 0, "GET / HTTP/1.1\r\nHost: wrong-bank.com\r\n\r\n"))
	if len(h.blocked) != 1 || len(h.injected) != 0 {
		t.Errorf("blocked %d, injected %d", len(h.blocked), len(h.injected))
	}
	r := record(desk, web, abri.Inside, flow.Counter{Packets: 4, Bytes: 400}, flow.Counter{Packets: 3, Bytes: 300})
	r.Fate, r.Cause, r.First = order.Passed, order.NoCause, start.Add(-time.Second)
	l.Flow(r)
	r.Fate, r.Cause = order.Would, order.ByBlock
	l.Flow(r)
	if a := l.one(t); a.Outcome != abri.WouldBlock || a.Packets != 7 || a.Attempts != 1 {
		t.Errorf("counted as %+v", a)
	}
}

// What is held crosses unless it is cut; the first part of a hello over TCP crosses before the rest has come.
func TestWhatIsHeldIsRuledOn(t *testing.T) {
	l, h := newCutting(t)
	conversation := order.Conversation{Client: desk, Server: fence2, Proto: packet.TCP}
	words := hello(t, "login.wrong-bank.com")
	l.Hold(start, abri.Inside, segment(t, desk, fence2, 1000, 5000, 0, words[:60]), 7)
	l.Hold(start, abri.Inside, segment(t, desk, fence2, 1060, 5000, 0, words[60:]), 8)
	honest := conversation
	honest.Client = netip.AddrPortFrom(desk.Addr(), 50009)
	l.Hold(start, abri.Inside, segment(t, honest.Client, fence2, 1000, 5000, 0, hello(t, "www.mairie.fr")), 9)
	want := []order.Ruling{{Conversation: conversation, Held: []uint32{7}, Pass: true}, {Conversation: conversation, Held: []uint32{8}}, {Conversation: honest, Held: []uint32{9}, Pass: true, Over: true}}
	if len(h.ruled) != 3 {
		t.Fatalf("ruled: %+v", h.ruled)
	}
	for i, w := range want {
		if got := h.ruled[i]; got.Conversation != w.Conversation || !slices.Equal(got.Held, w.Held) || got.Pass != w.Pass || got.Over != w.Over {
			t.Errorf("ruled %+v, want %+v", got, w)
		}
	}
	if len(h.injected) != 2 || h.injected[0].To != fence2 || h.injected[0].Seq != 1060 {
		t.Errorf("the server, which never saw the end of the hello, is told %+v", h.injected)
	}
}

// What a server answers before the verdict is held: it crosses with an honest one, and never with a listed one, whose device is
// then not said to have got an answer, though the gate has counted it.
func TestAnAnswerThatWaitedIsRuledOn(t *testing.T) {
	l, h := newCutting(t)
	for _, c := range []struct {
		from netip.AddrPort
		name string
		pass bool
	}{{desk, "wrong-bank.com", false}, {netip.AddrPortFrom(desk.Addr(), 50009), "www.mairie.fr", true}} {
		words := hello(t, c.name)
		next := 1000 + uint32(len(words))
		l.Copy(start, abri.Inside, order.Passed, segment(t, c.from, fence2, 1000, 5000, 0, words))
		answer := segment(t, fence2, c.from, 5000, next, 0, strings.Repeat("answer ", 100))
		h.ruled = nil
		l.Hold(start, abri.Outside, answer, 7)
		conversation := order.Conversation{Client: c.from, Server: fence2, Proto: packet.TCP}
		if len(h.ruled) != 1 || h.ruled[0].Pass != c.pass || h.ruled[0].Conversation != conversation || !slices.Equal(h.ruled[0].Held, []uint32{7}) {
			t.Errorf("%s: ruled %+v", c.name, h.ruled)
		}
	}
	r := record(desk, fence2, abri.Inside, flow.Counter{Packets: 3, Bytes: 700}, flow.Counter{Packets: 2, Bytes: 40 + 740})
	r.First, r.Fate, r.Packets, r.Bytes = start, order.Passed, 5, 1480
	l.Flow(r)
	if a := l.one(t); a.Answered || a.Outcome != abri.Blocked {
		t.Errorf("counted as %+v", a)
	}
}

// Another connection on the ports of a cut one is judged by itself.
func TestAnotherConnectionIsJudgedAnew(t *testing.T) {
	l, h := newCutting(t)
	for i := range uint32(2) {
		from := 1000 + i*100_000
		l.Copy(start.Add(time.Duration(i)*time.Second), abri.Inside, order.Passed, opening(t, desk, web, from-1, 0, packet.SYN))
		l.Copy(start.Add(time.Duration(i)*time.Second), abri.Inside, order.Passed, segment(t, desk, web, from, 5000, 0, "GET / HTTP/1.1\r\nHost: wrong-bank.com\r\n\r\n"))
	}
	if len(h.blocked) != 2 {
		t.Errorf("cut %d times", len(h.blocked))
	}
}

// opening is a segment that opens a connection, by a SYN or its answer.
func opening(t *testing.T, from, to netip.AddrPort, seq, ack uint32, flags packet.TCPFlags) []byte {
	t.Helper()
	frame := segment(t, from, to, seq, ack, 0, "")
	frame[len(frame)-7] = byte(flags) // of a header of 20 bytes
	return frame
}

// What was begun in a conversation that was cut is not taken up by the next one on the same ports: who asked slowly for many listed
// names, and then for honest ones, is no attacker.
func TestAnotherConnectionBeginsFromNothing(t *testing.T) {
	l, h := newCutting(t)
	l.detectors, l.acts.measures = detect.All(), policy.NewMeasures(start, policy.MeasureOptions{})
	names := [2]string{"login.wrong-bank.com", "journal.example"}
	for i := range uint32(2) {
		words, from := hello(t, names[i]), 1000+i*100_000
		at := start.Add(time.Duration(i) * 17 * time.Second)
		for port := range uint16(30) {
			client := netip.AddrPortFrom(desk.Addr(), 40_000+port)
			l.Copy(at, abri.Inside, order.Passed, opening(t, client, fence2, from-1, 0, packet.SYN))
			l.Copy(at, abri.Outside, order.Passed, opening(t, fence2, client, 4999, from, packet.SYN|packet.ACK))
			for piece := range slices.Chunk([]byte(words), 100) {
				l.Copy(at, abri.Inside, order.Passed, segment(t, client, fence2, from, 5000, 0, string(piece)))
				from += uint32(len(piece))
			}
			from -= uint32(len(words))
		}
		l.Tick(at.Add(time.Second))
	}
	if len(h.blocked) != 30 {
		t.Errorf("%d conversations are cut, 30 asked for a listed name", len(h.blocked))
	}
}

// A block that has ended blocks nobody: what crosses then is judged by itself.
func TestAfterTheBlockItIsJudgedAnew(t *testing.T) {
	l, h := newCutting(t)
	request := "GET / HTTP/1.1\r\nHost: wrong-bank.com\r\n\r\n"
	for _, after := range []time.Duration{0, time.Second, blockFor + time.Second} {
		l.Copy(start.Add(after), abri.Inside, order.Passed, segment(t, desk, web, 1000+uint32(after/time.Second)*100, 5000, 0, request))
	}
	if len(h.blocked) != 2 {
		t.Errorf("cut %d times", len(h.blocked))
	}
}

// A list says what those are who turn to its names: command servers and places that hand out malware have kinds of their own.
func TestListedNamesGiveTheirKinds(t *testing.T) {
	for _, kind := range []abri.Kind{abri.CommandAndControl, abri.MalwareDownload, abri.PhishingSite} {
		list, err := feed.Parse(strings.NewReader("wrong-bank.com\n"), feed.Info{Name: "kinds", Outward: kind})
		if err != nil {
			t.Fatal(err)
		}
		l, h := newCutting(t)
		l.SetDomains(feed.Merge([]*feed.List{list}, nil))
		l.Copy(start, abri.Inside, order.Passed, segment(t, desk, fence2, 1000, 5000, 0, hello(t, "a.wrong-bank.com")))
		if a := l.one(t); a.Kind != kind || a.Outcome != abri.Blocked || len(h.blocked) != 1 {
			t.Errorf("%s is counted as %+v", kind, a)
		}
	}
}

// A fingerprint on a list, without a listed name, cuts nobody.
func TestAFingerprintCutsNobody(t *testing.T) {
	l, h := newCutting(t)
	var seen names.Line
	l.told = func(s *names.Sighting) { seen = s.Line() }
	l.Copy(start, abri.Inside, order.Passed, segment(t, desk, fence2, 1000, 5000, 0, hello(t, "www.mairie.fr")))
	prints, err := feed.Parse(strings.NewReader("ja3_md5,Firstseen,Lastseen,Listingreason\n"+seen.JA3+",2017-07-14 18:08:15,2019-07-27 20:42:54,Adware\n"), feed.Info{Name: "sslbl"})
	if err != nil || prints.Fingerprints() != 1 {
		t.Fatalf("%d fingerprints, %v", prints.Fingerprints(), err)
	}
	l.SetDomains(feed.Merge([]*feed.List{prints}, nil))
	other := netip.AddrPortFrom(desk.Addr(), 50007)
	l.Copy(start, abri.Inside, order.Passed, segment(t, other, fence2, 1000, 5000, 0, hello(t, "www.mairie.fr")))
	if len(h.blocked) != 0 || len(l.counter.Open()) != 0 {
		t.Errorf("cut %d, counted %+v", len(h.blocked), l.counter.Open())
	}
}

// The conversation with a resolver that the site has closed ends, over TLS and QUIC alike, and is nobody's attack; another one
// goes on.
func TestClosedResolversAreCut(t *testing.T) {
	l, h := newCutting(t)
	l.SetClosed(func(name string) bool { return name == "dns.example" })
	l.Copy(start, abri.Inside, order.Passed, segment(t, desk, fence2, 1000, 5000, 0, hello(t, "dns.example")))
	if len(h.blocked) != 1 || len(h.injected) != 2 {
		t.Fatalf("blocked %+v, injected %+v", h.blocked, h.injected)
	}
	r := record(desk, fence2, abri.Inside, flow.Counter{Packets: 1, Bytes: 60}, flow.Counter{Packets: 2, Bytes: 3000})
	r.Fate, r.Cause, r.Packets, r.Bytes, r.Began = order.Dropped, order.ByBlock, 3, 3060, true
	l.Flow(r)
	r.Fate, r.Cause = order.Passed, order.NoCause
	l.Flow(r)
	if open := l.counter.Open(); len(open) != 0 {
		t.Errorf("counted as %+v", open)
	}
	other := netip.AddrPortFrom(desk.Addr(), desk.Port()+1)
	l.Copy(start, abri.Inside, order.Passed, segment(t, other, fence2, 1000, 5000, 0, hello(t, "www.example")))
	l.SetPolicy(rules(t, abri.Observe, listed{}))
	watched := netip.AddrPortFrom(desk.Addr(), desk.Port()+2)
	l.Copy(start, abri.Inside, order.Passed, segment(t, watched, fence2, 1000, 5000, 0, hello(t, "dns.example")))
	if len(h.blocked) != 1 {
		t.Errorf("blocked %+v", h.blocked)
	}
}

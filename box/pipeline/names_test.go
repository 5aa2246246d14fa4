package pipeline

import (
	"crypto/tls"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
	"abri.example/abri/flow"
	"abri.example/abri/names"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

var (
	router = netip.MustParseAddrPort("192.168.10.1:53")
	web    = netip.MustParseAddrPort("80.10.20.30:80")
	fence2 = netip.MustParseAddrPort("80.10.20.32:443")
	site   = netip.MustParseAddrPort("192.168.10.80:80")
)

// say is the frame of a packet of TCP that says something; of UDP where port 53 is asked.
func say(t *testing.T, from, to netip.AddrPort, words string) []byte {
	t.Helper()
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: from.Addr().AsSlice(), DstIP: to.Addr().AsSlice()}
	var transport gopacket.SerializableLayer = &layers.TCP{SrcPort: layers.TCPPort(from.Port()), DstPort: layers.TCPPort(to.Port()), ACK: true, PSH: true}
	if to.Port() == 53 {
		ip.Protocol = layers.IPProtocolUDP
		transport = &layers.UDP{SrcPort: layers.UDPPort(from.Port()), DstPort: 53}
	}
	b := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true},
		&layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4}, ip, transport, gopacket.Payload(words))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ask puts a question of the DNS.
func ask(name string) string {
	b := []byte{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for label := range strings.SplitSeq(name, ".") {
		b = append(append(b, byte(len(label))), label...)
	}
	return string(append(b, 0, 0, 1, 0, 1))
}

// hello is what an old client of TLS says first; always the same but for the name.
func hello(t *testing.T, name string) string {
	t.Helper()
	near, far := net.Pipe()
	go func() {
		_ = tls.Client(near, &tls.Config{ServerName: name, MaxVersion: tls.VersionTLS12}).Handshake() // fails: the far end hangs up
		near.Close()
	}()
	defer far.Close()
	b := make([]byte, 4096)
	n, err := far.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

// newNames is a line that knows a list of names, and what it was told.
func newNames(t *testing.T) (line, *[]string) {
	t.Helper()
	list, err := feed.Parse(strings.NewReader("wrong-bank.com\nupdate-office.net\n"), feed.Info{Name: "phish", Publisher: "CERT", Outward: abri.PhishingSite})
	if err != nil {
		t.Fatal(err)
	}
	l, told := newLine(t, false), new([]string)
	l.told = func(s *names.Sighting) { *told = append(*told, string(s.Name)) }
	l.SetDomains(feed.Merge([]*feed.List{list}, nil))
	return l, told
}

func (l line) hear(t *testing.T, after time.Duration, from, to netip.AddrPort, words string) {
	t.Helper()
	frame := say(t, from, to, words)
	l.Packet(start.Add(after), packet.Ethernet, frame, len(frame))
}

func TestAListedNameStopsTheRestOfItsConversation(t *testing.T) {
	l, told := newNames(t)
	l.hear(t, 0, desk, web, "GET / HTTP/1.1\r\nHost: Login.Wrong-Bank.com\r\n\r\n")
	l.hear(t, time.Second, web, desk, "HTTP/1.1 200 OK\r\n\r\n")
	a := l.one(t)
	if a.Kind != abri.PhishingSite || a.Direction != abri.Out || a.Outcome != abri.WouldBlock || a.Outside != web.Addr() || a.Inside != desk.Addr() ||
		a.Attempts != 1 || a.Packets != 2 || !a.Answered || a.Why.List != "phish" {
		t.Errorf("got %+v", a)
	}
	if why := a.Why.Sentence(abri.English); !strings.Contains(why, "login.wrong-bank.com") || !strings.Contains(why, "phish") {
		t.Errorf("the reason reads %q", why)
	}
	if len(l.watcher.shown) != 1 || len(*told) != 1 || (*told)[0] != "login.wrong-bank.com" {
		t.Errorf("the detectors were shown %d packets, told %q", len(l.watcher.shown), *told)
	}
}

// One conversation with a resolver asks for many names, and only the listed ones are attacks. A resolver on the router
// answers for the whole world.
func TestOfTheDNSOnlyTheQuestionIsStopped(t *testing.T) {
	l, told := newNames(t)
	for i, name := range []string{"www.impots.gouv.fr", "wrong-bank.com", "mairie.fr", "a.wrong-bank.com"} {
		l.hear(t, time.Duration(i)*time.Second, desk, router, ask(name))
	}
	a := l.one(t)
	if a.Kind != abri.PhishingSite || a.Direction != abri.Out || a.Outside != router.Addr() || a.Inside != desk.Addr() || a.Service != abri.DNS || a.Attempts != 2 {
		t.Errorf("got %+v", a)
	}
	if len(*told) != 4 || len(l.watcher.shown) != 4 {
		t.Errorf("told %q, the detectors were shown %d packets", *told, len(l.watcher.shown))
	}
}

// Who asks our own site for a listed name is no victim; what a person released is let through, and what is observed only
// stops nothing.
func TestWhatIsNoAttack(t *testing.T) {
	request := "GET / HTTP/1.1\r\nHost: wrong-bank.com\r\n\r\n"
	l, _ := newNames(t)
	l.hear(t, 0, honest, site, request)
	l.hear(t, time.Second, desk, web, "GET / HTTP/1.1\r\nHost: wrong-bank.com.example.org\r\n\r\n")
	if open := l.counter.Open(); len(open) != 0 {
		t.Errorf("got %+v", open)
	}

	l, _ = newNames(t)
	released, err := policy.New(policy.Options{Mode: abri.Protect, Exempt: []policy.Entry{{Prefix: netip.PrefixFrom(web.Addr(), 32)}}})
	if err != nil {
		t.Fatal(err)
	}
	l.SetPolicy(released)
	l.hear(t, 0, desk, web, request)
	if open := l.counter.Open(); len(open) != 0 {
		t.Errorf("released: %+v", open)
	}

	l, _ = newNames(t)
	list, err := feed.Parse(strings.NewReader("wrong-bank.com\n"), feed.Info{Name: "watched", Observe: true})
	if err != nil {
		t.Fatal(err)
	}
	l.SetDomains(feed.Merge([]*feed.List{list}, nil))
	l.hear(t, 0, desk, web, request)
	if open := l.counter.Open(); len(open) != 0 {
		t.Errorf("observed only: %+v", open)
	}
}

// On a link the kernel counts what goes on after the name, and the detectors are not shown it either.
func TestAListedNameOnALink(t *testing.T) {
	l, _ := newNames(t)
	domains := l.domains
	l = newLine(t, true)
	l.SetDomains(domains)
	l.Copy(start, abri.Inside, order.Passed, say(t, desk, web, "GET / HTTP/1.1\r\nHost: wrong-bank.com\r\n\r\n"))
	l.Copy(start.Add(time.Second), abri.Outside, order.Passed, say(t, web, desk, "HTTP/1.1 200 OK\r\n\r\n"))
	r := record(desk, web, abri.Inside, flow.Counter{Packets: 4, Bytes: 400}, flow.Counter{Packets: 3, Bytes: 300})
	r.Fate, r.Packets, r.Bytes = order.Passed, 7, 700
	l.Flow(r)
	a := l.one(t)
	if a.Kind != abri.PhishingSite || a.Attempts != 1 || a.Packets != 7 || a.Bytes != 700 || a.Outcome != abri.Observed || len(l.watcher.shown) != 1 {
		t.Errorf("shown %d packets: %+v", len(l.watcher.shown), a)
	}
}

// A listed fingerprint is evidence beside a listed name, and nothing by itself.
func TestAListedFingerprintIsEvidence(t *testing.T) {
	l, _ := newNames(t)
	var seen names.Line
	l.told = func(s *names.Sighting) { seen = s.Line() }
	l.hear(t, 0, desk, fence2, hello(t, "www.mairie.fr"))
	if open := l.counter.Open(); len(open) != 0 || len(seen.JA3) != 32 {
		t.Fatalf("ja3 %q, %+v", seen.JA3, open)
	}
	prints, err := feed.Parse(strings.NewReader("ja3_md5,Firstseen,Lastseen,Listingreason\n"+seen.JA3+",2017-07-14 18:08:15,2019-07-27 20:42:54,Adware\n"), feed.Info{Name: "sslbl"})
	if err != nil || prints.Fingerprints() != 1 {
		t.Fatalf("%d fingerprints, %v", prints.Fingerprints(), err)
	}
	list, err := feed.Parse(strings.NewReader("wrong-bank.com\n"), feed.Info{Name: "phish"})
	if err != nil {
		t.Fatal(err)
	}
	l, _ = newNames(t)
	l.SetDomains(feed.Merge([]*feed.List{list, prints}, nil))
	l.hear(t, 0, desk, fence2, hello(t, "www.mairie.fr"))
	if open := l.counter.Open(); len(open) != 0 {
		t.Fatalf("a fingerprint alone is %+v", open)
	}
	other := netip.AddrPortFrom(desk.Addr(), 50001)
	l.hear(t, time.Second, other, fence2, hello(t, "wrong-bank.com"))
	if why := l.one(t).Why.Sentence(abri.English); !strings.Contains(why, seen.JA3) || !strings.Contains(why, "sslbl") {
		t.Errorf("the reason reads %q", why)
	}
}

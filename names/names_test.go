package names

import (
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"abri.example/abri/packet"
)

// TestWhereverAHelloBegins: the words before it differ, the name is the same.
func TestWhereverAHelloBegins(t *testing.T) {
	name := "tls www.impots.gouv.fr " + clerk + " > "
	for _, c := range []struct{ what, server, greeting, words string }{
		{"TLS", server, "", ""},
		{"mail", "198.51.100.7:25", "220 mx ESMTP\r\n", "EHLO mairie\r\nSTARTTLS\r\n"},
		{"POP3", "198.51.100.7:110", "+OK\r\n", "CAPA\r\nSTLS\r\n"},
		{"IMAP", "198.51.100.7:143", "* OK\r\n", "a STARTTLS\r\n"},
		{"a database", "198.51.100.7:5432", "", "\x00\x00\x00\x08\x04\xd2\x16\x2f"},
		{"SOCKS", "198.51.100.7:1080", "", "\x05\x01\x00\x05\x01\x00\x03\x04a.fr\x01\xbb"},
		{"another port", "198.51.100.7:31337", "", ""},
	} {
		w := opened(c.server, c.greeting)
		w.send(segment(clerk, c.server, packet.ACK|packet.PSH, 1000, c.words))
		w.send(segment(clerk, c.server, packet.ACK|packet.PSH, 1000+uint32(len(c.words)), hello(t, "www.Impots.gouv.fr")))
		w.wants(t, c.what, name+c.server)
	}
}

func TestAProxyIsAskedForAHostAndTheHostForAName(t *testing.T) {
	const proxy = "198.51.100.7:8080"
	w := opened(proxy, "")
	words := "CONNECT Phish.example:443 HTTP/1.1\r\nHost: phish.example\r\n\r\n"
	w.send(segment(clerk, proxy, packet.ACK, 1000, words+hello(t, "other.example")))
	w.wants(t, "CONNECT", "http phish.example "+clerk+" > "+proxy, "tls other.example "+clerk+" > "+proxy)
}

// TestAnyDisorder cuts a hello anywhere, repeats and shuffles the parts: with a SYN any order will do.
func TestAnyDisorder(t *testing.T) {
	b := hello(t, "www.impots.gouv.fr")
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 2))
		w := opened(server, "")
		var parts []*packet.Headers
		for at := 0; at < len(b); {
			to := min(len(b), at+1+random.IntN(600))
			parts = append(parts, segment(clerk, server, packet.ACK, 1000+uint32(at), b[at:to]))
			if random.IntN(3) == 0 {
				from := max(0, at-random.IntN(40))
				parts = append(parts, segment(clerk, server, packet.ACK, 1000+uint32(from), b[from:to]))
			}
			at = to
		}
		random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		for _, p := range parts {
			w.send(p)
		}
		w.wants(t, "in disorder", "tls www.impots.gouv.fr "+clerk+" > "+server)
	}
}

// TestAFalseBeginning: a SYN that never reaches the server, with another number, must not hide the hello.
func TestAFalseBeginning(t *testing.T) {
	for what, order := range map[string][]int{"before": {0, 1, 2}, "after": {1, 2, 0}, "between": {1, 0, 2}} {
		ack := segment(server, clerk, packet.SYN|packet.ACK, 4999, "")
		ack.Ack = 1000
		packets := []*packet.Headers{segment(clerk, server, packet.SYN, 70_000_000, ""), segment(clerk, server, packet.SYN, 999, ""), ack}
		w := newWire(0)
		for _, i := range order {
			w.send(packets[i])
		}
		w.send(segment(clerk, server, packet.ACK, 1000, hello(t, "a.fr")))
		w.wants(t, "a false SYN "+what, "tls a.fr "+clerk+" > "+server)
	}
}

func TestBytesThatComeWithTheSYN(t *testing.T) {
	w, b := newWire(0), hello(t, "a.fr")
	w.send(segment(clerk, server, packet.SYN, 999, b[:300]))
	ack := segment(server, clerk, packet.SYN|packet.ACK, 4999, "")
	ack.Ack = 1300
	w.send(ack)
	w.send(segment(clerk, server, packet.ACK, 1300, b[300:]))
	w.wants(t, "fast open", "tls a.fr "+clerk+" > "+server)
}

func TestAQuestionInATunnel(t *testing.T) {
	inner := []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 53, 0xc0, 0, 0, 53, 0, 0, 0, 0}
	inner = append(inner, question("a.fr", false)...)
	gtp := append([]byte{0x32, 255, 0, 0, 0, 0, 0, 1, 0, 7, 0, 0}, inner...)
	geneve := append([]byte{1, 0, 0x65, 0x58, 0, 0, 0, 0, 1, 2, 3, 4}, append(append(make([]byte, 12), 8, 0), inner...)...)
	for what, h := range map[string]*packet.Headers{
		"GRE":          {Proto: greInside, Payload: append([]byte{0x20, 0, 8, 0, 0, 0, 0, 1}, inner...)},
		"PPTP":         {Proto: greInside, Payload: append([]byte{0x30, 0x81, 0x88, 0x0b, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xff, 3, 0x21}, inner...)},
		"IP in IP":     {Proto: ipv4Inside, Payload: inner},
		"GTP":          datagram(clerk, "198.51.100.7:2152", gtp),
		"Geneve":       datagram(clerk, "198.51.100.7:6081", geneve),
		"IP in Geneve": datagram(clerk, "198.51.100.7:6081", append([]byte{0, 0, 8, 0, 0, 0, 0, 0}, inner...)),
		"WiFi in GRE":  {Proto: greInside, Payload: append(append([]byte{0, 0, 0x82, 0, 0x08, 1}, make([]byte, 22)...), append([]byte{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, inner...)...)},
		"GRE over UDP": datagram(clerk, "198.51.100.7:4754", append([]byte{0, 0, 8, 0}, inner...)),
		"6in4 in GRE":  {Proto: greInside, Payload: append([]byte{0, 0, 8, 0, 0x45, 0, 0, 0, 0, 0, 0, 0, 64, ipv4Inside, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, inner...)},
	} {
		if !h.Src.IsValid() {
			outer := datagram("192.168.1.10:0", "198.51.100.7:0", nil)
			h.Src, h.Dst = outer.Src, outer.Dst
		}
		w := newWire(0)
		w.send(h)
		w.wants(t, what, "dns a.fr 10.0.0.1:49152 > 10.0.0.53:53")
	}
}

// TestNamesInATunnel: conversations within one are followed as those beside it, each by itself, and marked.
func TestNamesInATunnel(t *testing.T) {
	b := hello(t, "www.impots.gouv.fr")
	inside := func(from uint16, seq uint32, data string) []byte {
		tcp := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, from), 443)
		tcp = binary.BigEndian.AppendUint32(tcp, seq)
		tcp = append(append(tcp, 0, 0, 0, 0, 0x50, 0x10, 1, 0, 0, 0, 0, 0), data...)
		ip := binary.BigEndian.AppendUint16([]byte{0x60, 0, 0, 0}, uint16(len(tcp)))
		ip = append(append(ip, 6, 64), make([]byte, 32)...)
		ip[23], ip[39] = 1, 2
		return append(ip, tcp...)
	}
	for what, wrap := range map[string]func([]byte) *packet.Headers{
		"6in4": func(p []byte) *packet.Headers { return &packet.Headers{Proto: ipv6Inside, Payload: p} },
		"EtherIP": func(p []byte) *packet.Headers {
			return &packet.Headers{Proto: ethernetInside, Payload: append(append(append([]byte{0x30, 0}, make([]byte, 12)...), 0x86, 0xdd), p...)}
		},
		"a mirror": func(p []byte) *packet.Headers {
			return &packet.Headers{Proto: greInside, Payload: append(append(append([]byte{0x10, 0, 0x88, 0xbe}, make([]byte, 24)...), 0x86, 0xdd), p...)}
		},
		"VXLAN": func(p []byte) *packet.Headers {
			return datagram(clerk, "198.51.100.7:4789", append(append(append([]byte{8, 0, 0, 0, 0, 0, 7, 0}, make([]byte, 12)...), 0x86, 0xdd), p...))
		},
		"L2TP": func(p []byte) *packet.Headers {
			return datagram(clerk, "198.51.100.7:1701", append([]byte{0x42, 2, 0, 0, 0, 1, 0, 1, 0, 0, 0xff, 3, 0, 0x57}, p...))
		},
		"Teredo": func(p []byte) *packet.Headers {
			return datagram(clerk, "198.51.100.7:3544", append([]byte{0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6}, p...))
		},
	} {
		w := newWire(0)
		for _, part := range [][]byte{inside(40000, 1, b[:500]), inside(40001, 1, b[:700]), inside(40000, 501, b[500:]), inside(40001, 701, b[700:])} {
			h := wrap(part)
			if !h.Src.IsValid() {
				outer := datagram("192.168.1.10:0", "198.51.100.7:0", nil)
				h.Src, h.Dst = outer.Src, outer.Dst
			}
			w.send(h)
		}
		w.wants(t, what, "tls www.impots.gouv.fr [::1]:40000 > [::2]:443", "tls www.impots.gouv.fr [::1]:40001 > [::2]:443")
		if len(w.tunnelled) != 2 || w.lines[0].JA4[0] != 't' {
			t.Errorf("%s: %d are said to stand in a tunnel; %s", what, len(w.tunnelled), w.lines[0].JA4)
		}
	}
}

// TestATunnelInItself ends.
func TestATunnelInItself(t *testing.T) {
	b := question("a.fr", false)
	udp := append([]byte{0xc0, 0, 0, 53, 0, 0, 0, 0}, b...)
	nested := func(depth int) []byte {
		p := append([]byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 53}, udp...)
		for range depth {
			p = append([]byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, ipv4Inside, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2}, p...)
		}
		return p
	}
	outer := datagram("192.168.1.10:0", "198.51.100.7:0", nil)
	for depth, want := range map[int][]string{0: {"dns a.fr 10.0.0.1:49152 > 10.0.0.53:53"}, maxTunnels - 1: {"dns a.fr 10.0.0.1:49152 > 10.0.0.53:53"}, maxTunnels: nil, 60: nil} {
		w := newWire(0)
		outer.Proto, outer.Payload = ipv4Inside, nested(depth)
		w.send(outer)
		w.wants(t, "nested", want...)
	}
}

// TestASecondHello: the server wants another key, and the client says another name with it.
func TestASecondHello(t *testing.T) {
	first, second, change := hello(t, "a.fr"), hello(t, "phish.example"), "\x14\x03\x03\x00\x01\x01"
	both := []string{"tls a.fr " + clerk + " > " + server, "tls phish.example " + clerk + " > " + server}
	for what, c := range map[string]struct {
		between string
		want    []string
	}{"behind a change of cipher": {change, both}, "at once": {"", both}, "behind other words": {"\x17\x03\x03\x00\x01x", both[:1]}} {
		w := opened(server, "")
		w.send(segment(clerk, server, packet.ACK, 1000, first))
		rest := c.between + second
		for i := range len(rest) {
			w.send(segment(clerk, server, packet.ACK, 1000+uint32(len(first)+i), rest[i:i+1]))
		}
		w.wants(t, what, c.want...)
	}
}

// TestFragments: whatever the order of the fragments, the name in the whole is told once.
// TestACaptureThatCutsPackets: of a hello that is not all there the name is told, without the fingerprints that nobody can know.
func TestACaptureThatCutsPackets(t *testing.T) {
	words, b := "STARTTLS\r\n", hello(t, "www.impots.gouv.fr")
	at := strings.Index(b, "www.impots.gouv.fr")
	for kept, want := range map[int][]string{at + 10: nil, at + 60: {"tls www.impots.gouv.fr " + clerk + " > " + server}} {
		w := opened(server, "")
		w.send(segment(clerk, server, packet.ACK, 1000, words))
		cut := segment(clerk, server, packet.ACK, 1000+uint32(len(words)), b[:kept])
		cut.DataLength = len(b)
		w.send(cut)
		w.wants(t, "cut", want...)
		if want != nil && (w.lines[0].JA3 != "" || w.lines[0].JA4 != "") {
			t.Errorf("a hello that is not whole has the fingerprints %q and %q", w.lines[0].JA3, w.lines[0].JA4)
		}
	}
}

func TestFragments(t *testing.T) {
	b := hello(t, "a.fr")
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 4))
		parts := []*packet.Headers{segment(clerk, server, packet.ACK, 1000, b[:20])}
		parts[0].FragmentAt = 20
		for at := 20; at < len(b); at += 400 {
			p := segment("192.168.1.10:0", "198.51.100.7:0", 0, 0, b[at:min(len(b), at+400)])
			p.Fragment, p.FragmentAt = true, 20+at
			parts = append(parts, p)
		}
		for i, p := range parts {
			p.FragmentID, p.MoreFragments = uint32(seed)+1, i < len(parts)-1
		}
		random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		w := newWire(0)
		w.send(segment(clerk, server, packet.SYN, 999, ""))
		for _, p := range parts {
			w.send(p)
		}
		w.wants(t, "in fragments", "tls a.fr "+clerk+" > "+server)
	}
}

// TestTheLineIsAContract: its fields have these names, and no name can forge a line.
func TestTheLineIsAContract(t *testing.T) {
	w := opened("198.51.100.7:80", "")
	w.send(segment(clerk, "198.51.100.7:80", packet.ACK, 1000, "GET / HTTP/1.1\r\nHost: a\x1b[2Jb\xff.fr\r\n\r\n"+hello(t, "a.fr")))
	b, err := json.Marshal(w.lines)
	if err != nil {
		t.Fatal(err)
	}
	var lines []map[string]any
	if err := json.Unmarshal(b, &lines); err != nil || len(lines) != 2 {
		t.Fatalf("%v: %s", err, b)
	}
	for field, want := range map[string]any{"type": "name", "proto": "http", "client": clerk, "server": "198.51.100.7:80",
		"name": `a\027[2jb\255.fr`, "ja3": "", "ja4": "", "alpn": "", "time": "2026-03-05T08:00:00.003Z"} {
		if lines[0][field] != want {
			t.Errorf("%s is %q, want %q", field, lines[0][field], want)
		}
	}
	if l := lines[1]; l["alpn"] != "h2,http/1.1" || !strings.HasPrefix(l["ja4"].(string), "t13d") || len(l["ja3"].(string)) != 32 {
		t.Errorf("the line of a hello is %v", l)
	}
}

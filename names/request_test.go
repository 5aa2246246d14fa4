package names

import (
	"strings"
	"testing"

	"abri.example/abri/packet"
)

func TestRequests(t *testing.T) {
	const web = "198.51.100.7:80"
	w := opened(web, "")
	first := "POST / HTTP/1.1\r\nHost: a.fr\r\nContent-Length: 5\r\n\r\nGET /"
	second := "GET / HTTP/1.1\r\nHost: b.fr:8080\r\n\r\n"
	third := "GET / HTTP/1.1\r\nHost: A.fr.\r\n\r\n"
	w.send(segment(clerk, web, packet.ACK, 1000, first+second+third))
	w.send(segment(web, clerk, packet.ACK, 5000, "HTTP/1.1 200 OK\r\n\r\nGET / HTTP/1.1\r\nHost: c.fr\r\n\r\n"))
	w.wants(t, "requests in a row", "http a.fr "+clerk+" > "+web, "http b.fr "+clerk+" > "+web)
}

// TestARequestAfterOthersWords: behind a body in chunks, and where a capture begins in the midst of a body.
func TestARequestAfterOthersWords(t *testing.T) {
	const web = "198.51.100.7:80"
	request := "GET / HTTP/1.1\r\nHost: b.fr\r\n\r\n"
	w := opened(web, "")
	first := "POST / HTTP/1.1\r\nHost: a.fr\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
	w.send(segment(clerk, web, packet.ACK, 1000, first))
	w.send(segment(clerk, web, packet.ACK, 1000+uint32(len(first)), request))
	w.wants(t, "chunks", "http a.fr "+clerk+" > "+web, "http b.fr "+clerk+" > "+web)

	w = newWire(0)
	w.send(segment(clerk, web, packet.ACK, 1000, "the end of some body"))
	w.send(segment(clerk, web, packet.ACK, 1020, request))
	w.wants(t, "in the midst", "http b.fr "+clerk+" > "+web)
}

// TestBeyondReach: what a link does not show is told of a capture only, on demand, and marked.
func TestBeyondReach(t *testing.T) {
	const web = "198.51.100.7:80"
	w := opened(web, "")
	long(w, web)
	w.wants(t, "beyond the first bytes", "http a.fr "+clerk+" > "+web)
	w = opened(web, "")
	w.watch.beyond = true
	long(w, web)
	w.wants(t, "of a capture", "http a.fr "+clerk+" > "+web, "http b.fr "+clerk+" > "+web)
	if len(w.marked) != 1 || w.marked[0] != "b.fr" {
		t.Errorf("marked are %q", w.marked)
	}
}

// long asks for b.fr behind an upload to a.fr.
func long(w *wire, web string) {
	w.send(segment(clerk, web, packet.ACK, 1000, "POST / HTTP/1.1\r\nHost: a.fr\r\nContent-Length: 9000\r\n\r\n"))
	for at := uint32(0); at < 9000; at += 1000 {
		w.send(segment(clerk, web, packet.ACK, 1053+at, strings.Repeat("x", 1000)))
	}
	w.send(segment(clerk, web, packet.ACK, 10053, "GET / HTTP/1.1\r\nHost: b.fr\r\n\r\n"))
}

func TestQuestions(t *testing.T) {
	const resolver = "192.168.1.1:53"
	asked := func(name string) string { return "dns " + name + " " + clerk + " > " + resolver }
	w := newWire(0)
	w.send(datagram(clerk, resolver, question("www.A.fr", false)))
	w.send(datagram(resolver, clerk, question("www.a.fr", true)))
	w.send(datagram(clerk, resolver, question("b.fr", false)))
	w.wants(t, "a question and its reply", asked("www.a.fr"), asked("b.fr"))

	w = newWire(0)
	w.send(datagram(resolver, clerk, question("www.a.fr", true)))
	w.wants(t, "a reply only", asked("www.a.fr"))

	w = newWire(0)
	piece := datagram(resolver, clerk, question("c.fr", true))
	piece.MoreFragments, piece.FragmentID, piece.FragmentAt = true, 1, 8
	w.send(piece)
	w.wants(t, "the first piece of a reply", asked("c.fr"))

	w = newWire(0)
	many := question("a.fr", false)
	for many[5] = 100; len(many) < 22+99*6; {
		many = append(many, 0xc0, 12, 0, 1, 0, 1)
	}
	copy(many[len(many)-6:], question("z", false)[12:])
	many = append(many, 0)
	w.send(datagram(clerk, resolver, many))
	if last := len(w.told) - 1; last != 99 || w.told[last] != asked("z") {
		t.Errorf("of a hundred questions %d are told, the last %q", last+1, w.told[max(0, last):])
	}
	w = newWire(0)
	w.send(segment(clerk, resolver, packet.SYN, 999, ""))
	w.send(segment(clerk, resolver, packet.ACK, 1000, framed(many)[:300]))
	w.send(segment(clerk, resolver, packet.ACK, 1300, framed(many)[300:]))
	w.wants(t, "many over TCP", asked("a.fr"), asked("z"))

	for _, elsewhere := range []string{"198.51.100.7:5300", "198.51.100.7:443"} {
		w = newWire(0)
		w.send(datagram(clerk, elsewhere, question("a.fr", false)))
		w.send(segment(clerk, elsewhere, packet.SYN, 999, ""))
		w.send(segment(clerk, elsewhere, packet.ACK, 1000, framed(question("b.fr", false))+framed(question("c.fr", false))))
		at := " " + clerk + " > " + elsewhere
		w.wants(t, "on another port", "dns a.fr"+at, "dns b.fr"+at, "dns c.fr"+at)
	}

	w = newWire(0)
	w.send(segment(clerk, resolver, packet.SYN, 999, ""))
	b := framed(question("a.fr", false)) + framed(question("b.fr", false))
	for i := range b {
		w.send(segment(clerk, resolver, packet.ACK, 1000+uint32(i), b[i:i+1]))
	}
	long := framed(append(question("c.fr", true), make([]byte, 20_000)...))
	w.send(segment(resolver, clerk, packet.ACK, 5000, long[:1400]))
	w.wants(t, "over TCP, byte by byte", asked("a.fr"), asked("b.fr"), asked("c.fr"))
}

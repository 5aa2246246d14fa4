package detect

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// connection is one that goes on, with TCP's numbers.
type connection struct {
	*site
	h          packet.Headers // of the client's next packet
	shut       bool
	said, read uint32
}

// connect opens a connection to the site's pages, or to another of its ports.
func (s *site) connect(from string, own, port uint16) *connection {
	c := &connection{site: s, h: syn(from, web, port)}
	if c.h.Src.Is6() {
		c.h.Dst = netip.MustParseAddr("2001:db8:1::80")
	}
	c.h.SrcPort, c.h.Seq = own, 1000
	s.see(abri.Outside, c.h)
	back := reply(c.h, packet.SYN|packet.ACK)
	back.Seq, back.Ack = 7000, 1001
	s.see(abri.Inside, back)
	c.said, c.read = 1001, 7001
	c.client("")
	return c
}

// client says something, or acknowledges.
func (c *connection) client(words string) {
	h := c.h
	h.Flags, h.Seq, h.Ack = packet.ACK, c.said, c.read
	h.Payload, h.DataLength, h.Length = []byte(words), len(words), 40+len(words)
	if c.shut {
		h.Window = 0
	}
	c.said += uint32(len(words))
	c.see(abri.Outside, h)
}

// server says so much, and is acknowledged as far as it is read.
func (c *connection) server(words string, read int) {
	h := reply(c.h, packet.ACK|packet.PSH)
	h.Seq, h.Ack = c.read, c.said
	h.Payload, h.DataLength, h.Length = []byte(words), len(words), 40+len(words)
	c.see(abri.Inside, h)
	c.read += uint32(read)
	c.client("")
}

const (
	headBegun = "GET / HTTP/1.1\r\nHost: www.mairie.example\r\n"
	bodyBegun = "POST /demande HTTP/1.1\r\nHost: www.mairie.example\r\nContent-Length: 8192\r\n\r\n"
	helloTLS  = "\x16\x03\x01\x02\x00\x01\x00"
	recordTLS = "\x17\x03\x03\x00\x20"
)

// each opens a connection of each of these sources, and has them live for so many seconds.
func (s *site) each(sources []string, port uint16, seconds int, begin func(*connection), second func(c *connection, i, n int)) {
	var all []*connection
	for i, from := range sources {
		c := s.connect(from, uint16(20_000+i), port)
		begin(c)
		all = append(all, c)
	}
	for n := range seconds {
		s.wait(time.Second)
		for i, c := range all {
			second(c, i, n)
		}
	}
}

func one(from string, n int) []string {
	var all []string
	for range n {
		all = append(all, from)
	}
	return all
}

// hamlet is n connections of sources of a network.
func hamlet(network string, sources, n int) []string {
	var all []string
	for i := range n {
		all = append(all, machine(network, i%sources))
	}
	return all
}

// now and then says a word every so many seconds.
func every(seconds int, words string) func(*connection, int, int) {
	return func(c *connection, i, n int) {
		if (n+i)%seconds == 0 {
			c.client(words)
		}
	}
}

func starts(words string) func(*connection) { return func(c *connection) { c.client(words) } }

// shaken says hello by TLS and is answered.
func shaken(c *connection) {
	c.client(helloTLS + strings.Repeat("h", 500))
	c.server(strings.Repeat("s", 1300), 1300)
	c.client(recordTLS + strings.Repeat("f", 60))
	c.server(recordTLS+strings.Repeat("t", 200), 205)
}

// Those who keep a server busy by connections that get nowhere are told, each connection once, with what ends it; whoever
// is slow, waits for news, or reads a film, is not.
func TestSlowAttacksAndTheirHonestTwins(t *testing.T) {
	from6 := []string{}
	for i := range 30 {
		from6 = append(from6, fmt.Sprintf("2a0c:1:2:3::%x", i+1))
	}
	var proxy []string
	for range 100 {
		proxy = append(proxy, stranger)
	}
	for name, c := range map[string]struct {
		do    func(*site)
		told  int    // connections
		crowd string // who gets no other, "" for nobody
	}{
		"Slowloris":             {func(s *site) { s.each(one(stranger, 30), 80, 20, starts(headBegun), every(9, "X-a: b\r\n")) }, 30, stranger + "/32"},
		"Slowloris by IPv6":     {func(s *site) { s.each(from6, 80, 20, starts(headBegun), every(9, "X-a: b\r\n")) }, 30, "2a0c:1:2:3::/64"},
		"Slowloris within TLS":  {func(s *site) { s.each(one(stranger, 30), 443, 30, shaken, every(6, recordTLS+"1234567890")) }, 30, stranger + "/32"},
		"a body without an end": {func(s *site) { s.each(one(stranger, 30), 80, 30, starts(bodyBegun), every(6, "a")) }, 30, stranger + "/32"},
		"from one network": {func(s *site) {
			s.each(hamlet("198.51.100.0/24", 8, 64), 80, 20, starts(headBegun), every(9, "X\r\n"))
		}, 64, "198.51.100.0/24"},
		"from everywhere, one each":    {func(s *site) { s.each(farOff(70), 80, 20, starts(headBegun), every(9, "X\r\n")) }, 70, ""},
		"letters that do not end":      {func(s *site) { s.each(one(stranger, 30), 25, 30, starts("EHLO a\r\n"), every(6, "x")) }, 30, stranger + "/32"},
		"an answer that nobody reads":  {func(s *site) { s.each(one(stranger, 30), 80, 20, shutter(1000), every(3, "")) }, 30, stranger + "/32"},
		"an answer read by 32 bytes":   {func(s *site) { s.each(one(stranger, 30), 80, 40, shutter(1000), sips) }, 30, stranger + "/32"},
		"among others behind a proxy":  {func(s *site) { s.each(proxy, 80, 20, amongOthers(25), every(7, "")) }, 25, ""},
		"six of a slow line":           {func(s *site) { s.each(one(stranger, 6), 80, 60, starts(headBegun), every(9, "X-a: b\r\n")) }, 0, ""},
		"uploads by slow lines":        {func(s *site) { s.each(farOff(90), 80, 60, starts(bodyBegun), every(1, strings.Repeat("a", 700))) }, 0, ""},
		"an office uploads, slowly":    {func(s *site) { s.each(one(stranger, 40), 443, 60, shaken, every(1, strings.Repeat("a", 700))) }, 0, ""},
		"pages that wait for news":     {func(s *site) { s.each(one(stranger, 80), 80, 55, starts(headBegun+"\r\n"), every(10, "")) }, 0, ""},
		"the same within TLS":          {func(s *site) { s.each(one(stranger, 80), 443, 55, waits, every(10, "")) }, 0, ""},
		"WebSockets":                   {func(s *site) { s.each(one(stranger, 80), 80, 60, socket(false), every(6, "\x8a\x80abcd")) }, 0, ""},
		"WebSockets within TLS":        {func(s *site) { s.each(one(stranger, 80), 443, 60, socket(true), every(6, recordTLS+"abcd")) }, 0, ""},
		"mailboxes that wait (IDLE)":   {func(s *site) { s.each(one(stranger, 80), 143, 300, idles, every(60, "")) }, 0, ""},
		"a film that is paused":        {func(s *site) { s.each(one(stranger, 80), 80, 90, films, every(5, "")) }, 0, ""},
		"a download by a weak line":    {func(s *site) { s.each(farOff(90), 80, 60, starts(headBegun+"\r\n"), weakLine) }, 0, ""},
		"connections kept for later":   {func(s *site) { s.each(one(stranger, 80), 80, 60, func(*connection) {}, every(20, "")) }, 0, ""},
		"a word that is sent again":    {func(s *site) { s.each(one(stranger, 80), 443, 30, waits, repeats) }, 0, ""},
		"a server that takes its time": {func(s *site) { s.each(farOff(90), 80, 30, starts(headBegun+"\r\n"), tardy(20)) }, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			s.detectors = []Detector{newSlow()}
			c.do(s)
			s.wait(2 * time.Hour)
			crowds, seen := map[string]bool{}, map[[2]netip.AddrPort]bool{}
			for _, f := range s.found {
				if f.Kind != abri.SlowDoS || !f.Narrow || seen[f.Ends] || f.Await[0] < 7001 || f.Await[1] < 1001 {
					t.Fatalf("found %+v", f)
				}
				seen[f.Ends] = true
				if f.Crowd.IsValid() {
					crowds[f.Crowd.String()] = true
				}
			}
			if len(s.found) != c.told {
				t.Fatalf("%d connections are told, want %d", len(s.found), c.told)
			}
			if c.crowd != "" && !crowds[c.crowd] || c.crowd == "" && len(crowds) > 0 {
				t.Errorf("no other for %v, want %q", crowds, c.crowd)
			}
		})
	}
}

// Slowloris is told two seconds after its connections stand at the latest; whoever lost a segment of a long head has had
// it sent again by then, or is not twenty.
func TestSlowlorisIsToldWithinTwoSeconds(t *testing.T) {
	for name, c := range map[string]struct {
		connections, ends int // and when their heads end, in tenths of a second; 0 for never
		told              bool
	}{
		"twenty":                            {20, 0, true},
		"two hundred":                       {200, 0, true},
		"a browser, and the line is down":   {12, 0, false},
		"an office that lost one segment":   {40, 9, false},
		"half an office that lost it twice": {19, 19, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			s.detectors = []Detector{newSlow()}
			var all []*connection
			for i := range c.connections {
				h := s.connect(stranger, uint16(20_000+i), 80)
				h.client(headBegun)
				all = append(all, h)
			}
			for tenth := range 20 {
				if tenth == c.ends && c.ends > 0 {
					for _, h := range all {
						h.client("\r\n\r\n")
						h.server("HTTP/1.1 200 OK\r\n\r\n", 19)
					}
				}
				s.wait(time.Second / 10)
			}
			if told := len(s.found); c.told && told != c.connections || !c.told && told > 0 {
				t.Errorf("%d connections are told after two seconds", told)
			}
		})
	}
}

func farOff(n int) []string {
	var all []string
	for i := range n {
		all = append(all, forged(i).String())
	}
	return all
}

// shutter asks for a page and reads so much of it.
func shutter(read int) func(*connection) {
	return func(c *connection) {
		c.client(headBegun + "\r\n")
		c.shut = true
		c.server(strings.Repeat("a", 1400), read)
	}
}

// sips reads 32 bytes every five seconds, by opening the window a little and shutting it again.
func sips(c *connection, i, n int) {
	if n%5 == 0 {
		c.shut = false
		c.client("")
		c.shut = true
		c.server(strings.Repeat("a", 32), 32)
	}
	c.client("")
}

// amongOthers begins slow connections, and others that are answered.
func amongOthers(slow int) func(*connection) {
	n := 0
	return func(c *connection) {
		if n++; n <= slow {
			c.client(headBegun)
			return
		}
		c.client(headBegun + "\r\n")
		c.server("HTTP/1.1 200 OK\r\n\r\nBonjour", 26)
	}
}

func waits(c *connection) {
	shaken(c)
	c.client(recordTLS + strings.Repeat("r", 400))
}

func socket(tls bool) func(*connection) {
	return func(c *connection) {
		if tls {
			waits(c)
		} else {
			c.client(headBegun + "Upgrade: websocket\r\n\r\n")
		}
		c.server("HTTP/1.1 101 Switching Protocols\r\n\r\n", 36)
	}
}

func idles(c *connection) {
	c.server("* OK\r\n", 6)
	c.client("a LOGIN b c\r\n")
	c.server("a OK\r\n", 6)
	c.client("b IDLE\r\n")
	c.server("+ idling\r\n", 10)
}

// films buffers 200 KB and pauses.
func films(c *connection) {
	c.client(headBegun + "\r\n")
	for range 150 {
		c.server(strings.Repeat("a", 1400), 1400)
	}
	c.shut = true
	c.server(strings.Repeat("a", 1400), 1400)
}

// weakLine reads 400 bytes a second, its window shut now and then.
func weakLine(c *connection, i, n int) {
	c.shut = n%3 == 0
	c.server(strings.Repeat("a", 400), 400)
}

func repeats(c *connection, i, n int) {
	if n == 8 || n == 16 {
		c.said -= 405
		c.client(recordTLS + strings.Repeat("r", 400))
	}
}

func tardy(after int) func(*connection, int, int) {
	return func(c *connection, i, n int) {
		if n == after {
			c.server("HTTP/1.1 200 OK\r\n\r\nBonjour", 26)
		}
	}
}

// However many connections there are, little is remembered of them.
func TestSlowIsBounded(t *testing.T) {
	s := newSite()
	d := newSlow()
	s.detectors = []Detector{d}
	for i := range slowMost + 2000 {
		s.connect(forged(i).String(), 20_000, 80).client(headBegun)
	}
	if n := d.connections.len(); n > slowMost {
		t.Errorf("%d connections are remembered", n)
	}
}

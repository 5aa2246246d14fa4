package detect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
)

// element is one element of a certificate (X.690, 8.1).
func element(tag byte, parts ...string) string {
	body := strings.Join(parts, "")
	return string([]byte{tag, 0x82, byte(len(body) >> 8), byte(len(body))}) + body
}

// vouched is what a server of TLS 1.2 shows first: its hello, and a certificate of these names that holds until then.
func vouched(subject, issuer, until string) string {
	name := func(s string) string {
		return element(0x30, element(0x31, element(0x30, element(0x06, "\x55\x04\x03"), element(0x0c, s))))
	}
	cert := element(0x30, element(0x30, element(0xa0, element(2, "\x02")), element(2, "\x07"), element(0x30), name(issuer),
		element(0x30, element(0x17, "240101000000Z"), element(0x18, until)), name(subject), element(0x30, strings.Repeat("k", 300))))
	long := func(n int) string { return string([]byte{byte(n >> 16), byte(n >> 8), byte(n)}) }
	message := "\x0b" + long(len(cert)+6) + long(len(cert)+3) + long(len(cert)) + cert
	hello := "\x02\x00\x00\x26\x03\x03" + strings.Repeat("r", 32) + "\x00\xc0\x30\x00"
	return "\x16\x03\x03" + long(len(hello + message))[1:] + hello + message
}

// greets is the hello of a client of TLS 1.2 that asks for a name and offers a protocol, or not.
func greets(name, protocol bool) string {
	extensions := "\x00\x23\x00\x00"
	if name {
		extensions += "\x00\x00\x00\x10\x00\x0e\x00\x00\x0bnas.example"
	}
	if protocol {
		extensions += "\x00\x10\x00\x05\x00\x03\x02h2"
	}
	body := "\x03\x03" + strings.Repeat("r", 32) + "\x00" + "\x00\x02\xc0\x30" + "\x01\x00" + string([]byte{0, byte(len(extensions))}) + extensions
	return "\x16\x03\x01\x00" + string([]byte{byte(len(body) + 4)}) + "\x01\x00\x00" + string([]byte{byte(len(body))}) + body
}

const (
	forEver  = "99991231235959Z"
	tenYears = "20350101000000Z"
)

// Masters within TLS, and the cameras, discs and appliances that vouch for themselves too.
func TestServersThatNobodyVouchesFor(t *testing.T) {
	calls := func(s *site, n int, to string, port uint16, hello, flight string) {
		s.talk(abri.Inside, desk, to, uint16(40_000+n), port, ">"+hello, "<"+flight)
	}
	for name, c := range map[string]struct {
		do   func(s *site)
		want bool
	}{
		"a kit's, by its own port":      {func(s *site) { calls(s, 0, evil, 7707, greets(false, false), vouched("Server", "Server", forEver)) }, true},
		"a kit's, by the port of pages": {func(s *site) { calls(s, 0, evil, 443, greets(false, false), vouched("Server", "Server", forEver)) }, true},
		"two masters of a botnet": {func(s *site) {
			for i := range 2 {
				x := fmt.Sprint("Lewes Ioter ", i)
				calls(s, i, machine("203.0.113.0/24", i), 443, greets(false, false), vouched(x, x, tenYears))
			}
		}, true},
		"peers, each by a port of its own": {func(s *site) {
			for i := range 9 {
				calls(s, i, machine("203.0.113.0/24", i), uint16(20_000+999*i), greets(false, false), vouched("peer", "peer", tenYears))
			}
		}, false},
		"a disc at home, by a browser":   {func(s *site) { calls(s, 0, evil, 5001, greets(false, true), vouched("nas", "nas", tenYears)) }, false},
		"a disc at home, by its program": {func(s *site) { calls(s, 0, evil, 5001, greets(false, false), vouched("nas", "nas", tenYears)) }, false},
		"the same, again and again": {func(s *site) {
			s.times(50, time.Minute, func(i int) { calls(s, i, evil, 5001, greets(false, false), vouched("nas", "nas", tenYears)) })
		}, false},
		"several discs, by their names": {func(s *site) {
			for i := range 5 {
				calls(s, i, machine("203.0.113.0/24", i), 443, greets(true, false), vouched("nas", "nas", tenYears))
			}
		}, false},
		"one that never ends, by its name": {func(s *site) {
			s.leads(desk, "nas.example", evil)
			calls(s, 0, evil, 443, greets(true, true), vouched("nas", "nas", forEver))
		}, false},
		"vouched for, without an end": {func(s *site) { calls(s, 0, evil, 7707, greets(false, false), vouched("Server", "Maker", forEver)) }, false},
	} {
		s := newSite()
		c.do(s)
		told := slices.ContainsFunc(s.found, func(f abri.Finding) bool { return f.Kind == abri.CommandAndControl })
		if told != c.want || !c.want && len(s.found) > 0 {
			t.Errorf("%s: told %v: %+v", name, told, s.found)
		}
	}
}

// Appliances at other places of the site are known after a day, and weigh less from then on.
func TestAServerThatIsKnownWeighsLess(t *testing.T) {
	s := newSite()
	for day := range 3 {
		s.talk(abri.Inside, desk, evil, uint16(40_000+day), 7707, ">"+greets(false, false), "<"+vouched("a", "a", forEver))
		if told := len(s.found) > 0; told != (day == 0) {
			t.Errorf("day %d: %+v", day, s.found)
		}
		s.found = nil
		s.wait(25 * time.Hour)
	}
}

package detect

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/names/tls"
)

// refusals are what is said in the n-th try of each protocol whose servers refuse in clear, and in those that say nothing a session
// as long as one that failed.
var refusals = map[string]struct {
	port  uint16
	words func(n int) []string
}{
	"FTP": {21, func(n int) []string {
		return []string{"<220 hi\r\n", ">USER a\r\n", "<331 ?\r\n", fmt.Sprintf(">PASS p%d\r\n", n), "<530 Login incorrect.\r\n"}
	}},
	"Telnet": {23, func(int) []string {
		return []string{"<login: ", ">a\r\n", "<Password: ", ">p\r\n", "<\r\nLogin incorrect\r\n"}
	}},
	"LDAP": {389, func(n int) []string {
		return []string{fmt.Sprintf(">0\x20\x02\x01\x01\x60\x1b\x02\x01\x03\x04\x04cn=a\x80\x10p%015d", n), "<0\x0c\x02\x01\x01\x61\x07\x0a\x01\x31\x04\x00\x04\x00"}
	}},
	"SMB": {445, func(int) []string {
		answer := make([]byte, 80)
		copy(answer[4:], "\xfeSMB")
		binary.LittleEndian.PutUint32(answer[12:], 0xC000006D)
		answer[16] = 1
		return []string{sized(">", 300), "<" + string(answer)}
	}},
	"SQL Server": {1433, func(int) []string {
		return []string{sized(">", 200), "<\x04\x01\x00\x50\x00\x00\x01\x00\xaa\x40\x00\x18\x48\x00\x00\x01\x0e"}
	}},
	"MySQL": {3306, func(int) []string {
		return []string{sized("<", 90), sized(">", 80), "<\x20\x00\x00\x02\xff\x15\x04#28000"}
	}},
	"PostgreSQL": {5432, func(int) []string { return []string{sized(">", 60), "<E\x00\x00\x00\x64SFATAL\x00C28P01\x00"} }},
	"Redis":      {6379, func(n int) []string { return []string{fmt.Sprintf(">AUTH p%d\r\n", n), "<-WRONGPASS invalid\r\n"} }},
	"MongoDB":    {27017, func(int) []string { return []string{sized(">", 200), "<xxxx\x10code\x00\x12\x00\x00\x00xx"} }},
	"VNC":        {5900, func(int) []string { return []string{"<RFB 003.008\n", ">RFB 003.008\n", "<\x00\x00\x00\x01"} }},
	"SSH":        {22, func(int) []string { return append([]string{"<SSH-2.0-OpenSSH_9.2\r\n"}, failedSSH...) }},
	"RDP":        {3389, func(int) []string { return []string{sized(">", 1800), sized("<", 2400)} }},
	"HTTP, basic": {80, func(n int) []string {
		return []string{">GET /a HTTP/1.1\r\nAuthorization: Basic " + b64(fmt.Sprint("a:", n)) + "\r\n\r\n", "<HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"}
	}},
	"HTTP, a form": {80, func(n int) []string {
		form := fmt.Sprintf("user=a&pass=p%d", n)
		return []string{fmt.Sprintf(">POST /login HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", len(form), form), "<HTTP/1.1 302 Found\r\nLocation: /login?error\r\nContent-Length: 0\r\n\r\n"}
	}},
	"within TLS": {443, func(n int) []string {
		return []string{">" + "\x16\x03\x01\x02\x00\x01" + string(make([]byte, 511)), "<" + tlsRecord(tls.Handshake, 900), ">" + tlsRecord(tls.Application, 260+word(n)), "<" + tlsRecord(tls.Application, 700)}
	}},
}

// "Fast, slow (a try every few minutes for a day), spread over sources", in each protocol.
func TestGuessingFastSlowAndSpread(t *testing.T) {
	for protocol, p := range refusals {
		for pace, c := range map[string]struct {
			tries, sources int
			pause          time.Duration
		}{
			"fast":   {130, 1, 2 * time.Second},
			"slow":   {200, 1, 7 * time.Minute},
			"spread": {240, 20, 5 * time.Minute},
		} {
			t.Run(protocol+", "+pace, func(t *testing.T) {
				s := newSite()
				s.times(c.tries, c.pause, func(i int) {
					s.talk(abri.Outside, machine("45.10.0.0/16", i%c.sources), web, uint16(2000+i), p.port, p.words(i+i/20)...)
				})
				s.wait(2 * time.Hour)
				for _, x := range s.found {
					if x.Kind == abri.Bruteforce {
						return
					}
				}
				t.Errorf("nothing told: %d findings", len(s.found))
			})
		}
	}
}

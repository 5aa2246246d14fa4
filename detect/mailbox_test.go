package detect

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// visit is a session at the mail server: each line is said by > the client or < the server, those of < after a pause
// when that begins with a number of seconds.
func (s *site) visit(from string, own, port uint16, lines ...string) {
	h := syn(from, mail, port)
	h.SrcPort = own
	s.see(abri.Outside, h)
	s.see(abri.Inside, reply(h, packet.SYN|packet.ACK))
	h.Seq, h.Ack = h.Seq+1, 1
	for _, l := range lines {
		if i := strings.IndexAny(l, "<>"); i > 0 {
			pause, err := time.ParseDuration(l[:i])
			if err != nil {
				panic(err)
			}
			s.now, l = s.now.Add(pause), l[i:]
		}
		d, at := h, abri.Outside
		d.Flags = packet.ACK | packet.PSH
		if l[0] == '<' {
			d, at = reply(h, packet.ACK|packet.PSH), abri.Inside
			d.Seq, d.Ack = h.Ack, h.Seq
			h.Ack += uint32(len(l) - 1)
		} else {
			h.Seq += uint32(len(l) - 1)
		}
		d.Payload, d.DataLength, d.Length = []byte(l[1:]), len(l)-1, 40+len(l)-1
		s.see(at, d)
	}
	h.Flags = packet.FIN | packet.ACK
	s.see(abri.Outside, h)
	s.see(abri.Inside, reply(h, packet.FIN|packet.ACK))
	s.wait(2 * time.Second)
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// record is n bytes of application data of TLS.
func record(who string, n int) string {
	return who + "\x17\x03\x03" + string([]byte{byte(n >> 8), byte(n)}) + strings.Repeat("x", n)
}

// tls is the handshake of TLS 1.3: the client's last word in it, and the server's new keys.
var handshake = []string{">\x16\x03\x01\x00\x04abcd", "<\x16\x03\x03\x00\x04abcd", record("<", 2800), record(">", 53), record("<", 250) + record("<", 250)[1:]}

// dialects are a try at each protocol in clear, by name and password; the answer follows.
var dialects = []struct {
	port    uint16
	try     func(user, word string) []string
	no, yes string
}{
	{110, func(u, w string) []string {
		return []string{"<+OK hi\r\n", ">USER " + u + "\r\n", "<+OK\r\n", ">PASS " + w + "\r\n"}
	}, "2s<-ERR [AUTH] Authentication failed.\r\n", "<+OK Logged in.\r\n"},
	{110, func(u, w string) []string {
		return []string{"<+OK hi\r\n", ">AUTH PLAIN " + b64("\x00"+u+"\x00"+w) + "\r\n"}
	}, "2s<-ERR no\r\n", "<+OK Logged in.\r\n"},
	{143, func(u, w string) []string { return []string{"<* OK hi\r\n", ">a LOGIN \"" + u + "\" " + w + "\r\n"} }, "2s<a NO [AUTHENTICATIONFAILED] Authentication failed.\r\n", "<* CAPABILITY IMAP4rev1\r\na OK Logged in\r\n"},
	{143, func(u, w string) []string {
		return []string{"<* OK hi\r\n", ">a LOGIN {" + fmt.Sprint(len(u)) + "}\r\n", "<+ OK\r\n", ">" + u + " {" + fmt.Sprint(len(w)) + "}\r\n", "<+ OK\r\n", ">" + w + "\r\n"}
	}, "2s<a NO Login failed.\r\n", "<a OK done\r\n"},
	{143, func(u, w string) []string {
		return []string{"<* OK hi\r\n", ">a AUTHENTICATE PLAIN\r\n", "<+ \r\n", ">" + b64("\x00" + u + "\x00" + w)[:5], ">" + b64("\x00" + u + "\x00" + w)[5:] + "\r\n"}
	}, "2s<a NO no\r\n", "<a OK done\r\n"},
	{587, func(u, w string) []string {
		return []string{"<220 hi\r\n", ">EHLO x\r\n", "<250-x\r\n250 AUTH\r\n", ">AUTH LOGIN\r\n", "<334 VXNlcm5hbWU6\r\n", ">" + b64(u) + "\r\n", "<334 UGFzc3dvcmQ6\r\n", ">" + b64(w) + "\r\n"}
	}, "1s<535 5.7.8 Error: authentication failed\r\n", "<235 2.7.0 ok\r\n"},
	{25, func(u, w string) []string {
		return []string{"<220 hi\r\n", ">EHLO x\r\n", "<250 x\r\n", ">AUTH PLAIN " + b64("\x00"+u+"\x00"+w) + "\r\n"}
	}, "1s<535 no\r\n", "<235 ok\r\n"},
	{4190, func(u, w string) []string {
		return []string{"<OK\r\n", ">AUTHENTICATE \"PLAIN\" {20+}\r\n", ">" + b64("\x00"+u+"\x00"+w) + "\r\n"}
	}, "2s<NO \"failed\"\r\n", "<OK\r\n"},
}

func TestPasswordsThatAreTriedAtEachDialect(t *testing.T) {
	for i, d := range dialects {
		for name, c := range map[string]struct {
			do   func(s *site)
			want int // findings, at least; 0 is none
		}{
			"guessed": {func(s *site) {
				for n := range 12 {
					s.visit(stranger, uint16(50_000+n), d.port, append(d.try("claire", fmt.Sprint("secret", n)), d.no)...)
				}
			}, 1},
			"guessed by many names": {func(s *site) {
				for n := range 12 {
					s.visit(stranger, uint16(50_000+n), d.port, append(d.try(fmt.Sprint("user", n), "Welcome1"), d.no)...)
				}
			}, 1},
			"guessed slowly": {func(s *site) {
				for n := range 24 {
					s.visit(stranger, uint16(50_000+n), d.port, append(d.try("claire", fmt.Sprint("secret", n)), d.no)...)
					s.wait(50 * time.Minute)
				}
			}, 1},
			"guessed in letters of either case": {func(s *site) {
				for n := range 12 {
					s.visit(stranger, uint16(50_000+n), d.port, append(d.try("claire", strings.Repeat("A", n)+strings.Repeat("a", 12-n)), d.no)...)
				}
			}, 1},
			"a person who forgot": {func(s *site) {
				for n := range 6 {
					s.visit(stranger, uint16(50_000+n), d.port, append(d.try("claire", fmt.Sprint("secret", n)), d.no)...)
				}
			}, 0},
			"a telephone with an old password": {func(s *site) {
				for n := range 280 {
					s.visit(stranger, uint16(50_000+n), d.port, append(d.try("claire", "old"), d.no)...)
					s.wait(5 * time.Minute)
				}
			}, 0},
			"five devices after a change of password": {func(s *site) {
				for n := range 60 {
					s.visit(stranger, uint16(50_000+n), d.port, append(d.try(fmt.Sprint("user", n%5), "old"), d.no)...)
					s.wait(8 * time.Second)
				}
			}, 0},
			"mail is fetched": {func(s *site) {
				for n := range 200 {
					s.visit(stranger, uint16(50_000+n), d.port, append(d.try("claire", "right"), d.yes)...)
				}
			}, 0},
			"from many places": {func(s *site) {
				for n := range 40 {
					s.visit(forged(n).String(), 50_000, d.port, append(d.try("claire", fmt.Sprint("secret", n)), d.no)...)
				}
			}, 1},
		} {
			s := newSite()
			c.do(s)
			s.wait(time.Hour)
			kinds := told(s)
			if c.want == 0 && len(kinds) > 0 || c.want > 0 && !slices.Equal(kinds, []abri.Kind{abri.Bruteforce}) {
				t.Errorf("%s (%d): found %v", name, i, kinds)
			}
		}
	}
}

// told are the kinds that were found, each once.
func told(s *site) []abri.Kind {
	var kinds []abri.Kind
	for _, f := range s.found {
		if !f.Noise && !slices.Contains(kinds, f.Kind) {
			kinds = append(kinds, f.Kind)
		}
	}
	return kinds
}

// sealed is a session of so many requests of these sizes; each answer comes after its pause.
func sealed(asked []int, pause string, answer int) []string {
	lines := append(slices.Clone(handshake), record("<", 120), record(">", 40), record("<", 150))
	for _, n := range asked {
		lines = append(lines, record(">", n), pause+record("<", answer))
	}
	return lines
}

func TestPasswordsThatAreTriedEnciphered(t *testing.T) {
	letIn := append(sealed([]int{60, 40, 40, 40, 50, 50, 50}, "1ms", 900), record("<", 9000))
	for name, c := range map[string]struct {
		do   func(s *site, port uint16)
		want bool
	}{
		"guessed": {func(s *site, port uint16) {
			for n := range 30 {
				s.visit(stranger, uint16(50_000+n), port, sealed([]int{50 + n%4*4}, "2s", 80)...)
			}
		}, true},
		"guessed, three a session": {func(s *site, port uint16) {
			for n := range 12 {
				s.visit(stranger, uint16(50_000+n), port, sealed([]int{50 + n%4*4, 58, 66}, "2s", 80)...)
			}
		}, true},
		"guessed slowly": {func(s *site, port uint16) {
			for n := range 70 {
				s.visit(stranger, uint16(50_000+n), port, sealed([]int{50 + n%4*4}, "2s", 80)...)
				s.wait(15 * time.Minute)
			}
		}, true},
		"a telephone with an old password": {func(s *site, port uint16) {
			for n := range 200 {
				s.visit(stranger, uint16(50_000+n), port, sealed([]int{58}, "2s", 80)...)
				s.wait(5 * time.Minute)
			}
		}, false},
		"an office that was let in before": {func(s *site, port uint16) {
			s.visit(stranger, 40_001, port, letIn...)
			for n := range 60 {
				s.visit(stranger, uint16(50_000+n), port, sealed([]int{50 + n%5*4}, "2s", 80)...)
				s.wait(5 * time.Second)
			}
		}, false},
		"an office with small mailboxes": {func(s *site, port uint16) {
			s.visit(stranger, 40_001, port, sealed([]int{60, 40, 40, 40}, "1ms", 90)...)
			s.visit(forged(1).String(), 40_001, port, sealed([]int{60}, "2s", 80)...) // the server pauses
			for n := range 60 {
				s.visit(stranger, uint16(50_000+n), port, sealed([]int{50 + n%5*4}, "2s", 80)...)
				s.wait(5 * time.Second)
			}
		}, false},
		"mail is fetched": {func(s *site, port uint16) {
			for n := range 300 {
				s.visit(stranger, uint16(50_000+n%999), port, letIn...)
				s.wait(30 * time.Second)
			}
		}, false},
	} {
		for _, port := range []uint16{993, 465, 995} {
			s := newSite()
			c.do(s, port)
			s.wait(4 * time.Hour)
			if kinds := told(s); c.want != slices.Equal(kinds, []abri.Kind{abri.Bruteforce}) || !c.want && len(kinds) > 0 {
				t.Errorf("%s (%d): found %v", name, port, kinds)
			}
		}
	}
}

func TestATelephoneThatLooksForMail(t *testing.T) {
	for name, lines := range map[string][]string{
		"POP3, an empty mailbox":   append(slices.Clone(handshake), record("<", 40), record(">", 30), record("<", 25), record(">", 30), record("<", 35), record(">", 25), record("<", 30), record(">", 25), record("<", 40)),
		"IMAP that waits":          append(sealed([]int{60, 40, 40}, "1ms", 500), record(">", 30), "1ms"+record("<", 30), "29m"+record("<", 40), record(">", 26), "1ms"+record("<", 40)),
		"whether the server is up": append(slices.Clone(handshake), record("<", 60), record(">", 30), record("<", 160), record(">", 26), record("<", 30)),
	} {
		s := newSite()
		for n := range 250 {
			port := uint16(993)
			if strings.HasPrefix(name, "POP3") {
				port = 995
			}
			s.visit(stranger, uint16(50_000+n), port, lines...)
			s.wait(time.Minute)
		}
		s.wait(time.Hour)
		if kinds := told(s); len(kinds) > 0 {
			t.Errorf("%s: found %v", name, kinds)
		}
	}
}

func TestSignInsWithAListOfPasswords(t *testing.T) {
	far := []string{"45.155.205.10", "1.2.4.8", "177.54.144.10", "41.190.2.10", "5.188.10.10", "103.21.244.10"}
	pop := dialects[0]
	home := func(s *site) {
		for n := range 10 {
			s.visit(machine("90.0.0.0/16", n), 50_000, pop.port, append(pop.try(fmt.Sprint("user", n), "right"), pop.yes)...)
			s.wait(24 * time.Hour)
		}
	}
	s := newSite()
	home(s)
	if kinds := told(s); len(kinds) > 0 {
		t.Fatalf("at home: %v", kinds)
	}
	for i, from := range far {
		s.visit(from, 50_000, pop.port, append(pop.try(fmt.Sprint("user", i), "right"), pop.yes)...)
	}
	if kinds := told(s); !slices.Equal(kinds, []abri.Kind{abri.Bruteforce}) {
		t.Errorf("from six countries within a minute: %v", kinds)
	}
	s = newSite()
	home(s)
	for i := range 6 {
		s.visit(far[0], uint16(50_000+i), pop.port, append(pop.try(fmt.Sprint("user", i), "right"), pop.yes)...)
	}
	if kinds := told(s); !slices.Equal(kinds, []abri.Kind{abri.Bruteforce}) {
		t.Errorf("six users from one stranger abroad: %v", kinds)
	}
	s = newSite()
	home(s)
	for i := range 20 {
		s.visit(far[0], uint16(50_000+i), pop.port, append(pop.try("user1", "right"), pop.yes)...)
		s.visit("90.0.200.1", uint16(50_000+i), pop.port, append(pop.try(fmt.Sprint("user", i), "right"), pop.yes)...)
	}
	if kinds := told(s); len(kinds) > 0 {
		t.Errorf("a person who travels, and an office behind one address: %v", kinds)
	}
}

func TestWhatIsSaidBetweenMailServers(t *testing.T) {
	ask := func(names ...string) []string {
		lines := []string{"<220 hi\r\n", ">EHLO x\r\n", "<250 x\r\n", ">MAIL FROM:<a@b.example>\r\n", "<250 ok\r\n"}
		for _, n := range names {
			reply := "<250 2.1.5 Ok\r\n"
			switch {
			case strings.HasPrefix(n, "no-"):
				reply = "<550 5.1.1 <" + n + "@mairie.example>: Recipient address rejected: User unknown in local recipient table\r\n"
			case strings.HasPrefix(n, "far-"):
				reply = "<554 5.7.1 <" + n + ">: Relay access denied\r\n"
			}
			lines = append(lines, ">RCPT TO:<"+n+"@mairie.example>\r\n", reply)
		}
		return lines
	}
	several := func(prefix string, from, n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprint(prefix, from+i))
		}
		return names
	}
	for name, c := range map[string]struct {
		do   func(s *site)
		want abri.Kind
	}{
		"names are tried": {func(s *site) { s.visit(stranger, 50_000, 25, ask(several("no-", 0, 25)...)...) }, abri.Scan},
		"names are tried, slowly": {func(s *site) {
			s.times(25, 40*time.Minute, func(i int) { s.visit(stranger, uint16(50_000+i), 25, ask(several("no-", i, 1)...)...) })
		}, abri.Scan},
		"a letter to many, some gone": {func(s *site) {
			s.visit(stranger, 50_000, 25, ask(append(several("ok-", 0, 300), several("no-", 0, 30)...)...)...)
		}, ""},
		"one name again and again": {func(s *site) {
			s.times(100, 10*time.Minute, func(i int) { s.visit(stranger, uint16(50_000+i), 25, ask("no-1")...) })
		}, ""},
		"who carries for anybody": {func(s *site) { s.visit(stranger, 50_000, 25, ask(several("far-", 0, 6)...)...) }, abri.Scan},
		"a wrong setting":         {func(s *site) { s.visit(stranger, 50_000, 25, ask("far-1", "far-2")...) }, ""},
		"a device that sends": {func(s *site) {
			h := []string{"<220 hi\r\n", ">EHLO x\r\n", "<250 x\r\n"}
			for i := range 30 {
				h = append(h, fmt.Sprintf(">RCPT TO:<x%d@y.example>\r\n", i), fmt.Sprintf("<550 5.1.1 x%d: user unknown\r\n", i))
			}
			s.talk(abri.Inside, desk, evil, 50_000, 25, h...)
		}, abri.Spambot},
	} {
		s := newSite()
		c.do(s)
		s.wait(time.Hour)
		if kinds := told(s); c.want == "" && len(kinds) > 0 || c.want != "" && !slices.Equal(kinds, []abri.Kind{c.want}) {
			t.Errorf("%s: found %v", name, kinds)
		}
	}
}

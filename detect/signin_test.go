package detect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/hypertext"
)

// webmails are how people sign in to each front by HTTP, and what it says to a wrong password and to the right one.
var webmails = map[string]struct {
	ask     func(user, word string) string
	no, yes string
}{
	"ActiveSync": {func(u, w string) string {
		return "OPTIONS /Microsoft-Server-ActiveSync HTTP/1.1\r\nHost: mairie.example\r\nAuthorization: Basic " + b64(u+":"+w) + "\r\n\r\n"
	}, "HTTP/1.1 401 Unauthorized\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"},
	"Autodiscover": {func(u, w string) string {
		return "POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: mairie.example\r\nAuthorization: Basic " + b64(u+":"+w) + "\r\n\r\n<Autodiscover/>"
	}, "HTTP/1.1 401 Unauthorized\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n<Autodiscover/>"},
	"OWA": {func(u, w string) string {
		return "POST /owa/auth.owa HTTP/1.1\r\nHost: mairie.example\r\n\r\ndestination=x&flags=4&username=" + u + "&password=" + w + "&isUtf8=1"
	}, "HTTP/1.1 302 Found\r\nLocation: /owa/auth/logon.aspx?url=x&reason=2\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: https://mairie.example/owa/\r\nSet-Cookie: cadata=x\r\n\r\n"},
	"Zimbra": {func(u, w string) string {
		return "POST /zimbra/ HTTP/1.1\r\nHost: mairie.example\r\n\r\nloginOp=login&username=" + u + "&password=" + w + "&client=advanced"
	}, "HTTP/1.1 200 OK\r\n\r\n<form>", "HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: ZM_AUTH_TOKEN=x\r\n\r\n"},
	"Zimbra by SOAP": {func(u, w string) string {
		return "POST /service/soap HTTP/1.1\r\nHost: mairie.example\r\n\r\n<soap:Body><AuthRequest><account by=\"name\">" + u + "</account><password>" + w + "</password></AuthRequest>"
	}, "HTTP/1.1 500 Server Error\r\n\r\n<Code>account.AUTH_FAILED</Code>", "HTTP/1.1 200 OK\r\nSet-Cookie: ZM_AUTH_TOKEN=x\r\n\r\n"},
	"Roundcube": {func(u, w string) string {
		return fmt.Sprintf("POST /?_task=login HTTP/1.1\r\nHost: mairie.example\r\n\r\n_token=%d&_task=login&_user=%s&_pass=%s", len(w)*7919, u, w)
	}, "HTTP/1.1 401 Unauthorized\r\n\r\n<form>", "HTTP/1.1 302 Found\r\nLocation: ./?_task=mail\r\nSet-Cookie: roundcube_sessauth=x\r\n\r\n"},
	"SOGo": {func(u, w string) string {
		return "POST /SOGo/connect HTTP/1.1\r\nHost: mairie.example\r\n\r\n{\"userName\":\"" + u + "\",\"password\":\"" + w + "\"}"
	}, "HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP/1.1 200 OK\r\nSet-Cookie: 0xHIGHFLYxSOGo=x\r\n\r\n{}"},
	"by the machine's name": {func(u, w string) string {
		return "POST /connexion HTTP/1.1\r\nHost: webmail.mairie.example\r\n\r\nlogin=" + u + "&password=" + w
	}, "HTTP/1.1 302 Found\r\nLocation: /?error=1\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: /inbox\r\n\r\n"},
}

// Whoever guesses at a front is told, fast, slowly, from many sources, of one user or many; what honest people and telephones
// do is not: one old password asked for all day, five devices after a change of password, an office behind one address.
func TestGuessingAtWebmail(t *testing.T) {
	for front, f := range webmails {
		once := func(s *site, from string, own int, user, word string, yes bool) {
			answer := f.no
			if yes {
				answer = f.yes
			}
			s.visit(from, uint16(own), 80, ">"+f.ask(user, word), "<"+answer)
		}
		for name, c := range map[string]struct {
			do   func(s *site)
			told bool
		}{
			"fast, one user": {func(s *site) {
				s.times(12, 5*time.Second, func(i int) { once(s, stranger, 2000+i, "maire", fmt.Sprint("p", i), false) })
			}, true},
			"fast, many": {func(s *site) {
				s.times(12, 5*time.Second, func(i int) { once(s, stranger, 2000+i, fmt.Sprint("u", i), fmt.Sprint("p", i), false) })
			}, true},
			"slowly": {func(s *site) {
				s.times(25, 40*time.Minute, func(i int) { once(s, stranger, 2000+i, "maire", fmt.Sprint("p", i), false) })
			}, true},
			"spread": {func(s *site) {
				s.times(40, time.Minute, func(i int) { once(s, machine("45.10.0.0/16", i%20), 2000+i, "maire", fmt.Sprint("p", i), false) })
			}, true},
			"an old password": {func(s *site) {
				s.times(150, time.Minute, func(i int) { once(s, stranger, 2000+i, "maire", "old", false) })
			}, false},
			"five devices after a change": {func(s *site) {
				for d := range 5 {
					once(s, stranger, 1900+d, "maire", "old", true)
				}
				s.times(60, 10*time.Second, func(i int) { once(s, stranger, 2000+i, "maire", "old", false) })
				s.times(5, time.Minute, func(i int) { once(s, stranger, 3000+i, "maire", "new", true) })
			}, false},
			"an office": {func(s *site) {
				s.times(100, 20*time.Second, func(i int) { once(s, stranger, 2000+i, fmt.Sprint("u", i%30), fmt.Sprint("w", i%30), i%25 != 0) })
			}, false},
		} {
			s := newSite()
			c.do(s)
			s.wait(2 * time.Hour)
			told := false
			for _, x := range s.found {
				told = told || x.Kind == abri.Bruteforce
				if x.Kind == abri.Bruteforce && x.Service != abri.Mail {
					t.Errorf("%s, %s: told as %s", front, name, x.Service)
				}
			}
			if told != c.told {
				t.Errorf("%s, %s: told %v: %+v", front, name, told, s.found)
			}
		}
	}
}

// A form may come in a packet of its own, and what is no sign-in is none: reading mail, a search for a word, a first question
// without a password.
func TestWhatIsNoSignIn(t *testing.T) {
	ask := webmails["OWA"].ask("maire", "p")
	head, body, _ := strings.Cut(ask, "\r\n\r\n")
	head += fmt.Sprint("\r\nContent-Length: ", len(body)+2)
	s := newSite()
	s.times(12, 5*time.Second, func(i int) {
		s.visit(stranger, uint16(2000+i), 80, ">"+head+"\r\n\r\n", ">"+strings.Replace(body, "password=p", fmt.Sprintf("password=p%02d", i), 1), "<"+webmails["OWA"].no)
	})
	if len(s.found) == 0 || s.found[0].Kind != abri.Bruteforce {
		t.Errorf("a form in a packet of its own: %+v", s.found)
	}
	s = newSite()
	s.times(60, 5*time.Second, func(i int) {
		s.visit(stranger, uint16(2000+i), 80, fmt.Sprintf(">POST /owa/service.svc?n=%d HTTP/1.1\r\nHost: x\r\n\r\n{\"a\":%d}", i, i), "<HTTP/1.1 200 OK\r\n\r\n{}",
			fmt.Sprintf(">GET /owa/?word=password%d HTTP/1.1\r\nHost: x\r\n\r\n", i), "<HTTP/1.1 302 Found\r\nLocation: /owa/auth/logon.aspx?reason=0\r\n\r\n",
			">OPTIONS /Microsoft-Server-ActiveSync HTTP/1.1\r\nHost: x\r\n\r\n", "<HTTP/1.1 401 Unauthorized\r\n\r\n")
	})
	s.wait(time.Hour)
	for _, x := range s.found {
		if x.Kind == abri.Bruteforce {
			t.Errorf("no sign-in: %+v", x)
		}
	}
}

// At a page that is no mailbox's: what is tried is counted by what was shown and refused, slowly and by many sources too, and
// however it is cut into packets.
func TestGuessingAtAForm(t *testing.T) {
	const form, again, inside = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 31\r\n\r\n<input name=p type=\"password\">\n", "HTTP/1.1 302 Found\r\nLocation: /login?error=1\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
	once := func(s *site, from string, own int, word, answer string) {
		body := "user=marie&pass=" + word
		whole := fmt.Sprintf("POST /login.php HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		s.visit(from, uint16(own), 80, ">"+whole[:9], ">"+whole[9:40], ">"+whole[40:], "<"+answer)
	}
	for name, tt := range map[string]struct {
		do   func(s *site)
		told bool
	}{
		"fast": {func(s *site) {
			s.times(40, 5*time.Second, func(i int) { once(s, stranger, 2000+i, fmt.Sprint("p", i), form) })
		}, true},
		"a try every half hour": {func(s *site) {
			s.times(40, 30*time.Minute, func(i int) { once(s, stranger, 2000+i, fmt.Sprint("p", i), form) })
		}, true},
		"the same, and sent back": {func(s *site) {
			s.times(40, 30*time.Minute, func(i int) { once(s, stranger, 2000+i, fmt.Sprint("p", i), again) })
		}, true},
		"twelve sources": {func(s *site) {
			s.times(120, 10*time.Minute, func(i int) {
				once(s, machine("45.10.0.0/16", i%12), 2000+i, fmt.Sprint("p", i), form)
			})
		}, true},
		"one old password": {func(s *site) {
			s.times(200, 5*time.Minute, func(i int) { once(s, stranger, 2000+i, "old", form) })
		}, false},
		"an office signs in": {func(s *site) {
			s.times(60, 10*time.Minute, func(i int) { once(s, stranger, 2000+i, fmt.Sprint("w", i), inside) })
		}, false},
		"an office signs in, and three mistype": {func(s *site) {
			s.times(60, 10*time.Minute, func(i int) {
				once(s, stranger, 2000+i, fmt.Sprint("w", i), []string{inside, again}[(i%20+1)/20])
			})
		}, false},
		"an office signs in to a page": {func(s *site) {
			s.times(60, 10*time.Minute, func(i int) {
				once(s, stranger, 2000+i, fmt.Sprint("w", i), "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\nBonjour\n")
			})
		}, false},
	} {
		s := newSite()
		tt.do(s)
		s.wait(2 * time.Hour)
		told := false
		for _, x := range s.found {
			told = told || x.Kind == abri.Bruteforce
		}
		if told != tt.told {
			t.Errorf("%s: told %v: %+v", name, told, s.found[:min(len(s.found), 3)])
		}
	}
}

// Behind a proxy that says for whom it asks, its address is not the one who tries: nobody is banned for it.
func TestGuessingThroughAProxyIsNarrow(t *testing.T) {
	s := newSite()
	s.times(12, 5*time.Second, func(i int) {
		ask := strings.Replace(webmails["OWA"].ask("maire", fmt.Sprint("p", i)), "\r\n", "\r\nX-Forwarded-For: 45.1.1.1\r\n", 1)
		s.visit(stranger, uint16(2000+i), 80, ">"+ask, "<"+webmails["OWA"].no)
	})
	if len(s.found) == 0 || !s.found[0].Narrow {
		t.Errorf("%+v", s.found)
	}
}

// FuzzSignIn: whatever a form holds, what is found stands in it.
func FuzzSignIn(f *testing.F) {
	for _, w := range webmails {
		f.Add(w.ask("u", "p"), w.no)
	}
	f.Fuzz(func(t *testing.T, ask, answer string) {
		leadsToMail([]byte(ask))
		if v := fieldOf([]byte(ask), "password", "pass"); len(v) > len(ask) {
			t.Errorf("%q of %q", v, ask)
		}
		if len(answer) >= 12 {
			x := readSignIn([]byte(ask))
			x.fill([]byte(ask))
			x.answer(&hypertext.Message{Part: hypertext.Body, Answer: true, Head: []byte(answer), Body: []byte(ask)})
		}
	})
}

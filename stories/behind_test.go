package stories

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"testing"

	"abri.example/abri"
	"abri.example/abri/testnet"
)

// answered stands in what a server answers in the clear, and nowhere else; over TLS its hello is the answer.
const answered = "les nouvelles du Forez"

// served is what one server says, and how a client of its asks it for a name.
type served struct {
	port   uint16
	clear  bool // the client hears a page in the server's stead
	answer string
	serve  func(c net.Conn, own tls.Certificate)
	ask    func(c net.Conn, name string) error
}

// lines has a server answer lines in the clear, until one of them has an answer that ends in "TLS": then it speaks that.
func lines(greeting string, answers map[string]string) func(net.Conn, tls.Certificate) {
	return func(c net.Conn, own tls.Certificate) {
		fmt.Fprint(c, greeting)
		for in := bufio.NewReader(c); ; {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			answer, ends := strings.CutSuffix(answers[word], "TLS")
			fmt.Fprint(c, answer)
			if ends {
				secure := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{own}})
				_, _ = io.Copy(io.Discard, secure)
				return
			}
		}
	}
}

// begin has a client say lines, wait for one line of answer to each, and begin TLS with a name.
func begin(said ...string) func(net.Conn, string) error {
	return func(c net.Conn, name string) error {
		in := bufio.NewReader(c)
		for _, line := range said {
			if line != "" {
				fmt.Fprintf(c, "%s\r\n", line)
			}
			if _, err := in.ReadString('\n'); err != nil {
				return err
			}
		}
		return tls.Client(c, &tls.Config{ServerName: name, InsecureSkipVerify: true}).Handshake()
	}
}

const helloOfServer = "\x16\x03\x03" // the record that its first words over TLS stand in

var behind = map[string]served{
	"STARTTLS of SMTP": {port: 587, answer: helloOfServer,
		serve: lines("220 mx ESMTP\r\n", map[string]string{"EHLO": "250 STARTTLS\r\n", "STARTTLS": "220 go\r\nTLS"}),
		ask:   begin("", "EHLO mairie.example", "STARTTLS")},
	"STARTTLS of IMAP": {port: 143, answer: helloOfServer,
		serve: lines("* OK ready\r\n", map[string]string{"a1": "a1 OK go\r\nTLS"}), ask: begin("", "a1 STARTTLS")},
	"STLS of POP3": {port: 110, answer: helloOfServer,
		serve: lines("+OK ready\r\n", map[string]string{"STLS": "+OK go\r\nTLS"}), ask: begin("", "STLS")},
	"a tunnel of a proxy": {port: 3128, answer: helloOfServer,
		serve: lines("", map[string]string{"": "HTTP/1.1 200 OK\n\r\nTLS"}), ask: begin("CONNECT www.mairie.example:443 HTTP/1.1\r\nHost: www.mairie.example\r\n", "")},
	"CONNECT": {port: 3129, answer: answered, clear: true,
		serve: lines("", map[string]string{"": "HTTP/1.1 200 OK\r\n\r\n" + answered + "\n"}),
		ask: func(c net.Conn, name string) error {
			fmt.Fprintf(c, "CONNECT %s:443 HTTP/1.1\r\nHost: %s:443\r\n\r\n", name, name)
			_, err := bufio.NewReader(c).ReadString('\n')
			return err
		}},
	"h2c": {port: 8080, answer: answered,
		serve: func(c net.Conn, _ tls.Certificate) {
			ended := make(chan struct{})
			own := http.Server{
				Protocols: secondInClear(),
				Handler:   http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answered) }),
				ConnState: func(_ net.Conn, s http.ConnState) {
					if s == http.StateClosed {
						close(ended)
					}
				},
			}
			_ = own.Serve(&single{Conn: c}) // at once, for nobody else comes
			<-ended
		},
		ask: func(c net.Conn, name string) error {
			browser := http.Transport{Protocols: secondInClear(), DialContext: func(context.Context, string, string) (net.Conn, error) { return c, nil }}
			r, err := (&http.Client{Transport: &browser}).Get("http://" + name + "/")
			if err != nil {
				return err
			}
			_, err = io.ReadAll(r.Body)
			return err
		}},
}

// secondInClear is HTTP/2 without TLS.
func secondInClear() *http.Protocols {
	p := new(http.Protocols)
	p.SetUnencryptedHTTP2(true)
	return p
}

// single is a listener to whom one connection comes.
type single struct {
	net.Conn
	came bool
}

func (s *single) Accept() (net.Conn, error) {
	if s.came {
		return nil, net.ErrClosed
	}
	s.came = true
	return s.Conn, nil
}

func (s *single) Close() error   { return nil } // the connection outlives it
func (s *single) Addr() net.Addr { return s.LocalAddr() }

// Whatever stands before a false name (the words of mail, a proxy's, HTTP/2), nothing of its server's answer arrives, and both ends
// are reset with the number that each awaits, or else their kernels would not believe it; an honest name is answered there. So it is where the name is held until it is read, and where the answer is.
func TestStoryAFalseNameBehindOtherWords(t *testing.T) {
	for _, strict := range []bool{true, false} {
		t.Run(fmt.Sprintf("strict %v", strict), func(t *testing.T) {
			s, b, _ := phishing(t, abri.Protect, func(f *testnet.BoxFile) { f.Strict = strict })
			own := s.Newspaper.Certificate()
			for what, spoken := range behind {
				for i, desk := range s.Desk.Addresses() {
					to := netip.AddrPortFrom(s.Newspaper.Addresses()[i], spoken.port)
					servers := listening(t, s.Newspaper.Host, to, spoken, own)
					t.Run(what+" at "+to.Addr().String(), func(t *testing.T) {
						honest, _ := conversing(t, s.Desk.Host, desk, to, servers, spoken, honestName)
						if said, _ := honest.was(); !strings.Contains(said, spoken.answer) {
							t.Errorf("an honest name hears %q", said)
						}
						client, server := conversing(t, s.Desk.Host, desk, to, servers, spoken, listedName)
						said, ended := client.was()
						if strings.Contains(said, spoken.answer) || !spoken.clear && !errors.Is(ended, syscall.ECONNRESET) {
							t.Errorf("the client hears %q, and then %v", said, ended)
						}
						if spoken.clear && !strings.Contains(said, "Cette page a été arrêtée") {
							t.Errorf("no page: %q", said)
						}
						ctx, cancel := context.WithTimeout(t.Context(), honestLimit)
						defer cancel()
						if err := testnet.AwaitThat(ctx, func() error { return reset(server) }); err != nil {
							t.Error(err)
						}
					})
				}
			}
			sky(t, b, func(w testnet.Weather) bool { return w.Neutralised >= 2 })
		})
	}
}

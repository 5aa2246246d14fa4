package contact_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/contact"
	"abri.example/abri/observatory/ledger"
)

// postOffice is a mail server that takes one letter.
func postOffice(t *testing.T) (address string, letter <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		fmt.Fprint(c, "220 poste\r\n")
		var text strings.Builder
		inside := false
		for s := bufio.NewScanner(c); s.Scan(); {
			line := s.Text()
			switch {
			case inside && line == ".":
				inside = false
				got <- text.String()
				fmt.Fprint(c, "250 ok\r\n")
			case inside:
				text.WriteString(line + "\n")
			case strings.HasPrefix(line, "DATA"):
				inside = true
				fmt.Fprint(c, "354 go\r\n")
			case strings.HasPrefix(line, "QUIT"):
				fmt.Fprint(c, "221 bye\r\n")
				return
			default:
				fmt.Fprint(c, "250 ok\r\n")
			}
		}
	}()
	return l.Addr().String(), got
}

func silence() ledger.Notice {
	return ledger.Notice{Sort: ledger.NoticeSilent, Since: time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC),
		Site: ledger.Site{Name: "Sury-le-Comtal", Contact: ledger.Contact{Person: "Mme Durand", Mail: "mairie@sury.example"}}}
}

func TestAContactGetsALetter(t *testing.T) {
	server, letter := postOffice(t)
	p, err := contact.NewPost(server, "observatoire@loire.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Send(t.Context(), silence()); err != nil {
		t.Fatal(err)
	}
	said := strings.ReplaceAll(<-letter, "=\n", "") // lines that were folded (RFC 2045, quoted-printable)
	for _, want := range []string{"mairie@sury.example", "observatoire@loire.example", "Sury-le-Comtal", "05/03/2026 12:00", "sent once"} {
		if !strings.Contains(said, want) {
			t.Errorf("the letter lacks %q:\n%s", want, said)
		}
	}
	nobody := silence()
	nobody.Contact.Mail = ""
	if err := p.Send(t.Context(), nobody); err != nil {
		t.Errorf("a contact without an address: %v", err)
	}
}

func TestAServerThatIsNone(t *testing.T) {
	for _, c := range [][2]string{{"localhost", "a@b.example"}, {":25", "a@b.example"}, {"localhost:25", "nobody"}} {
		if _, err := contact.NewPost(c[0], c[1]); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%v is taken: %v", c, err)
		}
	}
	gone, err := contact.NewPost("127.0.0.1:1", "a@b.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := gone.Send(t.Context(), silence()); err == nil {
		t.Error("nobody took the letter, and nobody knows")
	}
}

package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"

	"abri.example/abri/testnet"
)

// way is one way to a mailbox: a protocol, and how it is enciphered.
type way struct {
	name     string
	port     uint16
	protocol string // imap, pop, smtp, sieve
	begin    bool   // TLS from the first byte
	start    bool   // TLS by a command
}

var ways = []way{
	{"IMAP", 143, "imap", false, false}, {"IMAP with STARTTLS", 143, "imap", false, true}, {"IMAPS", 993, "imap", true, false},
	{"POP3", 110, "pop", false, false}, {"POP3 with STLS", 110, "pop", false, true}, {"POP3S", 995, "pop", true, false},
	{"submission", 587, "smtp", false, false}, {"submission with STARTTLS", 587, "smtp", false, true}, {"SMTPS", 465, "smtp", true, false},
	{"SMTP", 25, "smtp", false, false}, {"ManageSieve", 4190, "sieve", false, false}, {"ManageSieve with STARTTLS", 4190, "sieve", false, true},
}

// session is one connection of a client of ours to a mail server.
type session struct {
	conn net.Conn
	r    *bufio.Reader
	way  way
	tag  int

	lists bool // POP3: the answer under way has lines up to a point
}

var errRefused = errors.New("the login was refused")

// open connects by a way, from an address of the host, and goes as far as the greeting; STARTTLS included.
func open(ctx context.Context, h *testnet.Host, from, to netip.Addr, w way) (*session, error) {
	c, err := h.Dial(ctx, "tcp", from, netip.AddrPortFrom(to, w.port))
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(deadline)
	}
	s := &session{conn: c, r: bufio.NewReader(c), way: w}
	if w.begin {
		s.encipher()
	}
	if err := s.greet(); err != nil {
		c.Close()
		return nil, err
	}
	return s, nil
}

func (s *session) encipher() {
	s.conn = tls.Client(s.conn, &tls.Config{InsecureSkipVerify: true}) // the server's own certificate, in a closed network
	s.r = bufio.NewReader(s.conn)
}

func (s *session) greet() error {
	if _, err := s.answer(); err != nil {
		return err
	}
	hello := map[string]string{"imap": "CAPABILITY", "pop": "CAPA", "smtp": "EHLO client.example"}[s.way.protocol]
	if hello != "" {
		if _, err := s.ask(hello); err != nil {
			return err
		}
	}
	if !s.way.start {
		return nil
	}
	if _, err := s.ask(map[string]string{"pop": "STLS"}[s.way.protocol] + map[bool]string{true: "STARTTLS"}[s.way.protocol != "pop"]); err != nil {
		return err
	}
	s.encipher()
	if s.way.protocol == "sieve" { // the capabilities come again
		_, err := s.answer()
		return err
	}
	_, err := s.ask(hello)
	return err
}

// ask sends a command and gives the answer's lines.
func (s *session) ask(command string) (string, error) {
	if s.way.protocol == "imap" {
		s.tag++
		command = fmt.Sprintf("a%d %s", s.tag, command)
	}
	s.lists = command == "CAPA" || command == "UIDL"
	if _, err := io.WriteString(s.conn, command+"\r\n"); err != nil {
		return "", err
	}
	return s.answer()
}

// answer reads a whole answer; a no is errRefused.
func (s *session) answer() (string, error) {
	var all strings.Builder
	for {
		line, err := s.r.ReadString('\n')
		if err != nil {
			return all.String(), err
		}
		all.WriteString(line)
		switch s.way.protocol {
		case "imap":
			if s.tag == 0 || strings.HasPrefix(line, "+") {
				return all.String(), nil
			}
			if rest, ok := strings.CutPrefix(line, fmt.Sprintf("a%d ", s.tag)); ok {
				return all.String(), no(strings.HasPrefix(rest, "OK"))
			}
		case "pop":
			if !s.lists || strings.HasPrefix(line, "-ERR") || line == ".\r\n" {
				return all.String(), no(!strings.HasPrefix(line, "-ERR"))
			}
		case "smtp":
			if len(line) > 3 && line[3] == ' ' {
				return all.String(), no(line[0] == '2' || line[0] == '3')
			}
		case "sieve":
			if strings.HasPrefix(line, "OK") || strings.HasPrefix(line, "NO") {
				return all.String(), no(line[0] == 'O')
			}
		}
	}
}

func no(yes bool) error {
	if yes {
		return nil
	}
	return errRefused
}

// login tries a name and a password.
func (s *session) login(user, word string) error {
	plain := base64.StdEncoding.EncodeToString([]byte("\x00" + user + "\x00" + word))
	switch s.way.protocol {
	case "imap":
		_, err := s.ask(fmt.Sprintf("LOGIN %q %q", user, word))
		return err
	case "pop":
		if _, err := s.ask("USER " + user); err != nil {
			return err
		}
		_, err := s.ask("PASS " + word)
		return err
	case "sieve":
		_, err := s.ask(fmt.Sprintf("AUTHENTICATE \"PLAIN\" %q", plain))
		return err
	}
	_, err := s.ask("AUTH PLAIN " + plain)
	return err
}

// work does what a mail program does once it is let in.
func (s *session) work() error {
	steps := map[string][]string{
		"imap":  {"CAPABILITY", "ID NIL", "NAMESPACE", `LIST "" "*"`, "SELECT INBOX", "UID FETCH 1:* (FLAGS)", "UID SEARCH UNSEEN"},
		"pop":   {"STAT", "UIDL"},
		"sieve": {"LISTSCRIPTS"},
		"smtp":  {"MAIL FROM:<claire@mairie.example>", "RCPT TO:<paul@mairie.example>", "DATA", letter},
	}[s.way.protocol]
	for _, step := range steps {
		if _, err := s.ask(step); err != nil {
			return fmt.Errorf("%s: %w", strings.Fields(step)[0], err)
		}
	}
	return nil
}

func (s *session) leave() {
	_, _ = s.ask(map[string]string{"imap": "LOGOUT", "pop": "QUIT", "smtp": "QUIT", "sieve": "LOGOUT"}[s.way.protocol])
	s.conn.Close()
}

var letter = "From: claire@mairie.example\r\nTo: paul@mairie.example\r\nSubject: conseil\r\n\r\n" + strings.Repeat("Bonjour Paul, voici le compte rendu du conseil.\r\n", 100) + "."

// local is the client's own end.
func (s *session) local() netip.AddrPort {
	a, _ := netip.ParseAddrPort(s.conn.LocalAddr().String())
	return a
}

// visit is a whole session: it tries, works when it is let in, and leaves. It gives the client's end.
func visit(ctx context.Context, h *testnet.Host, from, to netip.Addr, w way, user, word string) (netip.AddrPort, error) {
	s, err := open(ctx, h, from, to, w)
	if err != nil {
		return netip.AddrPort{}, err
	}
	defer s.leave()
	if err := s.login(user, word); err != nil {
		return s.local(), err
	}
	return s.local(), s.work()
}

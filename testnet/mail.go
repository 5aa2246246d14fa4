package testnet

import (
	"context"
	"io"
	"net"
	"net/netip"
	"net/smtp"
	"net/textproto"
	"strings"
)

// MailPort is where mail servers listen for each other.
const MailPort = 25

// maxLetter bounds one letter.
const maxLetter = 1 << 20

// MailServer takes letters by the dialogue of RFC 5321 and keeps their number and size only.
type MailServer struct {
	Peer
	Tally
}

// MailServer starts one.
func (p Peer) MailServer() *MailServer {
	s := &MailServer{Peer: p}
	p.answer(MailPort, &s.Tally, s.talk)
	return s
}

// talk is the server's half of the dialogue.
func (s *MailServer) talk(c net.Conn) {
	t := textproto.NewConn(struct {
		io.Reader
		io.Writer
		io.Closer
	}{io.LimitReader(c, maxLetter), c, c})
	say := func(line string) bool { return t.PrintfLine("%s", line) == nil }
	if !say("220 mairie.example ESMTP") {
		return
	}
	for {
		line, err := t.ReadLine()
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch verb {
		case "EHLO", "HELO", "MAIL", "RCPT", "RSET", "NOOP":
			if !say("250 OK") {
				return
			}
		case "DATA":
			if !say("354 go ahead") {
				return
			}
			letter, err := t.ReadDotBytes()
			if err != nil || !say("250 taken") {
				return
			}
			s.add(c.RemoteAddr(), Count{Served: 1, Bytes: int64(len(letter))})
		case "QUIT":
			say("221 bye")
			return
		default:
			if !say("502 not known here") {
				return
			}
		}
	}
}

// Deliver hands one letter to a mail server, as another mail server does.
func (p Peer) Deliver(ctx context.Context, to netip.AddrPort, letter string) error {
	conn, err := p.dial(ctx, "tcp", to)
	if err != nil {
		return err
	}
	defer conn.Close()
	c, err := smtp.NewClient(conn, "mairie.example")
	if err != nil {
		return err
	}
	if err := c.Hello("courrier.example"); err != nil {
		return err
	}
	if err := c.Mail("facteur@courrier.example"); err != nil {
		return err
	}
	if err := c.Rcpt("accueil@mairie.example"); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, letter); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// Package contact writes to the people of a site by mail, in plain French and English: that nothing is heard of their
// box, that it is heard again, that an invitation waits.
//
// Its borders: it decides nothing and keeps nothing; what is due is the ledger's to say.
package contact

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
)

// Post is a mail server that takes our letters: a relay of the house, with TLS where it offers that. It is safe for
// concurrent use.
type Post struct {
	host string
	port int
	from string
}

// NewPost names the server, as "host:port", and the sender. CodeInvalid when either is none.
func NewPost(server, from string) (*Post, error) {
	host, port, err := net.SplitHostPort(server)
	n, err2 := strconv.Atoi(port)
	if err != nil || err2 != nil || host == "" {
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: server, What: "not a mail server", Remedy: "such as localhost:25"}
	}
	if err := mail.NewMsg().From(from); err != nil {
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: from, What: "not a mail address", Err: err}
	}
	return &Post{host, n, from}, nil
}

// Send sends a notice to its site's contact. A contact without an address is told nothing, and that is no error.
func (p *Post) Send(ctx context.Context, n ledger.Notice) error {
	if n.Contact.Mail == "" {
		return nil
	}
	m := mail.NewMsg()
	if err := m.From(p.from); err != nil {
		return err
	}
	if err := m.To(n.Contact.Mail); err != nil {
		return err
	}
	subject, body := Letter(n)
	m.Subject(subject)
	m.SetBodyString(mail.TypeTextPlain, body)
	c, err := mail.NewClient(p.host, mail.WithPort(p.port), mail.WithTLSPolicy(mail.TLSOpportunistic), mail.WithTimeout(20*time.Second))
	if err != nil {
		return err
	}
	return c.DialAndSendWithContext(ctx, m)
}

// Letter is the letter of a notice: its subject and its text, French first.
func Letter(n ledger.Notice) (subject, body string) {
	since := n.Since.UTC().Format("02/01/2006 15:04")
	switch n.Sort {
	case ledger.NoticeSilent:
		return n.Name + " : le boîtier Abri est muet",
			fmt.Sprintf("Bonjour,\n\nLe boîtier de %s n'a rien dit depuis le %s (UTC).\nRegardez s'il est allumé et relié à Internet. Rien d'autre à faire : cette lettre n'est envoyée qu'une fois.\n\n"+
				"--\nNothing was heard of the box of %s since %s (UTC).\nSee whether it has power and its way to the Internet. This letter is sent once.\n", n.Name, since, n.Name, since)
	case ledger.NoticeBack:
		return n.Name + " : le boîtier Abri répond de nouveau",
			fmt.Sprintf("Bonjour,\n\nLe boîtier de %s répond de nouveau. Ce qu'il a vu entre-temps est compté.\n\n--\nThe box of %s is heard again. What it saw meanwhile is counted.\n", n.Name, n.Name)
	}
	return n.Name + " : une invitation attend",
		fmt.Sprintf("Bonjour,\n\nL'invitation faite à %s le %s attend encore. Le boîtier demande : abri enrol INVITATION.\n\n"+
			"--\nThe invitation of %s, made %s, still waits.\n", n.Name, since, n.Name, since)
}

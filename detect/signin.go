package detect

import (
	"bytes"
	"encoding/base64"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
)

// signInTalks bounds the requests with a password that wait for their answer.
const signInTalks = 4096

// signIns reads, in clear, as behind a proxy that takes TLS off, how people sign in by HTTP and RTSP, and what becomes of it.
// What is tried at a mailbox (Exchange, Zimbra, SOGo, Roundcube and the like) it gives to mailbox, whose bars are the same for
// every way to one; what is tried at any other page, to guess.
type signIns struct {
	mailbox *mailbox
	guess   *guess
	asked   *memory[inquiry, signIn]
}

// inquiry is a request of a conversation, with its answer.
type inquiry struct {
	ends
	number int
}

// signIn is what a request shows of a person.
type signIn struct {
	kind           credential
	user, password uint32
	toMail         bool
	proxied        bool // somebody stands between: its address is not the one who tries
	sendsAway      bool // its page leads elsewhere whoever is let in
}

// credential is how a password was given.
type credential uint8

const (
	noCredential credential = iota
	byHead                  // Basic (RFC 7617)
	bySecret                // a digest, NTLM or Negotiate: no two answers are alike
	byForm
	awaitsForm // a form whose body is still to come
)

func newSignIns(m *mailbox, g *guess) *signIns {
	return &signIns{mailbox: m, guess: g, asked: newMemory[inquiry, signIn](signInTalks, time.Minute)}
}

func (s *signIns) hear(at time.Time, f *flow.Flow, m *hypertext.Message, emit func(abri.Finding)) {
	key := inquiry{endsOf(f), m.Number}
	if !m.Answer && m.Part == hypertext.Head {
		x := readSignIn(m.Head)
		if x.kind == noCredential {
			return
		}
		if x.kind == byForm || x.kind == awaitsForm && !x.toMail {
			s.guess.form(at, f, emit)
		}
		*s.asked.touch(at, key) = x
		return
	}
	x := s.asked.find(key)
	switch {
	case x == nil:
	case !m.Answer && x.kind == awaitsForm:
		x.fill(m.Body)
	case m.Answer:
		if said := x.answer(m); said != awaited {
			given := *x
			s.asked.drop(key)
			s.become(at, f, &given, said, emit)
		}
	}
}

// become tells what became of a sign-in to whom it may concern.
func (s *signIns) become(at time.Time, f *flow.Flow, x *signIn, said verdict, emit func(abri.Finding)) {
	tell := func(found abri.Finding) {
		found.Narrow = found.Narrow || x.proxied
		if x.toMail {
			found.Service = abri.Mail
		}
		emit(found)
	}
	switch {
	case said == refused && x.toMail:
		s.mailbox.try(at, f, x.user, x.password, tell)
	case said == welcomed && x.toMail:
		s.mailbox.welcome(at, f, x.user, tell)
	case said == refused && x.kind == byForm:
		s.guess.try(at, f, refusedForm, x.shown(), tell)
	case said == refused:
		s.guess.try(at, f, "401", x.shown(), tell)
	}
}

// shown is the user with the password as one number; 0 where the password is not seen.
func (x *signIn) shown() uint32 {
	if x.password == 0 {
		return 0
	}
	return uint32(mix(uint64(x.user)<<32|uint64(x.password))) | 1
}

// readSignIn reads the head of a request.
func readSignIn(head []byte) signIn {
	line := lineOf(head)
	x := signIn{
		toMail: leadsToMail(head), sendsAway: contains(line, "wp-login.php"),
		proxied: contains(head, "\nx-forwarded-for:") || contains(head, "\nforwarded:") || contains(head, "\nvia:"),
	}
	posts := foldedPrefix(head, "post ")
	method, blob, _ := bytes.Cut(hypertext.Field(head, "authorization"), []byte(" "))
	switch {
	case foldedPrefix(method, "basic"):
		x.kind, x.password = byHead, text(blob)
		if plain, err := base64.StdEncoding.AppendDecode(nil, blob[:min(len(blob), 512)]); err == nil {
			user, _, _ := bytes.Cut(plain, []byte(":"))
			x.user = text(bytes.ToLower(user))
		}
	case provesPassword(head):
		x.kind = bySecret
	case posts && (x.toMail || loginPage(line)):
		x.kind = awaitsForm
	case !x.toMail && (contains(line, "password=") || contains(line, "passwd=") || contains(line, "&pwd=")):
		x.fill(line)
	}
	if !bytes.HasSuffix(head, []byte("\n\r\n")) && !bytes.HasSuffix(head, []byte("\n\n")) {
		x.user, x.password = 0, 0 // a capture cut it off
	}
	return x
}

// fill takes what a form holds. One without a password is none that signs in.
func (x *signIn) fill(form []byte) {
	password := fieldOf(form, "password", "passwd", "_pass", "pass", "pwd", "credential")
	if len(password) == 0 {
		return
	}
	x.kind, x.password = byForm, text(password)
	x.user = text(bytes.ToLower(fieldOf(form, "username", "_user", "user", "login", "log", "email", "account", "name")))
}

// loginPage reports whether the line of a request asks for a page whose name says that one logs in there.
func loginPage(line []byte) bool {
	for _, word := range [...]string{"login", "logon", "signin", "sign-in", "xmlrpc.php", "/auth", "connexion", "remote/logincheck", "administrator/index.php"} {
		if contains(line, word) {
			return true
		}
	}
	return false
}

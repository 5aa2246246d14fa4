package detect

import (
	"bytes"
	"encoding/base64"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
	"abri.example/abri/packet"
)

// webmailTalks bounds the conversations with webmail that are followed at once.
const webmailTalks = 4096

// webmail reads, in clear, as behind a proxy that takes TLS off, how people sign in to their mail by HTTP: Exchange (OWA,
// ActiveSync, EWS, Autodiscover), Zimbra, SOGo, Roundcube and the like. What is tried and what becomes of it it gives to
// mailbox, whose bars are the same for every way to a mailbox: a telephone that asks again and again with an old password
// tries one, who guesses tries many.
type webmail struct {
	mailbox *mailbox
	talks   *memory[ends, webmailTalk]
}

// webmailTalk is the request under way in one conversation.
type webmailTalk struct {
	kind           credential
	user, password uint32
	proxied        bool // somebody stands between: its address is not the one who tries
}

// credential is how a password was given.
type credential uint8

const (
	noCredential credential = iota
	byHead                  // Basic (RFC 7617)
	bySecret                // NTLM or Negotiate: no two answers are alike
	byForm
	awaitsForm // a form whose body is still to come
)

func newWebmail(m *mailbox) *webmail {
	return &webmail{mailbox: m, talks: newMemory[ends, webmailTalk](webmailTalks, time.Minute)}
}

func (w *webmail) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || len(h.Payload) == 0 || settled(f) {
		return
	}
	data := reading(f, h)
	switch {
	case data == nil:
	case !fromClient(f, h):
		w.hears(at, f, data, emit)
	case asksHTTP(h, data):
		w.asks(at, f, data)
	default:
		if t := w.talks.find(ends{f.Client, f.Server}); t != nil && t.kind == awaitsForm {
			t.fill(data)
		}
	}
}

func (w *webmail) End(_ time.Time, f *flow.Flow, _ func(abri.Finding)) {
	w.talks.drop(ends{f.Client, f.Server})
}

// asks takes a request.
func (w *webmail) asks(at time.Time, f *flow.Flow, data []byte) {
	head := headOf(data)
	if !leadsToMail(head) {
		if w.talks.len() > 0 {
			w.talks.drop(ends{f.Client, f.Server})
		}
		return
	}
	t := w.talks.touch(at, ends{f.Client, f.Server})
	*t = webmailTalk{proxied: contains(head, "\nx-forwarded-for:") || contains(head, "\nforwarded:") || contains(head, "\nvia:")}
	if method, blob, _ := bytes.Cut(hypertext.Field(head, "authorization"), []byte(" ")); foldedPrefix(method, "basic") {
		t.kind, t.password = byHead, text(blob)
		if plain, err := base64.StdEncoding.AppendDecode(nil, blob[:min(len(blob), 512)]); err == nil {
			user, _, _ := bytes.Cut(plain, []byte(":"))
			t.user = text(bytes.ToLower(user))
		}
	} else if len(blob) > 100 { // the first part of NTLM is shorter, and says no name
		t.kind = bySecret
	} else if foldedPrefix(head, "post ") {
		t.kind = awaitsForm
		t.fill(data[len(head):])
	}
}

// leadsToMail reports whether a request is for a mailbox: by its path, or by the name of the machine.
func leadsToMail(head []byte) bool {
	line := lineOf(head)
	_, path, _ := bytes.Cut(line, []byte(" "))
	for _, word := range [...]string{"/owa", "/ecp", "/ews/", "/autodiscover", "/microsoft-server-activesync", "/mapi/", "/rpc/rpcproxy", "/oab/", "/zimbra",
		"/service/soap", "/service/preauth", "/sogo", "/roundcube", "/rainloop", "/snappymail", "/horde", "/squirrelmail", "/webmail", "/?_task=", "/?/ajax/"} {
		if foldedPrefix(path, word) {
			return true
		}
	}
	return isMailHost(hypertext.Field(head, "host"))
}

// isMailHost reports whether a machine is called as those are that people read their mail at.
func isMailHost(name []byte) bool {
	for _, label := range [...]string{"mail.", "webmail.", "owa.", "autodiscover.", "zimbra.", "roundcube.", "messagerie.", "courriel.", "courrier.", "exchange.", "outlook.", "activesync.", "sogo."} {
		if foldedPrefix(name, label) {
			return true
		}
	}
	return false
}

// fill takes what a form holds. One without a password is none that signs in.
func (t *webmailTalk) fill(body []byte) {
	password := fieldOf(body, "password", "passwd", "_pass", "pass", "pwd")
	if len(password) == 0 {
		return
	}
	t.kind, t.password = byForm, text(password)
	t.user = text(bytes.ToLower(fieldOf(body, "username", "_user", "user", "login", "email", "account", "name")))
}

// fieldOf is the value of the first field that has one of these names: of a form, of JSON, or of XML as Zimbra has it.
func fieldOf(body []byte, names ...string) []byte {
	for _, name := range names {
		for rest := body; ; {
			i := indexFold(rest, name)
			if i < 0 {
				break
			}
			before := byte('&')
			if at := len(body) - len(rest) + i; at > 0 {
				before = body[at-1]
			}
			rest = rest[i+len(name):]
			if value, ok := valueOf(rest, before); ok {
				return value
			}
		}
	}
	return nil
}

// valueOf is what follows the name of a field, given what stands before it.
func valueOf(rest []byte, before byte) ([]byte, bool) {
	switch {
	case len(rest) == 0:
	case rest[0] == '=' && (before == '&' || before == '\n' || before == '?'):
		return until(rest[1:], "&\r\n"), true
	case before == '"' && rest[0] == '"':
		value := bytes.TrimLeft(rest[1:], " :\"")
		return until(value, "\"}"), true
	case (before == '<' || before == ':') && bytes.IndexByte(rest, '>') >= 0:
		_, value, _ := bytes.Cut(rest, []byte(">"))
		return until(value, "<"), true
	}
	return nil, false
}

func until(b []byte, marks string) []byte {
	if i := bytes.IndexAny(b, marks); i >= 0 {
		return b[:i]
	}
	return b
}

// hears takes the answer to a sign-in.
func (w *webmail) hears(at time.Time, f *flow.Flow, data []byte, emit func(abri.Finding)) {
	t := w.talks.find(ends{f.Client, f.Server})
	if t == nil || t.kind == noCredential || t.kind == awaitsForm || len(data) < 12 || !foldedPrefix(data, "http/1.") {
		return
	}
	given := *t
	t.kind = noCredential
	tell := func(x abri.Finding) {
		x.Service, x.Narrow = abri.Mail, x.Narrow || given.proxied
		emit(x)
	}
	switch answerOf(data, given.kind) {
	case refused:
		if given.kind == bySecret {
			given.password = 0
		}
		w.mailbox.try(at, f, given.user, given.password, tell)
	case welcomed:
		w.mailbox.welcome(at, f, given.user, tell)
	}
}

// answerOf tells what a server says to a sign-in: by its code, by where it sends the browser (Exchange back to its page, with
// a reason), and of forms by whether it gives a session.
func answerOf(data []byte, kind credential) verdict {
	head := headOf(data)
	code, where := string(data[9:12]), hypertext.Field(head, "location")
	switch {
	case code == "401" || code == "403" || code == "440":
		return refused
	case code == "500" && contains(data, "auth_failed"):
		return refused
	case code[0] == '3' && (contains(where, "reason=") || contains(where, "logon") || contains(where, "login") || contains(where, "error") || contains(where, "failed")):
		return refused
	case code[0] == '3', code[0] == '2' && kind != byForm:
		return welcomed
	case code[0] == '2' && contains(head, "\nset-cookie:") && !contains(data, "\"result\":false"):
		return welcomed
	case code[0] == '2':
		return refused // the form again
	}
	return silent
}

package detect

import (
	"bytes"
	"encoding/base64"
)

// dialect is a protocol of mail with accounts.
type dialect string

const (
	smtp  dialect = "smtp"  // RFC 4954
	imap  dialect = "imap"  // RFC 9051
	pop   dialect = "pop"   // RFC 1939, RFC 5034
	sieve dialect = "sieve" // RFC 5804
)

func dialectOf(port uint16) dialect {
	switch port {
	case 25, 465, 587:
		return smtp
	case 143, 993:
		return imap
	case 110, 995:
		return pop
	case 4190:
		return sieve
	}
	return ""
}

// verdict is what a server's words mean for the login under way.
type verdict byte

const (
	silent verdict = iota
	refused
	welcomed
	awaited // the rest of what is said will tell
)

// step is what the client's next line is, when it is no command.
type step byte

const (
	commands step = iota
	initial       // the one answer of PLAIN: who, as whom, password
	nameNext      // LOGIN asks for the name,
	wordNext      // then for the password
	literal       // arguments of IMAP's LOGIN on lines of their own (RFC 9051, 4.3)
	response      // of a mechanism that sends no password
)

// maxMailLine is more than any login takes, in bytes.
const maxMailLine = 1024

// mailTalk is a conversation of mail: the login under way, in clear or not. Of names and passwords only a number is
// kept, to tell a new one from one seen before.
type mailTalk struct {
	dialect      dialect
	enciphered   bool
	line         []byte // the client's, not ended yet
	step         step
	user, secret uint32
	asked        bool // a login waits for the server's word
	shape        shape
}

// says takes what the client said.
func (t *mailTalk) says(data []byte) {
	for len(data) > 0 {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			if len(t.line)+len(data) <= maxMailLine {
				t.line = append(t.line, data...)
			}
			return
		}
		line := data[:i]
		if len(t.line) > 0 {
			line = append(t.line, line...)
		}
		data, t.line = data[i+1:], t.line[:0]
		t.take(bytes.TrimRight(line[:min(len(line), maxMailLine)], "\r"))
	}
}

// take reads one line of the client.
func (t *mailTalk) take(line []byte) {
	was := t.step
	t.step = commands
	switch was {
	case initial:
		t.plain(line)
	case nameNext:
		t.user, t.step = secretNumber(decoded(line)), wordNext
	case wordNext:
		t.secret, t.asked = secretNumber(decoded(line)), true
	case response:
		t.secret, t.asked = 0, true
	case literal:
		t.secret = t.secret*31 + secretNumber(line)
		if t.step, t.asked = literal, false; !bytes.HasSuffix(line, []byte("}")) {
			t.step, t.asked = commands, true
		}
	default:
		t.command(line)
	}
}

// command reads a line that is a command.
func (t *mailTalk) command(line []byte) {
	words := bytes.Fields(line)
	if t.dialect == imap && len(words) > 0 {
		words = words[1:] // the tag
	}
	if len(words) < 2 {
		return
	}
	switch verb := words[0]; {
	case t.dialect == imap && foldedPrefix(verb, "login") && len(verb) == 5:
		t.user, t.secret, t.asked = secretNumber(words[1]), secretNumber(line[bytes.Index(line, words[1]):]), true
		if bytes.HasSuffix(line, []byte("}")) {
			t.step, t.asked = literal, false
		}
	case t.dialect == pop && foldedPrefix(verb, "user"):
		t.user = secretNumber(words[1])
	case t.dialect == pop && foldedPrefix(verb, "pass"):
		t.secret, t.asked = secretNumber(line[5:]), true
	case t.dialect == pop && foldedPrefix(verb, "apop"):
		t.user, t.secret, t.asked = secretNumber(words[1]), 0, true
	case foldedPrefix(verb, "auth"): // AUTH of SMTP and POP, AUTHENTICATE of IMAP and ManageSieve
		t.authenticate(words[1:])
	}
}

// authenticate begins a login by a mechanism of SASL (RFC 4422), with its first answer when that stands beside it.
func (t *mailTalk) authenticate(words [][]byte) {
	first := []byte(nil)
	if len(words) > 1 {
		first = bytes.Trim(words[1], `"`)
	}
	switch mechanism := bytes.Trim(words[0], `"`); {
	case foldedPrefix(mechanism, "plain"):
		if first == nil || bytes.HasPrefix(first, []byte("{")) {
			t.step = initial
			return
		}
		t.plain(first)
	case foldedPrefix(mechanism, "login"):
		t.step = nameNext
		if first != nil {
			t.user, t.step = secretNumber(decoded(first)), wordNext
		}
	default:
		t.step = response
		if first != nil {
			t.secret, t.asked = 0, true
		}
	}
}

// plain reads the answer of PLAIN (RFC 4616): three words with a NUL between them.
func (t *mailTalk) plain(answer []byte) {
	words := bytes.SplitN(decoded(answer), []byte{0}, 3)
	if len(words) == 3 {
		t.user, t.secret = secretNumber(words[1]), secretNumber(words[2])
	}
	t.asked = true
}

// hears takes what the server said, and what it means for the login under way.
func (t *mailTalk) hears(data []byte) verdict {
	if !t.asked {
		return silent
	}
	for line := range bytes.Lines(data) {
		v := t.answer(bytes.TrimRight(line, "\r\n"))
		if v != silent {
			t.asked = false
			return v
		}
	}
	return silent
}

// password is a number for what was tried: one password of two users is two. It is 0 when it can't be known.
func (t *mailTalk) password() uint32 {
	if t.secret == 0 {
		return 0
	}
	return max(t.secret^t.user*31, 1)
}

// answer is what one line of the server says to the login.
func (t *mailTalk) answer(line []byte) verdict {
	switch t.dialect {
	case smtp:
		switch {
		case bytes.HasPrefix(line, []byte("235")):
			return welcomed
		case bytes.HasPrefix(line, []byte("535")), bytes.HasPrefix(line, []byte("534")), bytes.HasPrefix(line, []byte("454 4.7.0")):
			return refused
		case bytes.HasPrefix(line, []byte("334")):
			return silent
		case len(line) > 3 && line[0] == '5': // no such command, not now: no word on the password
			t.asked = false
		}
	case pop:
		switch {
		case bytes.HasPrefix(line, []byte("+OK")):
			return welcomed
		case bytes.HasPrefix(line, []byte("-ERR")):
			return refused
		}
	case imap:
		words := bytes.Fields(line)
		if len(words) < 2 || words[0][0] == '*' || words[0][0] == '+' {
			return silent
		}
		switch {
		case foldedPrefix(words[1], "ok"):
			return welcomed
		case foldedPrefix(words[1], "no"):
			return refused
		}
	case sieve:
		switch {
		case foldedPrefix(line, "ok"):
			return welcomed
		case foldedPrefix(line, "no"):
			return refused
		}
	}
	return silent
}

// decoded is what base64 says, or the words themselves when they are none.
func decoded(word []byte) []byte {
	word = bytes.Trim(word, `"`)
	out := make([]byte, base64.StdEncoding.DecodedLen(len(word)))
	n, err := base64.StdEncoding.Decode(out, word)
	if err != nil {
		return word
	}
	return out[:n]
}

// secretNumber is words as a number that is never 0; letters of either case differ (FNV-1a).
func secretNumber(words []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range words {
		h = (h ^ uint32(c)) * 16777619
	}
	return max(h, 1)
}

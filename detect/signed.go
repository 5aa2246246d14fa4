package detect

import (
	"bytes"

	"abri.example/abri/hypertext"
)

// answer tells what a server says to a sign-in, by the head of its answer, or once its body came; awaited before.
func (x *signIn) answer(m *hypertext.Message) verdict {
	code := string(m.Head[9:12])
	switch {
	case x.kind == noCredential || x.kind == awaitsForm || code[0] == '1':
		return silent
	case code == "401":
		if contains(m.Head, "stale=true") || contains(m.Head, `stale="true"`) {
			return silent // a digest of an old number, which a browser makes anew from the password that it has (RFC 7616)
		}
		return refused
	case code == "440", code == "403" && x.kind == byForm:
		return refused
	case code[0] == '3':
		return sendsTo(hypertext.Field(m.Head, "location"))
	case code[0] == '2' && x.kind != byForm:
		return welcomed
	case code[0] != '2' && code != "500":
		return silent
	case m.Part == hypertext.Head && string(hypertext.Field(m.Head, "content-length")) != "0":
		return awaited
	}
	return x.page(m, code[0] == '2')
}

// sendsTo tells what it means where a browser is sent: Exchange sends it back to its page, with a reason.
func sendsTo(where []byte) verdict {
	for _, word := range [...]string{"reason=", "logon", "login", "error", "failed"} {
		if contains(where, word) {
			return refused
		}
	}
	return welcomed
}

// page tells what a page says that answers a form: whether it gives a session, or is the form again. Of pages that are no
// mailbox's only what says so is a refusal.
func (x *signIn) page(m *hypertext.Message, ok bool) verdict {
	switch {
	case !ok && contains(m.Body, "auth_failed"):
		return refused
	case !ok:
		return silent
	case x.toMail && contains(m.Head, "\nset-cookie:") && !contains(m.Body, "\"result\":false"):
		return welcomed
	case x.toMail || x.sendsAway || saysNo(m.Body):
		return refused
	}
	return silent
}

// saysNo reports whether the beginning of a page asks for a password again, or says in French or English that one is wrong.
func saysNo(page []byte) bool {
	for _, word := range [...]string{`type="password"`, "type='password'", "type=password", "incorrect", "invalid", "wrong password", "login failed", "authentication failed",
		"faultcode", "erron\xc3\xa9", `"success":false`, `"error"`, "ret=0,"} {
		if bytes.IndexByte(page, word[0]) >= 0 && contains(page, word) {
			return true
		}
	}
	return false
}

package sip

import "bytes"

// mostLines is how many header lines of a message are read: those of an honest one are some thirty.
const mostLines = 256

// Begins reports whether bytes begin as a message of SIP does. It asks for the first line only as far as it is there.
func Begins(b []byte) bool {
	if bytes.HasPrefix(b, []byte("SIP/2.0 ")) {
		return true
	}
	i := bytes.IndexByte(b[:min(len(b), 16)], ' ')
	if i < 3 {
		return false
	}
	for _, c := range b[:i] {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	line, _ := cutLine(b)
	return bytes.HasSuffix(line, []byte(" SIP/2.0"))
}

// Parse reads a message into m, and overwrites all of it. It reports whether the bytes begin as a message of SIP does.
func (m *Message) Parse(b []byte) bool {
	*m = Message{Expires: -1, Length: -1}
	line, rest := cutLine(b)
	if !m.start(line) {
		return false
	}
	for range mostLines {
		if len(rest) == 0 {
			break
		}
		if line, rest = cutField(rest); len(line) == 0 {
			break
		}
		m.field(line)
	}
	m.Head = b[:len(b)-len(rest)]
	m.Body = rest
	if m.Length >= 0 && m.Length < len(rest) {
		m.Body = rest[:m.Length]
	}
	return true
}

// start reads the first line.
func (m *Message) start(line []byte) bool {
	if status, ok := bytes.CutPrefix(line, []byte("SIP/2.0 ")); ok {
		if len(status) < 3 {
			return false
		}
		n, ok := digits(status[:3])
		m.Status = n
		return ok && n >= 100 && n < 700
	}
	line, ok := bytes.CutSuffix(line, []byte(" SIP/2.0"))
	word, uri, found := bytes.Cut(line, []byte(" "))
	if !ok || !found || len(word) == 0 {
		return false
	}
	m.Method = methodOf(word)
	m.Target = uriOf(bytes.TrimSpace(uri))
	return true
}

// field reads one header line, with the lines that continue it.
func (m *Message) field(line []byte) {
	i := bytes.IndexByte(line, ':')
	if i < 0 {
		return
	}
	value := bytes.TrimSpace(line[i+1:])
	switch name := nameOf(bytes.TrimRight(line[:i], " \t")); name {
	case via:
		if m.Branch == nil {
			m.Branch = parameter(firstOf(value), "branch")
		}
	case from:
		m.From = partyOf(value)
	case to:
		m.To = partyOf(value)
	case callID:
		m.CallID = value
	case cseq:
		number, word, _ := bytes.Cut(value, []byte(" "))
		n, _ := digits(number)
		m.CSeq = uint32(n)
		if m.Status != 0 {
			m.Method = methodOf(bytes.TrimSpace(word))
		}
	case contact:
		if m.Contact.Raw == nil {
			first := firstOf(value)
			m.Contact = partyOf(first).URI
			if n, ok := digits(parameter(first, "expires")); ok && m.Expires < 0 {
				m.Expires = n
			}
		}
	case expires:
		if n, ok := digits(value); ok {
			m.Expires = n
		}
	case length:
		if n, ok := digits(value); ok {
			m.Length = n
		}
	case agent:
		m.Agent = value
	case credentials:
		m.Credentials = true
	case challenge:
		m.Stale = m.Stale || isStale(value)
	}
}

// isStale finds stale=true in a challenge, whatever stands around it.
func isStale(value []byte) bool {
	for part := range bytes.SplitSeq(value, []byte(",")) {
		word, v, _ := bytes.Cut(part, []byte("="))
		if i := bytes.LastIndexByte(bytes.TrimSpace(word), ' '); is(bytes.TrimSpace(word)[i+1:], "stale") {
			return is(bytes.Trim(v, "\" "), "true")
		}
	}
	return false
}

// digits reads a number of at most 32 bits.
func digits(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 10 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, n <= 1<<32-1
}

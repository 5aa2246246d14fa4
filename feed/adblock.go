package feed

import "bytes"

// readAdblock reads the filters of browsers, as far as they name a whole host: ||host^, with the options that mean "all
// of it", |host^ for the host without what lies beneath it, and bare hosts; "@@" before a rule makes it an exception. What names a page, a part of a page, or has conditions is refused: the box sees hosts.
//
// Source: the AdGuard DNS filtering syntax, https://adguard-dns.io/kb/general/dns-filtering-syntax/.
func readAdblock(text []byte, out []item) ([]item, reason) {
	switch {
	case text[0] == '!' || text[0] == '[' && text[len(text)-1] == ']':
		return out, skipped
	case bytes.HasPrefix(text, []byte("@@")):
		return readException(text[2:], out)
	case bytes.Contains(text, []byte("##")) || bytes.Contains(text, []byte("#@#")) || bytes.Contains(text, []byte("#?#")):
		return out, page
	case text[0] == '#':
		return out, skipped
	case text[0] == '/':
		return out, condition
	}
	rule, anchored := bytes.CutPrefix(text, []byte("|"))
	if !anchored {
		return readPlain(text, out)
	}
	scope := hostOnly
	if bytes.HasPrefix(rule, []byte("|")) {
		rule, scope = rule[1:], tree
	}
	name, rest, closed := bytes.Cut(rule, []byte("^"))
	switch {
	case bytes.IndexByte(name, '/') >= 0:
		return out, page
	case !closed || !wholeHost(rest):
		return out, condition
	case bytes.HasPrefix(name, []byte("*.")):
		return withName(name[2:], beneath, out)
	case bytes.IndexByte(name, '*') >= 0:
		return out, condition
	}
	return withHost(name, scope, out)
}

// readException reads what follows "@@": a rule whose host passes.
func readException(rule []byte, out []item) ([]item, reason) {
	before := len(out)
	if !bytes.HasPrefix(rule, []byte("|")) {
		return out, exception
	}
	out, why := readAdblock(rule, out)
	if why != taken {
		return out[:before], exception
	}
	return excepted(out, before)
}

// excepted makes exceptions of the items from before on; those of addresses are nobody's to make in a list.
func excepted(out []item, before int) ([]item, reason) {
	for i := range out[before:] {
		if len(out[before+i].name) == 0 {
			return out[:before], exception
		}
		out[before+i].pass = true
	}
	return out, taken
}

// wholeHost reports whether what follows "||host^" leaves the rule to be about the whole host.
func wholeHost(options []byte) bool {
	options = bytes.TrimPrefix(options, []byte("|"))
	if len(options) == 0 {
		return true
	}
	if options[0] != '$' {
		return false
	}
	for option := range bytes.SplitSeq(options[1:], []byte(",")) {
		switch string(option) {
		case "all", "document", "doc", "important", "popup":
		default:
			return false
		}
	}
	return true
}

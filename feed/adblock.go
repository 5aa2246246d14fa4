package feed

import "bytes"

// readAdblock reads the filters of browsers, as far as they name a whole host: ||host^, with the options that mean "all
// of it", and bare hosts. What names a page, a part of a page, or has conditions is refused: the box sees hosts.
//
// Source: the AdGuard DNS filtering syntax, https://adguard-dns.io/kb/general/dns-filtering-syntax/.
func readAdblock(text []byte, out []item) ([]item, reason) {
	switch {
	case text[0] == '!' || text[0] == '[' && text[len(text)-1] == ']':
		return out, skipped
	case bytes.HasPrefix(text, []byte("@@")):
		return out, exception
	case bytes.Contains(text, []byte("##")) || bytes.Contains(text, []byte("#@#")) || bytes.Contains(text, []byte("#?#")):
		return out, page
	case text[0] == '#':
		return out, skipped
	case text[0] == '/' || text[0] == '|' && !bytes.HasPrefix(text, []byte("||")):
		return out, condition
	}
	rule, anchored := bytes.CutPrefix(text, []byte("||"))
	if !anchored {
		return readPlain(text, out)
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
	return withHost(name, tree, out)
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

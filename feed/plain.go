package feed

import "bytes"

// readPlain reads the commonest form: an address, CIDR, range or name a line, as line says for addresses. A bare name
// stands for itself and everything beneath it, and so does one written "*.name" or ".name": that is what the
// publishers of such lists mean, whose files with and without the star hold the same names.
func readPlain(text []byte, out []item) ([]item, reason) {
	first, rest, ok := field(text)
	if !ok || !looksLikeName(first) || isComment(text) {
		return readAddress(text, out)
	}
	if why := onlyNotes(rest); why != taken {
		return out, why
	}
	for _, all := range []string{"*.", "."} {
		if cut, found := bytes.CutPrefix(first, []byte(all)); found {
			first = cut
			break
		}
	}
	return withName(first, tree, out)
}

// readAddress reads a line that is to hold an address.
func readAddress(text []byte, out []item) ([]item, reason) {
	if len(text) == 0 {
		return out, notAddress
	}
	s, why, blank := line(text)
	switch {
	case blank:
		return out, skipped
	case why != taken:
		return out, why
	}
	return append(out, item{span: s}), taken
}

// onlyNotes refuses a name that words follow: a sentence may begin with one. Columns after a tab or a comma are fine.
func onlyNotes(rest []byte) reason {
	if len(rest) == 0 || rest[0] != ' ' {
		return taken
	}
	if rest = bytes.TrimLeft(rest, " "); len(rest) == 0 || isComment(rest) || rest[0] == '\t' || rest[0] == ',' {
		return taken
	}
	return words
}

// withName adds a name.
func withName(text []byte, s scope, out []item) ([]item, reason) {
	name, why := parseName(text, s)
	if why != taken {
		return out, why
	}
	return append(out, item{name: name, scope: s}), taken
}

// withHost adds a host as a URL or a rule names it: a name, or an address that may carry a port.
func withHost(text []byte, s scope, out []item) ([]item, reason) {
	if looksLikeName(text) {
		return withName(text, s, out)
	}
	if name, port, has := bytes.Cut(text, []byte(":")); has && looksLikeName(name) {
		if _, ok := decimal(port, 65535); !ok {
			return out, badPort
		}
		return withName(name, s, out)
	}
	a, why := host(text)
	if why != taken {
		return out, why
	}
	return append(out, item{span: span{a, a}}), taken
}

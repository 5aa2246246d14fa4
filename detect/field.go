package detect

import "bytes"

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

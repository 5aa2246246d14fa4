package hypertext

import "bytes"

// The bounds of the look-ups of one text: how deep they stand in one another, and how many there are.
const (
	deepest = 16
	most    = 512
)

// resolve appends b with what Log4j makes of its look-ups: ${lower:j} and ${upper:j} are a j of some size, and ${anything:-x} x, for what is
// looked for under another name is not there. Others stand as they are, since what they give is not known here.
func resolve(to, b []byte) []byte {
	left := most
	to, _ = resolving(to, b, 0, &left)
	return to
}

// resolving goes on to the brace that closes the look-up that it is in, and says how many bytes it read.
func resolving(to, b []byte, depth int, left *int) ([]byte, int) {
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '}' && depth > 0:
			return to, i
		case b[i] == '$' && i+1 < len(b) && b[i+1] == '{' && depth < deepest && *left > 0:
			*left--
			begin := len(to)
			to = append(to, "${"...)
			var n int
			to, n = resolving(to, b[i+2:], depth+1, left)
			i += 2 + n
			if i < len(b) {
				to = answered(to, begin)
			}
		default:
			to = append(to, b[i])
		}
	}
	return to, len(b)
}

// answered puts what a look-up gives, whose text is the end of to from begin on, in its place.
func answered(to []byte, begin int) []byte {
	name := to[begin+2:]
	switch {
	case prefixed(name, "lower:"), prefixed(name, "upper:"):
		return append(to[:begin], name[len("lower:"):]...)
	case prefixed(name, "date:'") && len(name) > 7 && name[len(name)-1] == '\'': // a form of date that is a text
		return append(to[:begin], name[6:len(name)-1]...)
	case prefixed(name, "jndi:"):
		return append(to, '}')
	}
	if i := bytes.Index(name, []byte(":-")); i >= 0 {
		return append(to[:begin], name[i+2:]...)
	}
	return append(to, '}')
}

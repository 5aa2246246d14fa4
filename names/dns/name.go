package dns

// appendName writes the name at the given place of a message, and gives the place behind it.
func appendName(name, message []byte, at int) (out []byte, next int, ok bool) {
	start := len(name)
	name, next, ok = walkName(message, at, name, func(name, label []byte) []byte {
		if len(name) > start {
			name = append(name, '.')
		}
		return appendLabel(name, label)
	})
	if ok && len(name) == start {
		name = append(name, '.')
	}
	return name, next, ok
}

// walkName goes from label to label of the name at a place of a message, and gives the place behind it. Compression pointers
// may point anywhere (RFC 1035, section 4.1.4, wants them to point backwards, which not all resolvers do): reading ends
// because they are few.
func walkName(message []byte, at int, into []byte, take func(into, label []byte) []byte) (out []byte, next int, ok bool) {
	size := 0
	for pointers := 0; at < len(message); {
		length := int(message[at])
		switch {
		case length == 0:
			if next == 0 {
				next = at + 1
			}
			return into, next, true
		case length < 64:
			if size += 1 + length; size >= maxName || at+1+length > len(message) {
				return into, 0, false
			}
			into = take(into, message[at+1:at+1+length])
			at += 1 + length
		case length >= 0xc0 && at+1 < len(message):
			if next == 0 {
				next = at + 2
			}
			at = (length&0x3f)<<8 | int(message[at+1])
			if pointers++; pointers > maxPointers {
				return into, 0, false
			}
		default:
			return into, 0, false
		}
	}
	return into, 0, false
}

// appendLabel writes a label in lower case. A point within it, a backslash, and what is not printable are escaped.
func appendLabel(name, label []byte) []byte {
	for _, c := range label {
		switch {
		case c >= 'A' && c <= 'Z':
			name = append(name, c+'a'-'A')
		case c == '.' || c == '\\':
			name = append(name, '\\', c)
		case c <= ' ' || c >= 0x7f:
			name = append(name, '\\', '0'+c/100, '0'+c/10%10, '0'+c%10)
		default:
			name = append(name, c)
		}
	}
	return name
}

// Text is a name that stands alone, labels with their lengths, as people write it: lower case, without the last point. It
// reports false for what is no whole name.
func Text(wire []byte) (name []byte, ok bool) {
	name, _, ok = appendName(nil, wire, 0)
	return name, ok
}

package dns

// The parts of a header that Recognize looks at (RFC 1035, section 4.1.1; RFC 4035, section 3.2).
const (
	flagsOpcode   = 0x78
	flagsReserved = 0x40
	mostRecords   = 255
	mostAdded     = 2 // records with a question: EDNS, a signature
	lastType      = 260
)

// Recognize is Parse for bytes on a port that is nobody's: it reports true only for what is a message of the DNS from its
// first byte to its last, with one question for the Internet, of a name as hosts have it. Other protocols, and noise, do not
// come so.
func Recognize(b []byte) (m Message, ok bool) {
	if len(b) < headerSize || b[2]&flagsOpcode != 0 || b[3]&flagsReserved != 0 || b[4] != 0 || b[5] != 1 {
		return Message{}, false
	}
	m, ok = Parse(b)
	if !ok || !m.Response && (b[3]&0x0f != 0 || m.records > mostAdded || b[7] != 0 || b[9] != 0) || m.records > mostRecords {
		return Message{}, false
	}
	rest := m
	var room [4 * maxName]byte
	q, ok := rest.Next(room[:0])
	if !ok || q.Class != classIN || q.Type == 0 || q.Type > lastType || !ofHost(q.Name) {
		return Message{}, false
	}
	for range m.records {
		if _, ok := rest.Record(room[:0]); !ok {
			return Message{}, false
		}
	}
	return m, rest.at == len(b)
}

// ofHost reports whether a name has letters, digits, hyphens, underscores and points only, and is not the root.
func ofHost(name []byte) bool {
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return len(name) > 1
}

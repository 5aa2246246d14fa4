package detect

import "encoding/binary"

// The record types that are told apart (IANA, DNS parameters).
const (
	dnsNULL  = 10
	dnsCNAME = 5
	dnsMX    = 15
	dnsTXT   = 16
	dnsSRV   = 33
)

// nxdomain is the answer code of a name that does not exist (RFC 1035, section 4.1.1).
const nxdomain = 3

// question is the first question of a DNS message. Its labels alias the message.
type question struct {
	answer bool
	code   uint8 // of an answer
	kind   uint16
	labels [][]byte // from the left; at most dnsLabels
	length int      // of the name, in bytes, with its points
}

const dnsLabels = 40

// read reads a DNS message over UDP (RFC 1035, section 4.1). It reports false for what is none, or has no question.
func (q *question) read(data []byte) bool {
	*q = question{labels: q.labels[:0]}
	if len(data) < 17 || binary.BigEndian.Uint16(data[4:]) == 0 {
		return false
	}
	if opcode := data[2] >> 3 & 0xf; opcode != 0 {
		return false
	}
	q.answer, q.code = data[2]&0x80 != 0, data[3]&0xf
	rest := data[12:]
	for {
		if len(rest) == 0 || rest[0] > 63 { // cut, or a pointer, which a question does not need
			return false
		}
		n := int(rest[0])
		if n == 0 {
			break
		}
		if len(rest) < n+2 || len(q.labels) >= dnsLabels {
			return false
		}
		q.labels = append(q.labels, rest[1:n+1])
		q.length += n + 1
		rest = rest[n+1:]
	}
	if len(rest) < 5 || len(q.labels) == 0 {
		return false
	}
	q.kind = binary.BigEndian.Uint16(rest[1:])
	return true
}

// domain is how many labels at the end of the name make the domain that somebody registered: two, or three below such as
// co.uk, of which the public list has thousands and we have the form: two short labels, the last a country.
func (q *question) domain() int {
	n := len(q.labels)
	if n >= 3 && len(q.labels[n-1]) == 2 && len(q.labels[n-2]) <= 3 {
		return 3
	}
	return min(2, n)
}

// cargo is what stands before the domain: how many characters, without points.
func (q *question) cargo() int {
	sum := 0
	for _, l := range q.labels[:len(q.labels)-q.domain()] {
		sum += len(l)
	}
	return sum
}

// name is the last n labels as a number.
func (q *question) name(n int) uint32 {
	h := uint64(n)
	for _, l := range q.labels[len(q.labels)-n:] {
		h = mix(h ^ uint64(text(l)))
	}
	return uint32(h)
}

// text joins the last n labels.
func (q *question) text(n int) string {
	var b []byte
	for i, l := range q.labels[len(q.labels)-n:] {
		if i > 0 {
			b = append(b, '.')
		}
		for _, c := range l {
			if c < ' ' || c > '~' {
				c = '?'
			}
			b = append(b, lower(c))
		}
	}
	return string(b)
}

// Package der reads the elements of which certificates, tickets of Kerberos and messages of SNMP are made (ASN.1 as DER and
// BER write it, X.690). What it reads may be cut short, as the first packet of a certificate is: an element whose end is
// missing is given as far as it is there. It takes no memory, keeps nothing and is safe for concurrent use.
package der

// The tags of elements (X.690, 8.1.2).
const (
	Integer       = 0x02
	OctetString   = 0x04
	GeneralString = 0x1b
	Sequence      = 0x30
)

// Context is the tag of the element that its sequence numbers n, below 31, and that holds other elements.
func Context(n byte) byte { return 0xa0 | n }

// mostLength is how many bytes a length has at most behind its first: 16 MB is more than anybody sends us in one.
const mostLength = 3

// Next takes the element at the front of b: its tag, what it holds, and what follows it. Both alias b. The tag is 0 and they are
// nil where no whole head of an element is, and where its length is open (0x80) or has more than three bytes. A tag has one byte.
func Next(b []byte) (tag byte, body, rest []byte) {
	if len(b) < 2 {
		return 0, nil, nil
	}
	size, at := int(b[1]), 2
	if size&0x80 != 0 {
		n := size & 0x7f
		if n == 0 || n > mostLength || len(b) < 2+n {
			return 0, nil, nil
		}
		size = 0
		for _, c := range b[2 : 2+n] {
			size = size<<8 | int(c)
		}
		at += n
	}
	end := min(len(b), at+size)
	return b[0], b[at:end], b[end:]
}

// Body is what the element at the front of b holds; nil where b begins with no element of the tag.
func Body(b []byte, tag byte) []byte {
	if t, body, _ := Next(b); t == tag {
		return body
	}
	return nil
}

package packet

import "strings"

// TCPFlags are the control bits of a TCP header (RFC 9293, section 3.1), or those of several put together.
type TCPFlags uint8

// The control bits.
const (
	FIN TCPFlags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

var flagNames = [8]string{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"}

// Has reports whether every bit of want is set.
func (f TCPFlags) Has(want TCPFlags) bool { return f&want == want }

// String joins the names of the bits that are set with "+", as in "SYN+ACK"; none is "".
func (f TCPFlags) String() string {
	var names []string
	for i, name := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "+")
}

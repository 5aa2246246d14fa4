package abri

import (
	"fmt"
	"strconv"
	"strings"
)

// Door is one service as packets name it: an IANA protocol number and the server's port (0 for protocols without ports).
// The zero Door is every service. Of a ban, Far says that the banned address has the door, and devices here may not call
// there; else it is a door of this site, at which the banned address is a client.
type Door struct {
	Proto uint8  `json:"proto"`
	Port  uint16 `json:"port"`
	Far   bool   `json:"far,omitempty"`
}

// doorProtos are the protocols that a Door names in letters.
var doorProtos = map[uint8]string{1: "icmp", 6: "tcp", 17: "udp", 58: "ipv6-icmp"}

// String is the door as a person writes it, such as "tcp/22", with a "+" after it when it is a far one; "" for every
// service.
func (d Door) String() string {
	if d == (Door{}) {
		return ""
	}
	name := doorProtos[d.Proto]
	if name == "" {
		name = strconv.Itoa(int(d.Proto))
	}
	far := ""
	if d.Far {
		far = "+"
	}
	return fmt.Sprintf("%s/%d%s", name, d.Port, far)
}

// ParseDoor reads what String writes. CodeInvalid for anything else.
func ParseDoor(s string) (Door, error) {
	if s == "" {
		return Door{}, nil
	}
	word, far := strings.CutSuffix(s, "+")
	name, port, ok := strings.Cut(word, "/")
	d := Door{Far: far}
	p, err := strconv.ParseUint(port, 10, 16)
	for proto, n := range doorProtos {
		if n == name {
			d.Proto = proto
		}
	}
	if d.Proto == 0 {
		n, bad := strconv.ParseUint(name, 10, 8)
		ok = ok && bad == nil && n > 0
		d.Proto = uint8(n)
	}
	if d.Port = uint16(p); !ok || err != nil || d.String() != s {
		return Door{}, &Error{Code: CodeInvalid, Place: s, What: "not a door", Remedy: "such as tcp/22 or udp/5060"}
	}
	return d, nil
}

// DoorOf is the door of a finding: the site's own when it came from outside, else the far end's.
func (f Finding) DoorOf() Door {
	d := Door{Port: f.Port, Far: f.Direction == Out}
	for proto, n := range doorProtos {
		if n == f.Proto {
			d.Proto = proto
		}
	}
	if d.Proto == 0 {
		n, err := strconv.ParseUint(f.Proto, 10, 8)
		if err != nil {
			return Door{}
		}
		d.Proto = uint8(n)
	}
	return d
}

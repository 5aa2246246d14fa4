package abri

// Pressure is how something presses on a machine of the site: from outside, and in no conversation in which it has spoken.
type Pressure string

// The pressures. Each has bars of its own (package siege), and each is measured by the gate.
const (
	Openings  Pressure = "openings"  // connections that are asked for
	Datagrams Pressure = "datagrams" // UDP, and whatever is not TCP or ICMP
	Echoes    Pressure = "echoes"    // ICMP
	Fragments Pressure = "fragments" // parts of packets
	Strays    Pressure = "strays"    // segments of TCP of no connection, and such as no machine sends
	Queries   Pressure = "queries"   // to a name server
	Answers   Pressure = "answers"   // that nobody asked for
)

// Pressures lists every pressure. Do not write to it.
var Pressures = []Pressure{Openings, Datagrams, Echoes, Fragments, Strays, Queries, Answers}

// Valid reports whether p is one of Pressures.
func (p Pressure) Valid() bool {
	for _, x := range Pressures {
		if x == p {
			return true
		}
	}
	return false
}

// Kind is what too much of it is.
func (p Pressure) Kind() Kind {
	if p == Answers {
		return Amplification
	}
	return Flood
}

// Proto is the protocol that it comes by, as Finding.Proto has it; "" where it may be any.
func (p Pressure) Proto() string {
	switch p {
	case Openings, Strays:
		return "tcp"
	case Datagrams, Queries:
		return "udp"
	case Echoes:
		return "icmp"
	}
	return ""
}

package sip

import (
	"bytes"
	"net/netip"
)

// mostMedia is how many streams of one description are read: a meeting by video with slides has three.
const mostMedia = 8

// Media gives where the sender of a session description (SDP, RFC 8866) wants to hear each stream: voice, pictures, fax (T.38
// over UDP). What is refused (port 0) or held to no address is not given. Names are not looked up.
func (m *Message) Media(yield func(netip.AddrPort)) {
	var session netip.Addr
	var ports [mostMedia]uint16
	var at [mostMedia]netip.Addr
	n, rest := 0, m.Body
	for len(rest) > 0 {
		var line []byte
		line, rest = cutLine(rest)
		switch {
		case bytes.HasPrefix(line, []byte("c=IN IP")):
			a := addressOf(line[len("c=IN IP"):])
			if n == 0 {
				session = a
			} else {
				at[n-1] = a
			}
		case bytes.HasPrefix(line, []byte("m=")) && n < mostMedia:
			_, after, _ := bytes.Cut(line, []byte(" "))
			port, _ := digits(until(after, " /"))
			ports[n], at[n] = uint16(min(port, 65535)), netip.Addr{}
			n++
		}
	}
	for i := range n {
		if !at[i].IsValid() {
			at[i] = session
		}
		if at[i].IsValid() && !at[i].IsUnspecified() && ports[i] != 0 {
			yield(netip.AddrPortFrom(at[i], ports[i]))
		}
	}
}

// addressOf reads what follows "c=IN IP": the family, and an address, perhaps with a time to live.
func addressOf(b []byte) netip.Addr {
	if len(b) < 3 || len(b) > 60 || b[1] != ' ' {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(string(until(b[2:], "/ ")))
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

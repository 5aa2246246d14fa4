package flow

import (
	"net/netip"

	"abri.example/abri"
)

// Home is the networks on our side of the box. An empty Home is all private addresses (see private). It serves only
// where packets do not say which port they entered by; a live box goes by its ports.
type Home []netip.Prefix

// Contains reports whether a is at home.
func (n Home) Contains(a netip.Addr) bool {
	if len(n) == 0 {
		return private(a)
	}
	for _, p := range n {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

var (
	carrierNAT = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598
	broadcast  = netip.AddrFrom4([4]byte{255, 255, 255, 255})
)

// private reports whether a is of a network that the Internet does not route: RFC 1918, RFC 4193, RFC 6598,
// link-local or loopback.
func private(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsLoopback() || carrierNAT.Contains(a)
}

// near reports whether a far end is no Internet address, so that the conversation is of the local network.
func near(a netip.Addr) bool {
	return private(a) || a.IsMulticast() || a.IsUnspecified() || a == broadcast
}

// place sets which end is outside, and the direction. The side is the client's port of the box. Where it is not known
// the end at home is inside, and where both or neither are, the one contacted.
func (f *Flow) place(side abri.Side, home Home) {
	client, server := f.Client.Addr(), f.Server.Addr()
	within := false
	switch side {
	case abri.Inside:
		within = true
	case abri.SideUnknown:
		within = home.Contains(client) && !home.Contains(server)
		f.Guessed = !home.Contains(client) && !home.Contains(server)
	}
	f.Outside, f.Inside, f.Direction = client, server, abri.In
	if within {
		f.Outside, f.Inside, f.Direction = server, client, abri.Out
	}
	if near(f.Outside) || side == abri.SideUnknown && home.Contains(f.Outside) {
		f.Direction = abri.LAN
	}
}

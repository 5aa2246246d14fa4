// Package device knows who is who on the inside: the devices of a site, their addresses, and the names by which people
// know them ("SECRETARIAT-2").
//
//	packets → evidence (ARP, neighbour discovery, DHCP, mDNS, NetBIOS, the frames themselves) → Book
//
// A Book listens only, and asks nobody. What it knows never leaves the box. It is bounded, whatever is forged inside; what
// comes from the outside port moves no device of the inside. Time is an argument: no clock, disk, network or randomness.
// Imports: the root, packet, names/dns (for mDNS) and the table of makers.
package device

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/device/maker"
)

// Source says what gave a device its name.
type Source string

// The sources of names, the weakest first: a name is replaced by one of the same source or of a stronger one.
const (
	Nobody  Source = ""
	MDNS    Source = "mdns"    // RFC 6762
	NetBIOS Source = "netbios" // RFC 1002
	DHCP    Source = "dhcp"    // RFC 2132 option 12, RFC 4702, RFC 4704
)

// Device is one machine of the site. MAC is zero for one behind a router inside, which is known by its address alone.
// Addresses are those it was last seen with, the latest first, MaxAddresses at the most. Side is the port of the box it was
// seen by: Outside is what stands between box and router, such as Wi-Fi and telephones.
type Device struct {
	MAC       MAC
	Addresses []netip.Addr
	Name      string
	NamedBy   Source
	Side      abri.Side
	First     time.Time
	Last      time.Time
}

// Maker is who made its network card, "" where nobody can tell.
func (d Device) Maker() string {
	if d.MAC.IsZero() {
		return ""
	}
	return maker.Of(d.MAC)
}

// Called is what people call it: its name, else its maker with the end of its hardware address, else its address.
func (d Device) Called() string {
	made := d.Maker()
	switch {
	case d.Name != "":
		return d.Name
	case made != "":
		return made + " " + d.MAC.String()[9:]
	case !d.MAC.IsZero():
		return d.MAC.String()
	case len(d.Addresses) > 0:
		return d.Addresses[0].String()
	}
	return ""
}

// Holds reports whether it was last seen with the address.
func (d Device) Holds(a netip.Addr) bool {
	for _, x := range d.Addresses {
		if x == a {
			return true
		}
	}
	return false
}

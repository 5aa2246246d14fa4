package order

import (
	"fmt"
	"net"
	"net/netip"
)

// Isolation is which devices of the site a person isolated, all of them: by address, and by the address of their card
// ("00:11:22:33:44:55"), which stays when the device takes another address. Repairs is what they may still reach beside
// the box itself.
type Isolation struct {
	Addresses []netip.Addr `json:"addresses"`
	Cards     []string     `json:"cards"`
	Repairs   []Repair     `json:"repairs"`
}

// Repair is a prefix that an isolated device may reach: at one port, or at all when Port is 0.
type Repair struct {
	Prefix netip.Prefix `json:"prefix"`
	Port   uint16       `json:"port,omitempty"`
}

// mostIsolated bounds an Isolation: more devices than this are not a few sick ones, but the site.
const mostIsolated = 1024

// Check refuses what names no device: a group of machines, nobody, a card that is none, a repair that is as wide as the
// Internet.
func (i Isolation) Check() error {
	if len(i.Addresses)+len(i.Cards) > mostIsolated || len(i.Repairs) > mostIsolated {
		return refuse("more than 1,024 isolated devices, or repairs", "take the cable out instead")
	}
	for _, a := range i.Addresses {
		if !a.IsValid() || a.Is4In6() || a.Zone() != "" || a.IsMulticast() || a.IsUnspecified() || a.IsLoopback() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
			return refuse(fmt.Sprintf("the address %s of a device", a), "one device's own, such as 192.168.1.23")
		}
	}
	for _, c := range i.Cards {
		if mac, err := net.ParseMAC(c); err != nil || len(mac) != 6 || mac[0]&1 != 0 || c != mac.String() {
			return refuse(fmt.Sprintf("the card %q of a device", c), "one card's own, such as 00:11:22:33:44:55")
		}
	}
	for _, r := range i.Repairs {
		if !r.Prefix.IsValid() || r.Prefix != r.Prefix.Masked() || r.Prefix.Addr().Is4In6() || TooWide(r.Prefix) {
			return refuse(fmt.Sprintf("%s as what repairs need", r.Prefix), "an address or CIDR of at most a /8 (/19 of IPv6)")
		}
	}
	return nil
}

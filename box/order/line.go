package order

import (
	"fmt"
	"net/netip"
)

// Line is what the kernel is to know of the site's telephone, all of it: the operator's servers, the devices of the site that
// telephone, and the doors at which SIP was heard elsewhere than on its usual ports. By Hold what a device of the site says
// by SIP over TCP waits, in protect, until the reader has read it: calls are being refused.
type Line struct {
	Operators []netip.Prefix `json:"operators,omitempty"`
	Devices   []netip.Addr   `json:"devices,omitempty"`
	Books     []Book         `json:"books,omitempty"`
	Hold      bool           `json:"hold,omitempty"`
}

// Book is one door at which SIP was heard.
type Book struct {
	At    netip.AddrPort `json:"at"`
	Proto uint8          `json:"proto"`
}

// MostLine bounds the operators with the devices, and the doors: what the gate has room for.
const MostLine = 1024

// Check refuses what would open a gate that fails closed to more than a telephone operator, and what is no door.
func (l Line) Check() error {
	if len(l.Operators)+len(l.Devices) > MostLine || len(l.Books) > MostLine {
		return refuse("more of a telephone line than the gate has room for", fmt.Sprintf("at most %d operators and devices, and %d doors", MostLine, MostLine))
	}
	for _, p := range l.Operators {
		if !p.IsValid() || p != p.Masked() || p.Addr().Is4In6() || TooWide(p) {
			return refuse(fmt.Sprintf("%s as the telephone operator's", p), "an address or CIDR of at most a /8 (/19 of IPv6)")
		}
	}
	for _, a := range l.Devices {
		if v, is := Vital(Host(a)); !a.IsValid() || a.Is4In6() || a.Zone() != "" || is {
			return refuse(fmt.Sprintf("%s as a telephone", a), fmt.Sprintf("the address of one device, not of %q", v))
		}
	}
	for _, b := range l.Books {
		c := Conversation{Client: b.At, Server: b.At, Proto: b.Proto}
		if err := c.Check(); err != nil {
			return err
		}
	}
	return nil
}

// Line has the kernel know exactly this of the telephone from now on.
func (c *Caller) Line(l Line) error { return c.send(WordLine, l) }

package order

import (
	"fmt"
	"net/netip"
	"time"

	abri "abri.example/abri"
)

// Choice is what is decided of an address or prefix.
type Choice string

// Ban drops it whatever the lists say; Exempt keeps lists from it; Trust lets all of it pass.
const (
	Ban    Choice = "ban"
	Exempt Choice = "exempt"
	Trust  Choice = "trust"
)

// Decision is a choice for a prefix. For is how long it still holds; 0 is for ever. A ban with a Door stops the prefix, one
// address or an IPv6 /64, at that door only.
type Decision struct {
	Choice Choice        `json:"choice"`
	Prefix netip.Prefix  `json:"prefix"`
	Door   abri.Door     `json:"door,omitzero"`
	For    time.Duration `json:"for,omitempty"`
}

// Check refuses what no box should be told: an unknown choice, a prefix that is not one, a negative time, a prefix that
// is TooWide, a ban of what no network can do without (see Vital).
func (d Decision) Check() error {
	if err := d.form(); err != nil {
		return err
	}
	if TooWide(d.Prefix) {
		return refuse(fmt.Sprintf("%s for %s is too wide", d.Choice.said(), d.Prefix), "at most a /8, or a /19 of IPv6")
	}
	if v, is := Vital(d.Prefix); is && d.Choice == Ban {
		return refuse(fmt.Sprintf("a ban for %s", d.Prefix), fmt.Sprintf("it holds addresses of %s, which no network can do without", v))
	}
	return nil
}

func refuse(what, remedy string) error {
	return &abri.Error{Code: abri.CodeInvalid, What: what, Remedy: remedy}
}

// form refuses what is no decision. It is all that is asked of one that is taken back, which an earlier version may have
// allowed.
func (d Decision) form() error {
	switch d.Choice {
	case Ban, Exempt, Trust:
	default:
		return refuse(fmt.Sprintf("choice %q", d.Choice), "ban, exempt or trust")
	}
	if !d.Prefix.IsValid() || d.Prefix != d.Prefix.Masked() || d.Prefix.Addr().Is4In6() {
		return refuse(fmt.Sprintf("prefix %s", d.Prefix), "an address or CIDR without host bits, such as 203.0.113.0/24")
	}
	if d.Door != (abri.Door{}) {
		if narrow := d.Prefix.IsSingleIP() || d.Prefix.Addr().Is6() && d.Prefix.Bits() == 64; d.Choice != Ban || !narrow || d.Door.Proto == 0 {
			return refuse(fmt.Sprintf("%s of %s at the door %s", d.Choice.said(), d.Prefix, d.Door), "a ban of one address, or of an IPv6 /64, at the door of a protocol")
		}
	}
	if d.For < 0 {
		return refuse(fmt.Sprintf("duration %s", d.For), "zero for ever, or a positive time")
	}
	return nil
}

// Warning is a sentence for who decides what is allowed and probably not meant, "" for nothing to say: a release or a
// trust wider than a /24, or than a /56 of IPv6.
func (d Decision) Warning() string {
	wide := d.Prefix.Addr().Is4() && d.Prefix.Bits() < 24 || d.Prefix.Addr().Is6() && d.Prefix.Bits() < 56
	if d.Choice == Ban || !wide {
		return ""
	}
	return fmt.Sprintf("%s is wide: whoever of it is on a list passes too; `abri forget %s` takes it back", d.Prefix, d.Prefix)
}

func (c Choice) said() string {
	switch c {
	case Ban:
		return "a ban"
	case Exempt:
		return "a release"
	}
	return "trust"
}

// private6 are the addresses of IPv6 that a site gives itself (RFC 4193): as many as there are, they are its own.
var private6 = netip.MustParsePrefix("fc00::/7")

// TooWide reports whether no person can mean all of p: it is wider than the widest networks that are given to one
// provider, a /8 of IPv4 or a /19 of IPv6, and not a site's own.
func TooWide(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() < 8
	}
	return p.Bits() < 19 && !(private6.Contains(p.Addr()) && p.Bits() >= private6.Bits())
}

// vital are ranges of which a ban hurts the network itself: those who ask for an address (DHCP) have none yet and speak
// to all; neighbours find each other by multicast and link-local addresses (RFC 4861, RFC 6890).
var vital = []struct {
	name   string
	prefix netip.Prefix
}{
	{"nobody yet", netip.MustParsePrefix("0.0.0.0/32")},
	{"this machine", netip.MustParsePrefix("127.0.0.0/8")},
	{"multicast", netip.MustParsePrefix("224.0.0.0/4")},
	{"everybody", netip.MustParsePrefix("255.255.255.255/32")},
	{"nobody yet", netip.MustParsePrefix("::/128")},
	{"this machine", netip.MustParsePrefix("::1/128")},
	{"neighbours", netip.MustParsePrefix("fe80::/10")},
	{"multicast", netip.MustParsePrefix("ff00::/8")},
}

// Vital names what of p no network can do without.
func Vital(p netip.Prefix) (name string, is bool) {
	for _, v := range vital {
		if v.prefix.Overlaps(p) {
			return v.name, true
		}
	}
	return "", false
}

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

// Decision is a choice for a prefix. For is how long it still holds; 0 is for ever.
type Decision struct {
	Choice Choice        `json:"choice"`
	Prefix netip.Prefix  `json:"prefix"`
	For    time.Duration `json:"for,omitempty"`
}

// Check refuses what no box should be told: an unknown choice, a prefix that is not one, a negative time, a ban wider
// than /8 (IPv4) or /19 (IPv6).
func (d Decision) Check() error {
	refuse := func(what, remedy string) error {
		return &abri.Error{Code: abri.CodeInvalid, What: what, Remedy: remedy}
	}
	switch d.Choice {
	case Ban, Exempt, Trust:
	default:
		return refuse(fmt.Sprintf("choice %q", d.Choice), "ban, exempt or trust")
	}
	if !d.Prefix.IsValid() || d.Prefix != d.Prefix.Masked() || d.Prefix.Addr().Is4In6() {
		return refuse(fmt.Sprintf("prefix %s", d.Prefix), "an address or CIDR without host bits, such as 203.0.113.0/24")
	}
	if d.For < 0 {
		return refuse(fmt.Sprintf("duration %s", d.For), "zero for ever, or a positive time")
	}
	narrowest := 8
	if d.Prefix.Addr().Is6() {
		narrowest = 19
	}
	if d.Choice == Ban && d.Prefix.Bits() < narrowest {
		return refuse(fmt.Sprintf("a ban of %s", d.Prefix), fmt.Sprintf("ban at most a /%d", narrowest))
	}
	return nil
}

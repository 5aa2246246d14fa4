package fleet

import (
	"net/netip"
	"time"

	"abri.example/abri"
)

// Answer says that a report is kept: it stands on the observatory's disk. Now is the observatory's clock, Orders the
// number of the site's latest order.
type Answer struct {
	Seq    uint64    `json:"seq"`
	Now    time.Time `json:"now"`
	Orders uint64    `json:"orders"`
}

// Verb is what an order asks of a box. There is one: whatever would disarm a box is not in the language.
type Verb string

// VerbRelease lets an address pass: lists don't apply to it.
const VerbRelease Verb = "release"

// The widest release that a box takes from afar, and the longest.
const (
	WidestRelease4 = 24
	WidestRelease6 = 56
	LongestRelease = 90 * 24 * time.Hour
)

// Order is what a person asks of a site's boxes, by way of the observatory. Numbers grow by one at each site.
type Order struct {
	Number uint64       `json:"number"`
	Verb   Verb         `json:"verb"`
	Prefix netip.Prefix `json:"prefix"`
	Until  time.Time    `json:"until"`
	By     string       `json:"by"`
}

// Check refuses an order that a box does not take from afar, so that a stolen observatory cannot disarm it.
func (o Order) Check(now time.Time) error {
	bits := WidestRelease4
	if o.Prefix.Addr().Is6() {
		bits = WidestRelease6
	}
	switch {
	case o.Verb != VerbRelease:
		return Refuse(ReasonMalformed, "an order that is not known")
	case !o.Prefix.IsValid() || o.Prefix != o.Prefix.Masked() || o.Prefix.Bits() < bits:
		return Refuse(ReasonMalformed, "a release from afar is of a /24 or a /56 at the most")
	case o.Until.IsZero() || o.Until.Sub(now) > LongestRelease:
		return Refuse(ReasonMalformed, "a release from afar lasts 90 days at the most")
	case len(o.By) > 128:
		return Refuse(ReasonMalformed, "who asks has a short name")
	}
	return nil
}

// ParsePrefix reads what an order is about: an address, which is a network of itself, or a network in its own form.
// CodeInvalid for anything else.
func ParsePrefix(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || p != p.Masked() {
		return p, &abri.Error{Code: abri.CodeInvalid, Place: s, What: "not an address or a network", Remedy: "such as 51.75.1.9 or 203.0.113.0/24"}
	}
	return p, nil
}

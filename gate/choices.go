package gate

import (
	"net/netip"
	"sync/atomic"

	"abri.example/abri"
)

func (g *Gate) trusted() set {
	return set{m: g.maps.Trusted, n: &g.control.at.Trusted, what: "trusted"}
}
func (g *Gate) exempt() set { return set{m: g.maps.Exempt, n: &g.control.at.Exempt, what: "exempt"} }

// Trust lets everything from and to p pass, whatever the lists and bans say, until a time of Monotonic (0: for ever).
// At most 16,384 prefixes. An entry that has ended hides a wider one until the next Purge.
func (g *Gate) Trust(p netip.Prefix, until int64) error { return g.choose(g.trusted, p, until) }

// Untrust ends a Trust of exactly p; CodeNotFound when there is none.
func (g *Gate) Untrust(p netip.Prefix) error { return g.unchoose(g.trusted, p) }

// Trusted lists the trusted prefixes.
func (g *Gate) Trusted() ([]Entry, error) { return g.chosen(g.trusted) }

// Exempt releases p from the lists, until a time of Monotonic (0: for ever): bans still apply, and so do lists to the
// other end of a packet. At most 16,384 prefixes. An entry that has ended hides a wider one until the next Purge.
func (g *Gate) Exempt(p netip.Prefix, until int64) error { return g.choose(g.exempt, p, until) }

// Unexempt ends an Exempt of exactly p; CodeNotFound when there is none.
func (g *Gate) Unexempt(p netip.Prefix) error { return g.unchoose(g.exempt, p) }

// Exempted lists the released prefixes.
func (g *Gate) Exempted() ([]Entry, error) { return g.chosen(g.exempt) }

func (g *Gate) choose(of func() set, p netip.Prefix, until int64) error {
	return g.change(p, func(p netip.Prefix) error { return of().put(netKey(p), uint64(until)) })
}

func (g *Gate) unchoose(of func() set, p netip.Prefix) error {
	return g.change(p, func(p netip.Prefix) error { return of().remove(netKey(p)) })
}

// change has do change what stands for a prefix, in its plain form, with the sets held.
func (g *Gate) change(p netip.Prefix, do func(netip.Prefix) error) error {
	p, err := plain(p)
	if err != nil {
		return err
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	return do(p)
}

func (g *Gate) chosen(of func() set) ([]Entry, error) {
	release, err := g.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	return of().nets()
}

// Own replaces the set of the box's own addresses, to which nothing new may come from outside. At most 1,024.
func (g *Gate) Own(addrs []netip.Addr) error {
	return g.replaceAddresses(addrs, func() set { return set{m: g.maps.Own, n: &g.control.at.Own, what: "own"} })
}

// replaceAddresses makes a set of addresses hold these and no others.
func (g *Gate) replaceAddresses(addrs []netip.Addr, of func() set) error {
	want := map[wire]bool{}
	for _, a := range addrs {
		if !a.IsValid() {
			return &abri.Error{Code: abri.CodeInvalid, Place: "addresses", What: "not an address"}
		}
		want[wireOf(a.WithZone(""))] = true
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	s := of()
	have, err := s.addresses()
	if err != nil {
		return s.failed(err)
	}
	for _, key := range have {
		if !want[key] {
			if err := s.remove(key); err != nil {
				return err
			}
		}
		delete(want, key)
	}
	for key := range want {
		atomic.AddUint32(s.n, 1)
		if err := s.m.Put(key, uint8(1)); err != nil {
			atomic.AddUint32(s.n, ^uint32(0))
			return s.failed(err)
		}
	}
	return nil
}

// addresses lists a set of addresses.
func (s set) addresses() ([]wire, error) {
	var keys []wire
	var key wire
	var one uint8
	each := s.m.Iterate()
	for each.Next(&key, &one) {
		keys = append(keys, key)
	}
	return keys, each.Err()
}

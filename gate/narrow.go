package gate

import (
	"net/netip"
	"sync/atomic"

	"abri.example/abri"
)

// NarrowEntry is a ban at one door.
type NarrowEntry struct {
	Entry
	Door abri.Door
}

func (g *Gate) narrowBans() set {
	return set{m: g.maps.NarrowBans, n: &g.control.at.Narrow, what: "bans by source and service", filter: g.narrow}
}

func narrowKey(p netip.Prefix, d abri.Door) (kernelNarrowKey, error) {
	if !p.IsSingleIP() && !(p.Addr().Is6() && p.Bits() == 64) {
		return kernelNarrowKey{}, &abri.Error{Code: abri.CodeInvalid, Place: p.String(), What: "a ban at one door is of one address, or of an IPv6 /64", Remedy: "ban the prefix as a whole"}
	}
	w := wireOf(p.Addr())
	k := kernelNarrowKey{Bits: 128, Port: d.Port, Proto: d.Proto, Far: uint8(flag(d.Far))}
	if !p.IsSingleIP() {
		k.Bits = 64
	}
	k.Addr.Hi, k.Addr.Lo = w.Hi, w.Lo
	return k, nil
}

func (k kernelNarrowKey) entry(until uint64) NarrowEntry {
	p := kernelBanKey{Bits: k.Bits}
	p.Addr = k.Addr
	return NarrowEntry{Entry{p.prefix(), int64(until)}, abri.Door{Proto: k.Proto, Port: k.Port, Far: k.Far != 0}}
}

// BanAt stops what goes between p, one address or an IPv6 /64, and one door, until a time of Monotonic (0: for ever), or
// changes the end of its ban. All else of p passes. Whole packets only say their door: a later fragment, which leads to
// nothing without its first, passes. At most 65,536; beyond that it is CodeFull.
func (g *Gate) BanAt(p netip.Prefix, d abri.Door, until int64) error {
	return g.change(p, func(p netip.Prefix) error {
		key, err := narrowKey(p, d)
		if err != nil {
			return err
		}
		err = g.narrowBans().put(key, until)
		if abri.CodeOf(err) != abri.CodeFull {
			return err
		}
		if err := g.purgeNarrow(Monotonic()); err != nil {
			return err
		}
		return g.narrowBans().put(key, until)
	})
}

// UnbanAt ends the ban of exactly p at the door; CodeNotFound when there is none.
func (g *Gate) UnbanAt(p netip.Prefix, d abri.Door) error {
	return g.change(p, func(p netip.Prefix) error {
		key, err := narrowKey(p, d)
		if err != nil {
			return err
		}
		return g.narrowBans().remove(key)
	})
}

// NarrowBans lists the bans at one door, those that have ended since the last Purge among them.
func (g *Gate) NarrowBans() ([]NarrowEntry, error) {
	release, err := g.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	return g.allNarrow()
}

func (g *Gate) allNarrow() ([]NarrowEntry, error) {
	var all []NarrowEntry
	var key kernelNarrowKey
	var until uint64
	each := g.maps.NarrowBans.Iterate()
	for each.Next(&key, &until) {
		all = append(all, key.entry(until))
	}
	return all, g.narrowBans().failed(each.Err())
}

func (g *Gate) purgeNarrow(now int64) error {
	all, err := g.allNarrow()
	if err != nil {
		return err
	}
	for _, e := range all {
		key, err := narrowKey(e.Prefix, e.Door)
		if err != nil {
			return err
		}
		if err := g.narrowBans().purge([]Entry{e.Entry}, now, func(netip.Prefix) any { return key }); err != nil {
			return err
		}
	}
	return nil
}

// recountNarrow sets count and filter of a taken-over gate.
func (g *Gate) recountNarrow() error {
	all, err := g.allNarrow()
	if err != nil {
		return err
	}
	var keys []filtered
	for _, e := range all {
		key, err := narrowKey(e.Prefix, e.Door)
		if err != nil {
			return err
		}
		keys = append(keys, key)
	}
	g.narrow.fill(keys)
	atomic.StoreUint32(&g.control.at.Narrow, uint32(len(keys)))
	return nil
}

package gate

import (
	"errors"
	"net/netip"
	"sync/atomic"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// A ban of one address, or of an IPv6 /64, which is what one customer has, lies in a hash; any other prefix in a trie.
func (g *Gate) bansOf(p netip.Prefix) (set, any) {
	c := g.control.at
	switch {
	case p.IsSingleIP():
		return set{g.maps.Bans, &c.Bans, "bans", g.filter}, banKey(p)
	case p.Addr().Is6() && p.Bits() == 64:
		return set{g.maps.Bans, &c.Bans64, "bans", g.filter}, banKey(p)
	}
	return set{m: g.maps.BanNets, n: &c.BanNets, what: "banned prefixes"}, netKey(p)
}

func banKey(p netip.Prefix) kernelBanKey {
	w, bits := wireOf(p.Addr()), uint32(128)
	if !p.IsSingleIP() {
		bits = uint32(p.Bits())
	}
	k := kernelBanKey{Bits: bits}
	k.Addr.Hi, k.Addr.Lo = w.Hi, w.Lo
	return k
}

func (k kernelBanKey) prefix() netip.Prefix {
	a := wire{k.Addr.Hi, k.Addr.Lo}.addr()
	if k.Bits == 128 {
		return netip.PrefixFrom(a, a.BitLen())
	}
	return netip.PrefixFrom(a, int(k.Bits))
}

// Ban stops everything from and to p until a time of Monotonic (0: for ever), or changes the end of its ban. It takes
// effect with the next packet. At most 65,536 addresses and /64s and 16,384 other prefixes; what has ended makes room,
// and beyond that it is CodeFull: a real ban is never pushed out by a new one.
func (g *Gate) Ban(p netip.Prefix, until int64) error {
	return g.change(p, func(p netip.Prefix) error {
		s, key := g.bansOf(p)
		err := s.put(key, uint64(until))
		if abri.CodeOf(err) != abri.CodeFull {
			return err
		}
		if err := g.purgeBans(Monotonic()); err != nil {
			return err
		}
		return s.put(key, uint64(until))
	})
}

// Unban ends the ban of exactly p; CodeNotFound when there is none.
func (g *Gate) Unban(p netip.Prefix) error {
	return g.change(p, func(p netip.Prefix) error {
		s, key := g.bansOf(p)
		return s.remove(key)
	})
}

// Bans lists the bans, those that have ended since the last Purge among them.
func (g *Gate) Bans() ([]Entry, error) {
	release, err := g.hold()
	if err != nil {
		return nil, err
	}
	defer release()
	return g.allBans()
}

func (g *Gate) allBans() ([]Entry, error) {
	all, err := set{m: g.maps.BanNets, what: "banned prefixes"}.nets()
	if err != nil {
		return nil, err
	}
	var key kernelBanKey
	var until uint64
	each := g.maps.Bans.Iterate()
	for each.Next(&key, &until) {
		all = append(all, Entry{key.prefix(), int64(until)})
	}
	return all, set{m: g.maps.Bans, what: "bans"}.failed(each.Err())
}

func (g *Gate) purgeBans(now int64) error {
	all, err := g.allBans()
	if err != nil {
		return err
	}
	for _, e := range all {
		s, key := g.bansOf(e.Prefix)
		if err := s.purge([]Entry{e}, now, func(netip.Prefix) any { return key }); err != nil {
			return err
		}
	}
	return nil
}

// Purge removes the bans, blocks and choices that have ended by now, a time of Monotonic. The kernel no longer heeds them, but
// an ended prefix hides a wider one; so the agent purges every few seconds.
func (g *Gate) Purge(now int64) error {
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	for _, s := range []set{g.trusted(), g.exempt()} {
		all, err := s.nets()
		if err != nil {
			return err
		}
		if err := s.purge(all, now, func(p netip.Prefix) any { return netKey(p) }); err != nil {
			return err
		}
	}
	if err := g.purgeNarrow(now); err != nil {
		return err
	}
	g.blocking.Lock()
	err = g.purgeBlocks(now)
	g.blocking.Unlock()
	if err != nil {
		return err
	}
	if err := g.purgeCrowds(now); err != nil {
		return err
	}
	return g.purgeBans(now)
}

// recount sets the counts of a taken-over gate from what its sets hold.
func (g *Gate) recount() error {
	c := g.control.at
	for n, m := range map[*uint32]*ebpf.Map{&c.Trusted: g.maps.Trusted, &c.Exempt: g.maps.Exempt, &c.BanNets: g.maps.BanNets} {
		all, err := set{m: m, what: "sets"}.nets()
		if err != nil {
			return err
		}
		atomic.StoreUint32(n, uint32(len(all)))
	}
	all, err := g.allBans()
	if err != nil {
		return err
	}
	var hosts, nets64 uint32
	var keys []filtered
	for _, e := range all {
		_, key := g.bansOf(e.Prefix)
		if k, hashed := key.(kernelBanKey); hashed {
			keys = append(keys, k)
		}
		if e.Prefix.IsSingleIP() {
			hosts++
		} else if e.Prefix.Addr().Is6() && e.Prefix.Bits() == 64 {
			nets64++
		}
	}
	g.filter.fill(keys)
	if err := g.recountNarrow(); err != nil {
		return err
	}
	if err := errors.Join(g.recountIsolated(), g.recountLine()); err != nil {
		return err
	}
	atomic.StoreUint32(&c.Bans, hosts)
	atomic.StoreUint32(&c.Bans64, nets64)
	blocks, err := g.allBlocks()
	if err != nil {
		return err
	}
	atomic.StoreUint32(&c.Blocks, uint32(len(blocks)))
	for n, m := range map[*uint32]*ebpf.Map{&c.Own: g.maps.Own, &c.Servers: g.maps.Servers} {
		all, err := set{m: m, what: "addresses"}.addresses()
		if err != nil {
			return err
		}
		atomic.StoreUint32(n, uint32(len(all)))
	}
	crowds, err := g.allCrowds()
	atomic.StoreUint32(&c.Crowds, uint32(len(crowds)))
	return err
}

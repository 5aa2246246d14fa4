package gate

import (
	"net/netip"

	"abri.example/abri"
)

func (g *Gate) crowds() set {
	return set{m: g.maps.Crowds, n: &g.control.at.Crowds, what: "crowds"}
}

// Crowd holds back further connections of a source (an address of IPv4, a /64 of IPv6) or of its network (/24, /48) until a
// time of Monotonic, or longer where that was said before. Those that it has go on. At most 4,096 at once; CodeInvalid for a prefix of another length.
func (g *Gate) Crowd(p netip.Prefix, until int64) error {
	var key kernelBanKey
	switch v4 := p.Addr().Is4(); {
	case v4 && p.Bits() == 32, !v4 && p.Bits() == 64:
		key.Bits = crowdSource
	case v4 && p.Bits() == 24, !v4 && p.Bits() == 48:
		key.Bits = crowdNet
	default:
		return &abri.Error{Code: abri.CodeInvalid, Place: p.String(), What: "neither a source nor its network", Remedy: "an IPv4 address or /24, an IPv6 /64 or /48"}
	}
	a := wireOf(p.Masked().Addr())
	key.Addr.Hi, key.Addr.Lo = a.Hi, a.Lo
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	var before uint64
	if err := g.maps.Crowds.Lookup(&key, &before); err == nil && int64(before) >= until {
		return nil
	}
	return g.crowds().put(key, until)
}

// What a key of the crowds stands for: is_crowd of kernel/flood.h.
const (
	crowdSource = 1
	crowdNet    = 2
)

// purgeCrowds forgets the crowds that have ended.
func (g *Gate) purgeCrowds(now int64) error {
	all, err := g.allCrowds()
	if err != nil {
		return err
	}
	for key, until := range all {
		if until > now {
			continue
		}
		if err := g.crowds().remove(key); err != nil && abri.CodeOf(err) != abri.CodeNotFound {
			return err
		}
	}
	return nil
}

func (g *Gate) allCrowds() (map[kernelBanKey]int64, error) {
	all := map[kernelBanKey]int64{}
	var key kernelBanKey
	var until uint64
	each := g.maps.Crowds.Iterate()
	for each.Next(&key, &until) {
		all[key] = int64(until)
	}
	return all, g.crowds().failed(each.Err())
}

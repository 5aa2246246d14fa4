package feed

import "net/netip"

// span is a stretch of addresses of one family, both ends included: what one line of a list names.
type span struct{ first, last netip.Addr }

// spanOf is the stretch that a prefix without host bits covers.
func spanOf(p netip.Prefix) span { return span{p.Addr(), lastOf(p)} }

// lastOf is the highest address of p.
func lastOf(p netip.Prefix) netip.Addr {
	if p.Addr().Is4() {
		b := p.Addr().As4()
		fillOnes(b[:], p.Bits())
		return netip.AddrFrom4(b)
	}
	b := p.Addr().As16()
	fillOnes(b[:], p.Bits())
	return netip.AddrFrom16(b)
}

// fillOnes sets every bit of b from the given one on.
func fillOnes(b []byte, from int) {
	if from%8 != 0 {
		b[from/8] |= 0xff >> (from % 8)
		from += 8 - from%8
	}
	for i := from / 8; i < len(b); i++ {
		b[i] = 0xff
	}
}

// prefixes gives the fewest prefixes that cover exactly s, in order: at most 62 for IPv4 and 254 for IPv6. It stops
// when yield returns false.
func (s span) prefixes(yield func(netip.Prefix) bool) {
	if s.first == s.last { // most lines of most lists
		yield(netip.PrefixFrom(s.first, s.first.BitLen()))
		return
	}
	for at := s.first; ; {
		p, last := s.widestFrom(at)
		if !yield(p) || last == s.last {
			return
		}
		at = last.Next()
	}
}

// widestFrom is the widest prefix that begins at the given address and ends within s, with its last address.
func (s span) widestFrom(at netip.Addr) (netip.Prefix, netip.Addr) {
	best, last := netip.PrefixFrom(at, at.BitLen()), at
	for bits := at.BitLen() - 1; bits >= 0; bits-- {
		wider := netip.PrefixFrom(at, bits)
		end := lastOf(wider)
		if wider.Masked().Addr() != at || s.last.Less(end) {
			break
		}
		best, last = wider, end
	}
	return best, last
}

// The widest entry of a list, as prefix lengths. A /8 is the largest block ever given to one holder; /19 is the widest
// IPv6 allocation. Anything wider is a mistake that would cut a site off from a share of the Internet.
const (
	widest4 = 8
	widest6 = 19
)

// tooWide reports whether s holds more addresses than the widest entry allowed.
func (s span) tooWide() bool {
	if s.first == s.last {
		return false
	}
	most := widest6
	if s.first.Is4() {
		most = widest4
	}
	// From the first address, as many addresses as the widest prefix holds end here; s may not reach past it.
	end, inFamily := after(s.first, s.first.BitLen()-most)
	return inFamily && s.last.Compare(end) >= 0
}

// after is a plus 2 to the given power, and false when that lies past the last address of the family.
func after(a netip.Addr, power int) (netip.Addr, bool) {
	b := a.As16()
	if a.Is4() {
		b[10], b[11] = 0, 0 // the mark of IPv4 inside IPv6, so that a carry out of the address can be seen
	}
	at, carry := 15-power/8, 1<<(power%8)
	for ; at >= 0 && carry > 0; at-- {
		carry += int(b[at])
		b[at], carry = byte(carry), carry>>8
	}
	if !a.Is4() {
		return netip.AddrFrom16(b), carry == 0
	}
	return netip.AddrFrom4([4]byte(b[12:])), b[11] == 0
}

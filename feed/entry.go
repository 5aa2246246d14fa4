package feed

import (
	"cmp"
	"encoding/binary"
	"net/netip"
)

// entry is a prefix with the list that names it, packed so that a million of them are one block of memory without
// pointers. Entries sort by address, then a prefix before the narrower ones, then the later list before the earlier.
type entry[E any] interface {
	compare(E) int
	holds(E) bool // the other prefix lies within this one, or is the same
}

// lastList bounds the places of lists. What is stored is the rank, which counts down from it, so that of equal prefixes
// the first list's sorts last, where a search meets it first.
const lastList = 1<<24 - 1

// entry4 is an IPv4 entry: address in the high 32 bits, prefix length in 8, rank in 24.
type entry4 uint64

func newEntry4(key uint64, list int) entry4 { return entry4(key<<24 | uint64(lastList-list)) }

// point4 is what to search for: it sorts after every entry that holds the address.
func point4(a netip.Addr) entry4 { return newEntry4(key4(netip.PrefixFrom(a, 32)), 0) }

// key4 is an IPv4 prefix as the gate wants it: address<<8 | prefix length.
func key4(p netip.Prefix) uint64 {
	b := p.Addr().As4()
	return uint64(binary.BigEndian.Uint32(b[:]))<<8 | uint64(p.Bits())
}

func (e entry4) key() uint64          { return uint64(e >> 24) }
func (e entry4) bits() int            { return int(e >> 24 & 0xff) }
func (e entry4) list() int            { return lastList - int(e&lastList) }
func (e entry4) compare(f entry4) int { return cmp.Compare(e, f) }

func (e entry4) holds(f entry4) bool {
	return e.bits() <= f.bits() && (e^f)>>(64-e.bits()) == 0
}

func (e entry4) prefix() netip.Prefix {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(e>>32))
	return netip.PrefixFrom(netip.AddrFrom4(b), e.bits())
}

// entry6 is an IPv6 entry. It takes the 24 bytes that a Prefix6 takes: the rank stands in its padding.
type entry6 struct {
	hi, lo uint64
	length uint8
	rank   uint32
}

func newEntry6(p Prefix6, list int) entry6 {
	return entry6{p.Hi, p.Lo, p.Bits, uint32(lastList - list)}
}

func point6(a netip.Addr) entry6 { return newEntry6(prefix6(netip.PrefixFrom(a, 128)), 0) }

func (e entry6) prefix6() Prefix6     { return Prefix6{e.hi, e.lo, e.length} }
func (e entry6) list() int            { return lastList - int(e.rank) }
func (e entry6) holds(f entry6) bool  { return e.prefix6().holds(f.prefix6()) }
func (e entry6) prefix() netip.Prefix { return e.prefix6().Prefix() }
func (e entry6) compare(f entry6) int {
	if c := e.prefix6().compare(f.prefix6()); c != 0 {
		return c
	}
	return cmp.Compare(e.rank, f.rank)
}

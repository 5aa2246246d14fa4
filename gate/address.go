package gate

import (
	"encoding/binary"
	"net/netip"
)

// addr6 makes an address of its two halves in host order.
func addr6(hi, lo uint64) netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	return netip.AddrFrom16(b)
}

// word4 is an IPv4 address as a number.
func word4(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// span4 takes an entry of Load apart: first and last address, and length.
func span4(e uint64) (first, last uint32, bits int) {
	bits = int(e & 0xff)
	host := uint32(1<<(32-bits) - 1)
	first = uint32(e>>8) &^ host
	return first, first | host, bits
}

// prefix4 gives an entry of Load in the standard form.
func prefix4(e uint64) netip.Prefix {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(e>>8))
	return netip.PrefixFrom(netip.AddrFrom4(b), int(e&0xff)).Masked()
}

// wire is an address as struct address of kernel/words.h: sixteen bytes as they lie on the wire, IPv4 mapped into IPv6.
type wire struct{ Hi, Lo uint64 }

func wireOf(a netip.Addr) wire {
	b := a.As16()
	return wire{binary.NativeEndian.Uint64(b[:8]), binary.NativeEndian.Uint64(b[8:])}
}

// addr is the address of w, IPv4 as IPv4.
func (w wire) addr() netip.Addr {
	var b [16]byte
	binary.NativeEndian.PutUint64(b[:8], w.Hi)
	binary.NativeEndian.PutUint64(b[8:], w.Lo)
	return netip.AddrFrom16(b).Unmap()
}

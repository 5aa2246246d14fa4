package packet

import (
	"encoding/binary"
	"net/netip"
)

// ipv4 reads an RFC 791 header. A total length of 0 is a segment that the network card had yet to cut (TSO): it is as
// long as what is there. A total length shorter than the header is a lie and becomes the header's own.
func (h *Headers) ipv4(b []byte) {
	if len(b) < 20 || b[0]>>4 != 4 {
		return
	}
	header, total := int(b[0]&0x0f)*4, int(binary.BigEndian.Uint16(b[2:]))
	if header < 20 {
		return
	}
	switch {
	case total == 0:
		total = max(len(b), header)
	case total < header:
		total = header
	}
	h.Known, h.Length = true, total
	h.Proto, h.TTL = b[9], b[8]
	h.Src, h.Dst = netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:]))

	fragment := binary.BigEndian.Uint16(b[6:])
	h.MoreFragments, h.Fragment = fragment&0x2000 != 0, fragment&0x1fff != 0
	if h.MoreFragments || h.Fragment {
		h.FragmentID = uint32(binary.BigEndian.Uint16(b[4:]))
		h.FragmentAt = int(fragment&0x1fff) * 8
	}
	h.transport(rest(b, header, total), total-header)
}

// maxExtensions is how many IPv6 extension headers are walked. Behind more, Proto is the next extension's number.
const maxExtensions = 6

// ipv6 reads an RFC 8200 header and its extension headers. A payload length of 0 is a jumbogram or a segment not yet
// cut: it is as long as what is there.
func (h *Headers) ipv6(b []byte) {
	if len(b) < 40 || b[0]>>4 != 6 {
		return
	}
	total := 40 + int(binary.BigEndian.Uint16(b[4:]))
	if total == 40 && b[6] != protoNothing {
		total = len(b)
	}
	h.Known, h.Length = true, total
	h.Proto, h.TTL = b[6], b[7]
	h.Src, h.Dst = netip.AddrFrom16([16]byte(b[8:])).Unmap(), netip.AddrFrom16([16]byte(b[24:])).Unmap()
	h.Mapped = h.Src.Is4() || h.Dst.Is4()

	at := 40
	for range maxExtensions {
		size := h.extension(rest(b, at, total))
		if size == 0 {
			break
		}
		at += size
	}
	h.transport(rest(b, at, total), max(total-at, 0))
}

// extension steps over the extension header at the start of b when Proto names one, and gives its size: 0 where there
// is none to walk, because it is another protocol, was cut, or what follows is in another fragment.
func (h *Headers) extension(b []byte) int {
	if len(b) < 8 || h.Fragment {
		return 0
	}
	size := 8
	switch h.Proto {
	case protoHopByHop, protoRouting, protoDestination:
		size = (int(b[1]) + 1) * 8
	case protoAuthentication: // RFC 4302 counts it in words of four bytes, minus two
		size = (int(b[1]) + 2) * 4
	case protoFragment:
		field := binary.BigEndian.Uint16(b[2:])
		h.Fragment, h.MoreFragments = field>>3 != 0, field&1 != 0
		if h.Fragment || h.MoreFragments { // else an "atomic fragment" (RFC 6946), which is whole
			h.FragmentID = binary.BigEndian.Uint32(b[4:])
			h.FragmentAt = int(field &^ 7)
		}
	default:
		return 0
	}
	h.Proto = b[0]
	return size
}

// rest is b from the byte `from` to the byte `to`, as far as b holds them.
func rest(b []byte, from, to int) []byte {
	to = min(to, len(b))
	if from >= to {
		return nil
	}
	return b[from:to]
}

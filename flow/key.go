package flow

import (
	"encoding/binary"
	"net/netip"
)

// key names the two ends of a conversation and its protocol, the same for both directions. It is 40 bytes without
// padding, so that the map hashes it in one go; an IPv4 address is in its mapped form, which no packet.Headers has.
type key struct {
	aHigh, aLow, bHigh, bLow uint64
	ports                    uint32 // of a, then of b
	proto                    uint32
}

// keyOf gives the key of a packet, and whether its source is end a of it.
func keyOf(src netip.Addr, srcPort uint16, dst netip.Addr, dstPort uint16, proto uint8) (k key, fromA bool) {
	s, d := src.As16(), dst.As16()
	sHigh, sLow := binary.BigEndian.Uint64(s[:8]), binary.BigEndian.Uint64(s[8:])
	dHigh, dLow := binary.BigEndian.Uint64(d[:8]), binary.BigEndian.Uint64(d[8:])
	if before(sHigh, sLow, srcPort, dHigh, dLow, dstPort) {
		return key{sHigh, sLow, dHigh, dLow, uint32(srcPort)<<16 | uint32(dstPort), uint32(proto)}, true
	}
	return key{dHigh, dLow, sHigh, sLow, uint32(dstPort)<<16 | uint32(srcPort), uint32(proto)}, false
}

// before orders two ends: by address, then by port. An end is before itself.
func before(aHigh, aLow uint64, aPort uint16, bHigh, bLow uint64, bPort uint16) bool {
	if aHigh != bHigh {
		return aHigh < bHigh
	}
	if aLow != bLow {
		return aLow < bLow
	}
	return aPort <= bPort
}

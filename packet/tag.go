package packet

import "encoding/binary"

// The EtherTypes that are looked behind (IEEE 802 numbers, IANA).
const (
	etherIPv4    = 0x0800
	etherARP     = 0x0806
	etherIPv6    = 0x86dd
	etherVLAN    = 0x8100 // IEEE 802.1Q
	etherQinQ    = 0x88a8 // IEEE 802.1ad
	etherOldQinQ = 0x9100 // QinQ before 802.1ad
	etherPPPoE   = 0x8864 // PPPoE session stage, RFC 2516
	etherMPLS    = 0x8847 // RFC 5332
	etherLowest  = 0x0600 // anything less is a length
)

// tagged walks up to two VLAN tags and a PPPoE session header. A third tag is not walked, as in the kernel's gate.
func (h *Headers) tagged(etherType uint16, b []byte) {
	for isTag(etherType) && int(h.Tags) < len(h.VLANs) && len(b) >= 4 {
		h.VLANs[h.Tags] = binary.BigEndian.Uint16(b) & 0x0fff
		h.Tags++
		etherType, b = binary.BigEndian.Uint16(b[2:]), b[4:]
	}
	if etherType == etherPPPoE {
		etherType, b = session(b)
	}
	if etherType == etherMPLS {
		h.labelled(b)
		return
	}
	h.network(etherType, b)
}

// maxLabels is how many labels of MPLS are walked.
const maxLabels = 8

// labelled walks labels of MPLS to the bottom of their stack (RFC 3032). Only the operator's network has them; what is below is
// told by its first bits.
func (h *Headers) labelled(b []byte) {
	h.EtherType = etherMPLS
	for range maxLabels {
		if len(b) < 5 {
			return
		}
		bottom := b[2]&1 != 0
		if b = b[4:]; bottom {
			h.raw(b)
			return
		}
	}
}

func isTag(etherType uint16) bool {
	return etherType == etherVLAN || etherType == etherQinQ || etherType == etherOldQinQ
}

// session looks behind the six bytes of PPPoE and the PPP protocol field. Where there is no IP packet (LCP, IPCP, a
// cut frame) the type stays that of PPPoE.
func session(b []byte) (uint16, []byte) {
	if len(b) < 6 || b[0] != 0x11 || b[1] != 0 {
		return etherPPPoE, nil
	}
	if etherType, rest := pppProtocol(b[6:]); etherType != 0 {
		return etherType, rest
	}
	return etherPPPoE, nil
}

// network hands b to the reader of its network protocol, if there is one.
func (h *Headers) network(etherType uint16, b []byte) {
	if etherType < etherLowest {
		return
	}
	h.EtherType = etherType
	switch etherType {
	case etherARP:
		h.Payload, h.DataLength = b, len(b)
	case etherIPv4:
		h.ipv4(b)
	case etherIPv6:
		h.ipv6(b)
	}
}

package packet

import "encoding/binary"

// Captures of the air: a box stands in a cable and never sees them, those who try it out do.

// radiotap reads what a receiver says of a frame, as far as its length (radiotap.org).
func (h *Headers) radiotap(b []byte) {
	if len(b) >= 4 {
		h.behind(b, int(binary.LittleEndian.Uint16(b[2:])))
	}
}

// ppi reads a per-packet information header, as far as its length and the link behind it.
func (h *Headers) ppi(b []byte) {
	const wifi = 105
	if len(b) >= 8 && binary.LittleEndian.Uint32(b[4:]) == wifi {
		h.behind(b, int(binary.LittleEndian.Uint16(b[2:])))
	}
}

func (h *Headers) behind(b []byte, at int) {
	if at <= len(b) {
		h.wifi(b[at:])
	}
}

// The bits of the first two bytes of a frame of IEEE 802.11 (section 9.2.4.1).
const (
	wifiKind      = 0x0c
	wifiData      = 0x08
	wifiNoData    = 0x40 // of a data frame
	wifiQuality   = 0x80 // likewise: two bytes more
	wifiBothWays  = 0x03 // to and from an access point: a fourth address
	wifiProtected = 0x40
	wifiOrdered   = 0x80 // with quality: four bytes more
)

// wifi reads a data frame in the clear, whose packet stands behind LLC and SNAP (RFC 1042).
func (h *Headers) wifi(b []byte) {
	const plain = 24
	if len(b) < plain || b[0]&(wifiKind|wifiNoData) != wifiData || b[1]&wifiProtected != 0 {
		return
	}
	copy(h.SrcMAC[:], b[10:])
	at := plain
	if b[1]&wifiBothWays == wifiBothWays {
		at += 6
	}
	if b[0]&wifiQuality != 0 {
		at += 2
		if b[1]&wifiOrdered != 0 {
			at += 4
		}
	}
	if at <= len(b) {
		h.network(behindSNAP(b[at:]))
	}
}

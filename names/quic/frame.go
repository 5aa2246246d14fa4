package quic

// The frames that an Initial may hold (RFC 9000, section 12.4).
const (
	framePadding = 0x00
	framePing    = 0x01
	frameAck     = 0x02
	frameAckECN  = 0x03
	frameCrypto  = 0x06
)

// frames gives each CRYPTO frame of an opened packet. It ends at the first frame of another kind than those a client
// sends before its hello is whole, and at one that is cut.
func frames(b []byte, crypto func(offset uint64, data []byte)) {
	for len(b) > 0 {
		kind := b[0]
		b = b[1:]
		switch kind {
		case framePing:
		case framePadding: // fills most of a first datagram
			for len(b) > 0 && b[0] == framePadding {
				b = b[1:]
			}
		case frameAck, frameAckECN:
			rest, ok := skipAck(b, kind == frameAckECN)
			if !ok {
				return
			}
			b = rest
		case frameCrypto:
			offset, n := varint(b)
			size, m := varint(b[n:])
			if n == 0 || m == 0 || size > uint64(len(b)-n-m) {
				return
			}
			crypto(offset, b[n+m:n+m+int(size)])
			b = b[n+m+int(size):]
		default:
			return
		}
	}
}

// skipAck steps over an ACK frame: largest, delay, number of ranges, first range; then pairs, and three counts of ECN.
func skipAck(b []byte, ecn bool) (rest []byte, ok bool) {
	var ranges uint64
	for i := range 4 {
		v, n := varint(b)
		if n == 0 {
			return nil, false
		}
		if i == 2 {
			ranges = v
		}
		b = b[n:]
	}
	if ranges > uint64(len(b)) {
		return nil, false
	}
	more := int(ranges) * 2
	if ecn {
		more += 3
	}
	for range more {
		_, n := varint(b)
		if n == 0 {
			return nil, false
		}
		b = b[n:]
	}
	return b, true
}

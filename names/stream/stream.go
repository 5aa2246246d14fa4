// Package stream puts the bytes of one direction of a conversation back in their order.
//
// Segments come out of order, twice, overlapping and split anywhere; a Stream gives what is whole from the first byte
// that was not yet used. Where two segments differ about a byte, the first that came is believed. Memory is bounded for
// each Stream (Limit) and for all of a Pool; a Stream whose bytes had to make room for others is lost, and is counted.
//
// A conversation whose bytes are used as they come costs no memory and no copy. The sequence numbers are those of TCP
// (RFC 9293, modulo 2^32), and serve for the offsets of QUIC's CRYPTO frames as well. No clock, disk or network; the
// standard library only.
package stream

// Limit is how many bytes a Stream holds at most. The longest hello seen in the field is some 6 KB.
const Limit = 32 << 10

// Stream is one direction of a conversation. The zero Stream is ready once it was given to Pool.Watch. It is not safe for
// concurrent use.
type Stream struct {
	pool       *Pool
	base       uint32 // sequence number of the first byte not yet used
	anchored   bool   // base is right: a SYN was seen, or bytes were used
	begun      bool   // base is set
	lost       bool
	block      *block // nil while there is nothing to keep
	start, end int    // what is whole in the block; bytes beyond end are marked in it, those before start are used
	ahead      int    // bytes of the block beyond end that came early
	view       []byte // what Add gave, until Keep
	prev, next *Stream
}

// Begin says that the byte at seq is the first of the direction. A Stream that was never told takes the first it sees,
// or an earlier one that comes before any was used. It forgets what came before.
func (s *Stream) Begin(seq uint32) {
	s.release()
	s.base, s.begun, s.anchored, s.lost = seq, true, true, false
}

// Waits reports whether bytes are kept for more that must come.
func (s *Stream) Waits() bool { return s.block != nil }

// Lost reports whether bytes were given up: no more will come of this Stream.
func (s *Stream) Lost() bool { return s.lost }

// Add takes the bytes of a segment and gives all that is whole from the first byte not yet used: nil when there is none.
// What it gives holds until the next call of a method of this Stream's Pool, and while data is not changed. Keep must
// follow before the next Add.
func (s *Stream) Add(seq uint32, data []byte) []byte {
	s.view = nil
	if s.lost || len(data) == 0 {
		return nil
	}
	if !s.begun {
		s.base, s.begun = seq, true
	}
	at := int(int32(seq - s.base))
	if at < 0 && !s.anchored && s.reach(-at) {
		at = 0
	}
	if at < 0 {
		if -at >= len(data) {
			return nil // all of it came before
		}
		data, at = data[-at:], 0
	}
	if at == 0 && s.block == nil {
		s.view = data
		return data
	}
	s.put(at, data)
	s.view = s.Whole()
	return s.view
}

// Keep says how many of the bytes that Add gave are used. More than it gave means that those to come are skipped. The
// rest is kept for the next Add.
func (s *Stream) Keep(used int) {
	view := s.view
	s.view = nil
	if s.lost {
		return
	}
	if used > 0 {
		s.base += uint32(used)
		s.anchored = true
	}
	switch {
	case s.block == nil && used < len(view):
		s.put(0, view[max(used, 0):])
	case s.block != nil && used > 0:
		s.use(used)
	}
}

// Missed is how many bytes behind what is whole will not come, though the receiver acknowledged them: they crossed where
// nobody saw them. Keep of what is whole and of these goes on behind them. It is not for between Add and Keep.
func (s *Stream) Missed(ack uint32) int {
	if s.lost || !s.begun {
		return 0
	}
	n := int(int32(ack-s.base)) - len(s.Whole())
	if n <= 0 {
		return 0
	}
	return min(n, s.hole(n))
}

// Close gives the memory back.
func (s *Stream) Close() {
	s.release()
	s.lost = true
}

// Whole gives what is whole and kept, as the next Add would; nil when nothing is.
func (s *Stream) Whole() []byte {
	if s.block == nil || s.start == s.end {
		return nil
	}
	return s.block.data[s.start:s.end]
}

package stream

import "math/bits"

// The two sizes of a block. A hello fits the small one. What is unused is moved by whole words of marks only, so that the
// large one has a word to spare.
const (
	small = 4 << 10
	large = Limit + 64
)

// block is the bytes of a Stream that wait. marks has a bit for each byte that came before those in front of it.
type block struct {
	data  []byte
	marks []uint64
	next  *block // the next free one
}

func newBlock(size int) *block {
	return &block{data: make([]byte, size), marks: make([]uint64, size/64)}
}

// put lays the bytes at the given distance from the first unused one into the block. Those too far ahead are
// dropped.
func (s *Stream) put(at int, data []byte) {
	if at >= Limit {
		return
	}
	data = data[:min(len(data), Limit-at)]
	s.room(at + len(data))
	from, to := s.start+at, s.start+at+len(data)
	switch {
	case from > s.end:
		s.early(from, data)
	case to > s.end && s.ahead == 0:
		copy(s.block.data[s.end:], data[s.end-from:])
		s.end = to
	case to > s.end:
		s.early(s.end, data[s.end-from:])
		s.join()
	}
}

// early writes the bytes that nobody wrote yet at a place beyond end, and marks them. It goes by words of marks, because
// some clients of QUIC send all their bytes in disorder.
func (s *Stream) early(from int, data []byte) {
	for len(data) > 0 {
		n := min(len(data), 64-from%64)
		word, mask := &s.block.marks[from/64], ^uint64(0)>>(64-n)<<(from%64)
		if fresh := mask &^ *word; fresh == mask {
			copy(s.block.data[from:], data[:n])
		} else {
			for ; fresh != 0; fresh &= fresh - 1 {
				i := bits.TrailingZeros64(fresh)
				s.block.data[from/64*64+i] = data[i-from%64]
			}
		}
		s.ahead += bits.OnesCount64(mask &^ *word)
		*word |= mask
		data, from = data[n:], from+n
	}
}

// join moves end over what is marked behind it.
func (s *Stream) join() {
	for s.ahead > 0 && s.end < len(s.block.data) {
		word := s.block.marks[s.end/64] >> (s.end % 64)
		n := min(bits.TrailingZeros64(^word), 64-s.end%64)
		if n == 0 {
			return
		}
		s.block.marks[s.end/64] &^= (^uint64(0) >> (64 - n)) << (s.end % 64)
		s.end += n
		s.ahead -= n
	}
}

// hole is how many bytes are missing behind what is whole before the next that came early; at most most.
func (s *Stream) hole(most int) int {
	for n := 0; s.ahead > 0 && n < most; n++ {
		if at := s.end + n; s.block.marks[at/64]&(1<<(at%64)) != 0 {
			return n
		}
	}
	return most
}

// room makes the block hold n bytes from start on: by moving what is unused to the front, or into a large block.
func (s *Stream) room(n int) {
	if s.block == nil {
		size := small
		if n > small {
			size = large
		}
		s.block = s.pool.take(s, size)
		s.start, s.end, s.ahead = 0, 0, 0
		return
	}
	if s.start+n <= len(s.block.data) {
		return
	}
	s.slide()
	if s.start+n <= len(s.block.data) {
		return
	}
	old := s.block
	s.block = s.pool.exchange(s, large)
	copy(s.block.data, old.data)
	copy(s.block.marks, old.marks)
	s.pool.giveBack(old)
}

// slide moves the unused bytes to the front of the block, by whole words of marks.
func (s *Stream) slide() {
	by := s.start / 64 * 64
	if by == 0 {
		return
	}
	copy(s.block.data, s.block.data[by:])
	copy(s.block.marks, s.block.marks[by/64:])
	clear(s.block.marks[len(s.block.marks)-by/64:])
	s.start -= by
	s.end -= by
}

// use takes n bytes off the front. Where that is more than is whole, those to come are skipped.
func (s *Stream) use(n int) {
	s.start += n
	if s.start >= len(s.block.data) {
		s.release()
		return
	}
	for ; s.end < s.start; s.end++ {
		word, bit := &s.block.marks[s.end/64], uint64(1)<<(s.end%64)
		if *word&bit != 0 {
			*word &^= bit
			s.ahead--
		}
	}
	s.join()
	if s.start == s.end && s.ahead == 0 {
		s.release()
	}
}

// reach moves the front back by n bytes, for a segment from before the first that was seen.
func (s *Stream) reach(n int) bool {
	if s.block != nil {
		whole := s.end - s.start
		if s.ahead > 0 || whole+n > Limit {
			return false
		}
		s.room(whole + n)
		copy(s.block.data[s.start+n:], s.block.data[s.start:s.end])
		kept := s.start + n
		s.end = s.start
		for i := range whole {
			s.block.marks[(kept+i)/64] |= 1 << ((kept + i) % 64)
		}
		s.ahead = whole
	}
	s.base -= uint32(n)
	return true
}

// release gives the block back.
func (s *Stream) release() {
	if s.block != nil {
		s.pool.release(s)
	}
}

package stream

// Pool is the memory of many Streams. Where it is used up, the Stream that has waited longest loses its bytes: a hello
// is whole within a round trip or two, and what waits longer never was one. It is not safe for concurrent use.
type Pool struct {
	max         int
	held        int // bytes in blocks, free ones included
	front, back *Stream
	free        [2]*block // small, large
	lost        uint64
}

// DefaultMax is how many bytes a Pool holds where NewPool does not say.
const DefaultMax = 48 << 20

// NewPool gives a Pool of at most max bytes; 0 is DefaultMax. It takes memory as it is needed, and keeps it.
func NewPool(max int) *Pool {
	if max <= 0 {
		max = DefaultMax
	}
	return &Pool{max: max}
}

// Watch makes s a fresh Stream of the Pool. One that was in use must have been closed.
func (p *Pool) Watch(s *Stream) { *s = Stream{pool: p} }

// Lost is how many Streams had to give up their bytes for others so far.
func (p *Pool) Lost() uint64 { return p.lost }

// Held is how many bytes the Pool has taken. It never shrinks, and is at most what NewPool said, or one large block.
func (p *Pool) Held() int { return p.held }

// take gives s a block, clean, and puts it at the back of those that hold one.
func (p *Pool) take(s *Stream, size int) *block {
	b := p.block(size)
	s.prev, s.next = p.back, nil
	if p.back == nil {
		p.front = s
	} else {
		p.back.next = s
	}
	p.back = s
	return b
}

// exchange gives s another block; its place among those that wait stays.
func (p *Pool) exchange(s *Stream, size int) *block {
	old := s.block
	s.block = nil // so that making room does not take it from under us
	b := p.block(size)
	s.block = old
	return b
}

// block finds one: a free one, a new one, or that of whoever waited longest. Free ones of the other size are dropped
// before anybody loses bytes.
func (p *Pool) block(size int) *block {
	class := &p.free[classOf(size)]
	other := &p.free[1-classOf(size)]
	for *class == nil && p.held+size > p.max {
		switch {
		case *other != nil:
			p.held -= len((*other).data)
			*other = (*other).next
		case !p.evict():
			p.held += size
			return newBlock(size) // a Pool smaller than one block
		}
	}
	if b := *class; b != nil {
		*class, b.next = b.next, nil
		return b
	}
	p.held += size
	return newBlock(size)
}

// evict takes its block from the Stream that has waited longest, and reports whether there was one.
func (p *Pool) evict() bool {
	for s := p.front; s != nil; s = s.next {
		if s.block != nil {
			p.release(s)
			s.lost = true
			p.lost++
			return true
		}
	}
	return false
}

// release takes s out of those that hold a block, and has the block back.
func (p *Pool) release(s *Stream) {
	if s.prev == nil {
		p.front = s.next
	} else {
		s.prev.next = s.next
	}
	if s.next == nil {
		p.back = s.prev
	} else {
		s.next.prev = s.prev
	}
	s.prev, s.next = nil, nil
	p.giveBack(s.block)
	s.block, s.view = nil, nil
}

func (p *Pool) giveBack(b *block) {
	clear(b.marks)
	class := classOf(len(b.data))
	b.next, p.free[class] = p.free[class], b
}

func classOf(size int) int {
	if size > small {
		return 1
	}
	return 0
}

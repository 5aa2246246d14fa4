package hypertext

import "abri.example/abri/names/stream"

// reader reads the messages of one end.
type reader struct {
	stream  stream.Stream
	pool    *Pool
	talk    *Talk
	answers bool
	phase   phase
	over    bool   // nothing more comes before what is missed: what there is must do
	missing int    // bytes behind the view that will not come
	number  int    // of the message
	view    []byte // what is whole, from the beginning of the message on
	used    int    // of the view
	sought  int    // bytes of a head in which no end was found
	head    int    // length of the head, once it was given
	body    framing
	chunk   int // where the next chunk begins behind the head
}

// phase is what is read.
type phase uint8

const (
	heads   phase = iota
	bodies        // behind a head that was given
	rest          // chunks of which enough was given
	frames        // HTTP/2
	foreign       // no HTTP
)

func (r *reader) watch(p *Pool, t *Talk, answers bool) {
	p.streams.Watch(&r.stream)
	r.pool, r.talk, r.answers = p, t, answers
}

// add takes a segment. In what is no HTTP, a segment that begins as a message does begins anew.
func (r *reader) add(seq uint32, data []byte, size int) {
	if r.phase == foreign {
		if !r.begins(data) {
			return
		}
		r.stream.Begin(seq)
		r.again()
	}
	r.view, r.used = r.stream.Add(seq, data), 0
	if size > len(data) && r.view != nil { // cut off by a capture
		r.over, r.missing = true, size-len(data)
	}
}

// begins reports whether a message may begin with these bytes, seen without those before them.
func (r *reader) begins(data []byte) bool {
	if r.answers {
		return answers(data) == stream.Whole
	}
	s, _ := asks(data)
	return s == stream.Whole || s == stream.More && len(data) >= 14
}

// again looks for the head of a message.
func (r *reader) again() {
	r.phase, r.sought, r.head, r.chunk, r.over, r.missing = heads, 0, 0, 0, false, 0
}

// missed takes what the other end acknowledged.
func (r *reader) missed(ack uint32) bool {
	if r.phase == foreign {
		return false
	}
	n := r.stream.Missed(ack)
	if n == 0 {
		return false
	}
	r.stop()
	r.missing = n
	return true
}

func (r *reader) stop() {
	if r.phase != foreign {
		r.view, r.used, r.over = r.stream.Whole(), 0, true
	}
}

// next gives the next part that is whole.
func (r *reader) next(m *Message) bool {
	for r.used < len(r.view) || r.settle() {
		before, was := r.used, r.phase
		*m = Message{Answer: r.answers, Number: r.number}
		given := false
		switch b := r.view[r.used:]; r.phase {
		case heads:
			given = r.readHead(b, m)
		case bodies:
			given = r.readBody(b, m)
		case rest:
			r.drain(b)
		case frames:
			given = r.readFrame(b, m)
		case foreign:
			r.used = len(r.view)
		}
		if given {
			return true
		}
		if r.used == before && r.phase == was && !r.settle() {
			return false
		}
	}
	return false
}

// settle keeps what is not used yet for the next segment. It reports whether there is more to read, behind what is missing.
func (r *reader) settle() bool {
	gap := r.missing
	if r.over {
		if r.phase == rest {
			r.number++
		}
		r.used = max(r.used, len(r.view)+gap)
		r.again()
	}
	if r.phase == foreign {
		r.stream.Close()
	} else {
		r.stream.Keep(r.used)
	}
	r.view, r.used = nil, 0
	if gap > 0 && r.phase != foreign {
		r.view = r.stream.Whole()
	}
	return r.view != nil
}

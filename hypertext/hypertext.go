// Package hypertext reads what a server of HTTP would: segments → requests and answers.
//
// A Talk is one conversation. Segments are put in order, whatever way they come (names/stream); heads are found however they
// are cut or joined; bodies come out of their chunks and are unpacked. Plain gives the forms in which a server would read
// what is escaped. HTTP/0.9 and HTTP/1 are read, and HTTP/2 in the clear.
//
// Everything is bounded: the bytes of a message, what it unpacks to, and all that waits. No clock, disk or network; time is
// nobody's here. Sources: RFC 9110, RFC 9112, RFC 9113. Imports: names/stream, names/http.
package hypertext

import "abri.example/abri/names/stream"

// The bounds of one message.
const (
	mostHead   = 16 << 10 // bytes of a head; servers refuse larger ones (RFC 9112, section 3)
	mostBody   = 16 << 10 // bytes of a body on the wire that are waited for
	mostOpened = 32 << 10 // bytes that a body is unpacked to
	firstWords = 1 << 10  // bytes of an answer's body that tell what it is: nobody waits for more
)

// Part is what a Message gives.
type Part uint8

// The parts. A head is given once it is whole; a body once it is, or once enough of it came.
const (
	Head Part = iota
	Body
)

// Message is a request or an answer, of which a part became whole. Its slices hold until the next call of a method of its
// Talk or Pool.
type Message struct {
	Part   Part
	Answer bool   // the server's
	Number int    // of the request, from 0 on; an answer has that of its request
	Head   []byte // the lines, with the empty one behind them
	Body   []byte // out of its chunks and unpacked; nil with a Head
}

// Pool is the memory of many Talks. It is not safe for concurrent use.
type Pool struct {
	streams *stream.Pool
	unpacker
}

// NewPool gives a Pool in which at most so many bytes wait for the rest of their message.
func NewPool(max int) *Pool { return &Pool{streams: stream.NewPool(max)} }

// Held is how many bytes the Pool has taken.
func (p *Pool) Held() int { return p.streams.Held() }

// Watch makes t a fresh Talk of the Pool. One that was in use must have been closed.
func (p *Pool) Watch(t *Talk) {
	*t = Talk{}
	t.up.watch(p, t, false)
	t.down.watch(p, t, true)
}

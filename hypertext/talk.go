package hypertext

// Talk is one conversation of HTTP. The zero Talk is ready once it was given to Pool.Watch. It is not safe for concurrent
// use.
type Talk struct {
	up, down reader
	begun    bool
	silent   uint64 // the last requests whose answers have no body, a bit each by their number
	two      *second
}

// Begin says which sequence number the client's first byte has. A Talk that was never told takes the first it sees.
func (t *Talk) Begin(seq uint32) { t.up.stream.Begin(seq) }

// Ask takes a segment of the client. Next gives what became whole. What a capture cut off is size bytes long on the wire.
func (t *Talk) Ask(seq, ack uint32, data []byte, size int) {
	if !t.begun {
		t.begun = true
		t.down.stream.Begin(ack)
	}
	t.up.add(seq, data, size)
}

// Answer takes a segment of the server, after what it acknowledges was taken by Missed.
func (t *Talk) Answer(seq uint32, data []byte, size int) { t.down.add(seq, data, size) }

// Missed says that the server has all that the client sent before ack. Where some of it was not seen here, what there is must
// do: it reports so, and Next gives it.
func (t *Talk) Missed(ack uint32) bool { return t.up.missed(ack) }

// Stop says that no more will come of either end. Next gives what never became whole.
func (t *Talk) Stop() {
	t.up.stop()
	t.down.stop()
}

// Next gives the next part that is whole, and reports whether there was one. It must be called until there is none.
func (t *Talk) Next(m *Message) bool { return t.up.next(m) || t.down.next(m) }

// Speaks reports whether requests are being read: what either end says may be HTTP.
func (t *Talk) Speaks() bool { return t.up.phase != foreign }

// Close gives the memory back.
func (t *Talk) Close() {
	t.up.stream.Close()
	t.down.stream.Close()
}

// asked notes the head of a request.
func (t *Talk) asked(n int, head []byte) {
	t.silent &^= 1 << (n % 64)
	if len(head) > 5 && string(head[:5]) == "HEAD " {
		t.silent |= 1 << (n % 64)
	}
}

// answersNothing reports whether the answer to a request has no body (RFC 9112, section 6.3).
func (t *Talk) answersNothing(n int, status []byte) bool {
	return t.silent&(1<<(n%64)) != 0 || status[0] == '1' || string(status) == "204" || string(status) == "304"
}

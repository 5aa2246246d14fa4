package hypertext

import (
	"abri.example/abri/names/http"
	"abri.example/abri/names/stream"
	"golang.org/x/net/http2/hpack"
)

// preface is what a client of HTTP/2 sends first.
const preface = http.Preface

// second is the client's side of HTTP/2 in the clear: of the streams under way that whose frame came last is put together. Its
// requests are given as HTTP/1 would have them, so that nobody who reads one need know two.
type second struct {
	fields *hpack.Decoder
	block  []byte // a compressed head under way
	line   [3]string
	head   []byte // of the stream
	stream uint32
	body   []byte
}

func newSecond() *second {
	s := &second{}
	s.fields = hpack.NewDecoder(4096, s.field)
	s.fields.SetMaxStringLength(mostHead)
	return s
}

// readFrame reads the frame at the start of b.
func (r *reader) readFrame(b []byte, m *Message) bool {
	var f http.Frame
	used, s := f.Read(b)
	switch {
	case s == stream.None:
		r.phase = foreign
		return false
	case s == stream.More && r.over:
		used = len(b)
	case s == stream.More:
		return false
	}
	r.used += used
	two := r.talk.two
	switch f.Kind {
	case http.FrameHeaders, http.FrameContinued:
		return r.fields(two, &f, m)
	case http.FrameData:
		return r.data(two, &f, m)
	}
	return false
}

// fields takes a frame of a head.
func (r *reader) fields(two *second, f *http.Frame, m *Message) bool {
	part := f.Data
	if f.Kind == http.FrameHeaders {
		two.block, two.body, two.stream = two.block[:0], two.body[:0], f.Stream
		part = f.Content()
	}
	two.block = append(two.block, part...)
	if len(two.block) > mostHead {
		r.phase = foreign
		return false
	}
	if f.Flags&http.FlagEndHeaders == 0 {
		return false
	}
	two.line, two.head = [3]string{"GET", "", "/"}, two.head[:0]
	if _, err := two.fields.Write(two.block); err != nil || two.fields.Close() != nil {
		r.phase = foreign // what comes is compressed against what was not understood
		return false
	}
	first := two.line[0] + " " + two.line[2] + " HTTP/2\r\nHost: " + two.line[1] + "\r\n"
	two.head = append(append([]byte(first), two.head...), "\r\n"...)
	m.Head = two.head
	r.number++
	return true
}

// field takes a field of a head. A head is no longer than mostHead, however little it takes.
func (s *second) field(f hpack.HeaderField) {
	switch f.Name {
	case ":method":
		s.line[0] = f.Value
	case ":authority":
		s.line[1] = f.Value
	case ":path":
		s.line[2] = f.Value
	default:
		if len(s.head)+len(f.Name)+len(f.Value) < mostHead {
			s.head = append(append(append(append(s.head, f.Name...), ": "...), f.Value...), "\r\n"...)
		}
	}
}

// data takes a frame of a body, which is given at its end, or when enough of it came.
func (r *reader) data(two *second, f *http.Frame, m *Message) bool {
	if f.Stream != two.stream {
		two.stream, two.body = f.Stream, two.body[:0]
	}
	two.body = append(two.body, f.Content()...)
	if f.Flags&http.FlagEndStream == 0 && !r.over && len(two.body) < mostBody || len(two.body) == 0 {
		return false
	}
	m.Part, m.Number = Body, r.number-1
	m.Head, m.Body = two.head, r.pool.unpack(two.head, two.body, mostOpened)
	two.body = two.body[:0]
	return true
}

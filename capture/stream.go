package capture

import (
	"bufio"
	"compress/gzip"
	"io"
)

// stream gives the bytes of a file and knows where they stand in it. What it gives lies in its one buffer, so that
// reading copies and allocates nothing; it is valid until the next peek or skip.
type stream struct {
	r      *bufio.Reader
	at     int64 // offset of the next byte
	record int64 // offset where the record being read begins
}

// newStream unpacks r where it is gzip'd.
func newStream(r io.Reader) (*stream, error) {
	// A packet of the greatest size with the head of its record must fit.
	const size = MaxPacket + 4096
	br := bufio.NewReaderSize(r, size)
	if head, _ := br.Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
		unpacked, err := gzip.NewReader(br)
		if err != nil {
			return nil, err
		}
		br = bufio.NewReaderSize(unpacked, size)
	}
	return &stream{r: br}, nil
}

// begin marks the start of a record.
func (s *stream) begin() { s.record = s.at }

// peek gives the next n bytes without going on, n at most the size of the buffer: io.EOF where there is none,
// io.ErrUnexpectedEOF where there are fewer.
func (s *stream) peek(n int) ([]byte, error) {
	b, err := s.r.Peek(n)
	if err == io.EOF && len(b) > 0 {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

// inside is peek where the file must not end: the rest of a record that has begun.
func (s *stream) inside(n int) ([]byte, error) {
	b, err := s.peek(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return b, err
}

// skip goes n bytes on, within a record.
func (s *stream) skip(n int) error {
	done, err := s.r.Discard(n)
	s.at += int64(done)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

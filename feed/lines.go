package feed

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// MaxLine is the longest line that is read, in bytes without its end; a longer one is refused and skipped.
const MaxLine = 4096

// byteOrderMark is how some editors begin a text in UTF-8.
var byteOrderMark = []byte("\xef\xbb\xbf")

// lines gives the lines of a text one by one, trimmed of blanks and line ends (LF or CRLF) and of a byte order mark, in
// memory that does not grow with the text.
type lines struct {
	in *bufio.Reader
	at int // number of the line last given, from 1
}

func newLines(r io.Reader) *lines { return &lines{in: bufio.NewReaderSize(r, 64<<10)} }

// next gives the next line, good until the next call; long says that only its beginning is there. After the last line
// it gives io.EOF; any other error is the reader's.
func (l *lines) next() (text []byte, long bool, err error) {
	text, err = l.in.ReadSlice('\n')
	if len(text) == 0 && err != nil {
		return nil, false, err
	}
	l.at++
	if l.at == 1 {
		text = bytes.TrimPrefix(text, byteOrderMark)
	}
	if errors.Is(err, bufio.ErrBufferFull) {
		text = bytes.Clone(text[:MaxLine])
		return text, true, l.skip()
	}
	if errors.Is(err, io.EOF) {
		err = nil // a last line without a line end; the next call says EOF
	}
	text = bytes.TrimSpace(text)
	if len(text) > MaxLine {
		return text[:MaxLine], true, err
	}
	return text, false, err
}

// skip reads on to the end of a line that does not fit the buffer.
func (l *lines) skip() error {
	for {
		switch _, err := l.in.ReadSlice('\n'); {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return nil
		default:
			return err
		}
	}
}

package feed

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Refusal is one line that was not taken: its number (from 1), its beginning made safe to print, and why.
type Refusal struct {
	Line   int
	Text   string
	Reason string
}

// reason is why a line was not taken. The malformed ones come first, then what is well written but not wanted.
type reason uint8

const (
	taken reason = iota
	notAddress
	leadingZero
	mapped
	hostBits
	badLength
	badPort
	badRange
	several
	tooLong
	reserved
	tooWide
	reasonCount

	firstUnwanted = reserved
)

var sentences = [reasonCount]string{
	notAddress:  "not an address, a CIDR or a range",
	leadingZero: "a number with a leading zero, which some read as octal",
	mapped:      "an IPv4 address written in IPv6",
	hostBits:    "host bits set beyond the prefix length",
	badLength:   "not a prefix length",
	badPort:     "not a port",
	badRange:    "a range that ends before it starts, or in the other family",
	several:     "several addresses on one line",
	tooLong:     "a line that is too long",
	reserved:    "private or reserved space",
	tooWide:     "wider than /8 (IPv4) or /19 (IPv6)",
}

func (r reason) String() string  { return sentences[r] }
func (r reason) malformed() bool { return r != taken && r < firstUnwanted }

// keptRefusals bounds how many refusals are remembered with their text; all of them are counted.
const keptRefusals = 20

// excerptLength bounds the text of a Refusal, in characters.
const excerptLength = 60

// tally counts what became of the lines of one file.
type tally struct {
	taken   int // lines, not entries: a range is one line
	refused [reasonCount]int
	kept    []Refusal
}

func (t *tally) refuse(line int, text []byte, why reason) {
	t.refused[why]++
	if len(t.kept) < keptRefusals {
		t.kept = append(t.kept, Refusal{Line: line, Text: excerpt(text), Reason: why.String()})
	}
}

func (t *tally) count() int {
	n := 0
	for _, c := range t.refused {
		n += c
	}
	return n
}

// readable reports whether the file is a list at all: at least one line in ten was understood, be it unwanted. A file
// of comments is a list without entries.
func (t *tally) readable() bool {
	understood, malformed := t.taken, 0
	for why, n := range t.refused {
		if reason(why).malformed() {
			malformed += n
		} else {
			understood += n
		}
	}
	return malformed <= 9*understood
}

// excerpt is the beginning of a line with everything that does not print shown as "?", so that a list cannot write
// escape codes to a terminal or turn the direction of a page.
func excerpt(line []byte) string {
	var b strings.Builder
	for n := 0; len(line) > 0; n++ {
		if n == excerptLength {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRune(line)
		if line = line[size:]; !unicode.IsPrint(r) || r == utf8.RuneError {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}

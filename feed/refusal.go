package feed

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Refusal is one line that was not taken, or not whole: its number (from 1; in a JSON document the number of the
// indicator), its beginning made safe to print, and why. Owner is whose guarded address or name it is, or empty.
type Refusal struct {
	Line   int
	Text   string
	Reason string
	Owner  string
}

// reason is why a line was not taken. The malformed ones come first, then what is well written but not wanted.
type reason uint8

const (
	taken reason = iota
	skipped
	notAddress
	leadingZero
	mapped
	hostBits
	badLength
	badPort
	badRange
	several
	notName
	unknownTop
	words
	notURL
	notPrint
	notRow
	notRule
	tooLong
	reserved
	setAside
	tooWide
	registry
	page
	condition
	exception
	elsewhere
	foreign
	informative
	withdrawn
	guarded
	reasonCount

	firstUnwanted = reserved
)

var sentences = [reasonCount]string{
	skipped:     "a comment",
	notAddress:  "not an address, a CIDR or a range",
	leadingZero: "a number with a leading zero, which some read as octal",
	mapped:      "an IPv4 address written in IPv6",
	hostBits:    "host bits set beyond the prefix length",
	badLength:   "not a prefix length",
	badPort:     "not a port",
	badRange:    "a range that ends before it starts, or in the other family",
	several:     "several addresses on one line",
	notName:     "not the name of a host",
	unknownTop:  "a name under no top-level domain of the Internet",
	words:       "a name with words after it",
	notURL:      "not a URL of the web",
	notPrint:    "not a JA3 or JA4 fingerprint",
	notRow:      "not a row of the table, or no header before it",
	notRule:     "not a rule",
	tooLong:     "a line that is too long",
	reserved:    "private or reserved space",
	setAside:    "a name that is set aside, which nobody on the Internet can have (RFC 6761)",
	tooWide:     "wider than /8 (IPv4) or /19 (IPv6)",
	registry:    "everybody under a public suffix",
	page:        "a page or a part of one; the box stops whole hosts",
	condition:   "a condition that the box cannot judge",
	exception:   "an exception to another list",
	elsewhere:   "a name that is sent elsewhere, not stopped",
	foreign:     "an indicator of another kind, such as a file",
	informative: "given for information by its publisher",
	withdrawn:   "withdrawn or run out by its publisher",
	guarded:     "an address or a name of a large service, which is never taken from a list",
}

func (r reason) String() string  { return sentences[r] }
func (r reason) malformed() bool { return r > skipped && r < firstUnwanted }

// keptRefusals bounds how many refusals are remembered with their text, and once more for the guarded ones, which people
// will ask for; all of them are counted.
const keptRefusals = 20

// excerptLength bounds the text of a Refusal, in characters.
const excerptLength = 60

// tally counts what became of the lines of one file.
type tally struct {
	taken   int // lines, not entries: a range is one line
	refused [reasonCount]int
	kept    []Refusal
}

func (t *tally) refuse(line int, text []byte, why reason, owner string) {
	t.refused[why]++
	if len(t.kept) < keptRefusals || why == guarded && t.refused[guarded] <= keptRefusals {
		t.kept = append(t.kept, Refusal{Line: line, Text: excerpt(text), Reason: why.String(), Owner: owner})
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

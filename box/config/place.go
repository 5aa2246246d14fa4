package config

import (
	"strconv"
	"strings"
)

// places holds the line of every table, key and array element of a file, by its path: "box", "box.mode",
// "list[0].file", "exempt.addresses[2]". The TOML library keeps lines to itself, and only one for all [[list]].
type places map[string]int

// of is the line of path, or of the nearest thing around it that stands in the file, and 1 when nothing does.
func (p places) of(path string) int {
	for path != "" {
		if n, ok := p[path]; ok {
			return n
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return 1
}

// walker walks a text that the TOML library has read without fault, so it looks for places and not for faults; on any
// other text it ends, with places of no meaning.
type walker struct {
	text  string
	at    int
	line  int
	found places
	table map[string]int // how many [[…]] of a name were seen
}

// find gives the places of text (TOML 1.0, https://toml.io/en/v1.0.0).
func find(text string) places {
	w := &walker{text: strings.TrimPrefix(text, "\ufeff"), line: 1, found: places{}, table: map[string]int{}}
	prefix := ""
	for w.blank(); w.at < len(w.text); w.blank() {
		if w.peek() == '[' {
			prefix = w.header()
			continue
		}
		w.pair(prefix)
	}
	return w.found
}

func (w *walker) peek() byte {
	if w.at < len(w.text) {
		return w.text[w.at]
	}
	return 0
}

func (w *walker) next() {
	if w.peek() == '\n' {
		w.line++
	}
	w.at = min(w.at+1, len(w.text))
}

// blank passes over white space, line ends, comments and commas.
func (w *walker) blank() {
	for w.at < len(w.text) {
		switch w.peek() {
		case ' ', '\t', '\r', '\n', ',':
			w.next()
		case '#':
			w.until("\n")
		default:
			return
		}
	}
}

// until passes to the first of the bytes in stops.
func (w *walker) until(stops string) {
	for w.at < len(w.text) && !strings.ContainsRune(stops, rune(w.peek())) {
		w.next()
	}
}

// header reads [name] or [[name]], and gives the path of the table.
func (w *walker) header() string {
	line, many := w.line, strings.HasPrefix(w.text[w.at:], "[[")
	w.next()
	if many {
		w.next()
	}
	name := w.name("]")
	if many {
		w.table[name]++
	}
	w.until("\n")
	if n := w.table[name]; n > 0 {
		name += "[" + strconv.Itoa(n-1) + "]"
	}
	w.found[name] = line
	return name
}

// pair reads key = value.
func (w *walker) pair(prefix string) {
	line, path := w.line, w.name("=")
	if prefix != "" {
		path = prefix + "." + path
	}
	w.found[path] = line
	w.next()
	w.value(path)
}

// name reads a key, dotted or quoted, up to the byte that ends it.
func (w *walker) name(end string) string {
	var b strings.Builder
	for w.at < len(w.text) && w.peek() != end[0] {
		switch c := w.peek(); c {
		case '"', '\'':
			from := w.at + 1
			w.quoted()
			b.WriteString(w.text[from:max(from, w.at-1)])
		case ' ', '\t', '\r', '\n':
			w.next()
		default:
			b.WriteByte(c)
			w.next()
		}
	}
	return b.String()
}

func (w *walker) value(path string) {
	w.blank()
	switch w.peek() {
	case '"', '\'':
		w.quoted()
	case '[':
		w.next()
		for i := 0; w.more(']'); i++ {
			element := path + "[" + strconv.Itoa(i) + "]"
			w.found[element] = w.line
			w.value(element)
		}
		w.next()
	case '{':
		w.next()
		for w.more('}') {
			w.pair(path)
		}
		w.next()
	default:
		w.next()
		w.until(",]}#\n")
	}
}

// more passes blanks and reports whether something stands before end.
func (w *walker) more(end byte) bool {
	w.blank()
	return w.at < len(w.text) && w.peek() != end
}

// quoted passes over a string of any of the four forms.
func (w *walker) quoted() {
	quote := w.peek()
	fence := strings.Repeat(string(quote), 3)
	if !strings.HasPrefix(w.text[w.at:], fence) {
		fence = fence[:1]
	}
	w.skip(len(fence))
	for w.at < len(w.text) && !strings.HasPrefix(w.text[w.at:], fence) {
		if quote == '"' && w.peek() == '\\' {
			w.next()
		}
		w.next()
	}
	w.skip(len(fence))
	for w.peek() == quote { // a long string may end in quotes of its own
		w.next()
	}
}

func (w *walker) skip(n int) {
	for range n {
		w.next()
	}
}

package feed

import (
	"bytes"
	"slices"
	"time"
)

// Format is how a list is written. The empty one is recognised by the list's beginning.
type Format string

// The formats. Plain is an address, CIDR, range or name a line, Spamhaus' JSON lines among it; Table is CSV with a
// header; Rules are those of Suricata and Snort; TPL is Internet Explorer's.
const (
	Plain        Format = "plain"
	Hosts        Format = "hosts"
	Adblock      Format = "adblock"
	Dnsmasq      Format = "dnsmasq"
	Unbound      Format = "unbound"
	BIND         Format = "bind"
	RPZ          Format = "rpz"
	URLs         Format = "urls"
	Fingerprints Format = "fingerprints"
	Table        Format = "table"
	Rules        Format = "rules"
	TPL          Format = "tpl"
	STIX         Format = "stix"
	MISP         Format = "misp"
)

// lineFormats are the formats of lines. Where several read a list equally well the first is taken, so the stricter
// ones stand before those that accept more.
var lineFormats = []struct {
	format Format
	reader func() lineReader
}{
	{Plain, stateless(readPlain)},
	{Hosts, stateless(readHosts)},
	{Adblock, stateless(readAdblock)},
	{Dnsmasq, stateless(readDnsmasq)},
	{Unbound, stateless(readUnbound)},
	{BIND, stateless(readBIND)},
	{RPZ, newRPZ},
	{Fingerprints, stateless(readFingerprints)},
	{Table, newCSV},
	{URLs, stateless(readURL)},
	{Rules, stateless(readRules)},
	{TPL, stateless(readTPL)},
}

func stateless(r lineReader) func() lineReader { return func() lineReader { return r } }

// Formats lists every format. The slice is the caller's.
func Formats() []Format {
	var out []Format
	for _, f := range lineFormats {
		out = append(out, f.format)
	}
	return append(out, STIX, MISP)
}

// lineReader is a new reader of lines in the format, or nil for a document.
func (f Format) lineReader() lineReader {
	for _, l := range lineFormats {
		if l.format == f {
			return l.reader()
		}
	}
	return nil
}

// documentReader is the reader of a document; day is the list's.
func (f Format) documentReader(day time.Time) documentReader {
	if f == STIX {
		return newSTIX(day)
	}
	return readMISP
}

// The beginning of a list by which its format is recognised: bytes, and lines that are not comments.
const (
	sampleSize  = 64 << 10
	sampleLines = 400
)

// recognise gives the format that reads the beginning of a list best: most lines taken, fewest malformed.
func recognise(sample []byte) Format {
	if f, is := recogniseDocument(sample); is {
		return f
	}
	if len(sample) == sampleSize {
		if end := bytes.LastIndexByte(sample, '\n'); end > 0 {
			sample = sample[:end]
		}
	}
	best, most, empty := Plain, 0, false
	for _, f := range lineFormats {
		n, nothing := marks(f.reader(), sample)
		switch {
		case n > most:
			best, most = f.format, n
		case most == 0 && nothing && !empty: // a header without a list, unless another format finds more in it
			best, empty = f.format, true
		}
	}
	return best
}

// marks says how well a reader does on a sample; nothing taken is no mark. nothing says that every line was a comment or
// a header.
func marks(read lineReader, sample []byte) (n int, nothing bool) {
	seen, good := 0, 0
	var items []item
	for text := range bytes.Lines(bytes.TrimPrefix(sample, byteOrderMark)) {
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		if seen == sampleLines {
			break
		}
		items, why := read(text, items[:0])
		if slices.ContainsFunc(items, func(i item) bool { return i.span.first.IsValid() && listable(i.span) != taken }) {
			why = reserved
		}
		switch {
		case why == skipped:
			continue
		case why == taken:
			n += 2
			good++
		case why.malformed():
			n--
		default:
			n++
		}
		seen++
	}
	if good == 0 {
		return 0, seen == 0
	}
	return n, false
}

// recogniseDocument tells STIX and MISP by the words that each must hold near its beginning.
func recogniseDocument(sample []byte) (Format, bool) {
	text := bytes.TrimSpace(bytes.TrimPrefix(sample, byteOrderMark))
	switch {
	case len(text) == 0 || text[0] != '{' && text[0] != '[':
		return "", false
	case bytes.Contains(text, []byte(`"bundle"`)) && bytes.Contains(text, []byte(`"objects"`)):
		return STIX, true
	case bytes.Contains(text, []byte(`"Event"`)) || bytes.Contains(text, []byte(`"Attribute"`)):
		return MISP, true
	}
	return "", false
}

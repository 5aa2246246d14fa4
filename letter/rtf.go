package letter

import (
	"bytes"
	"encoding/binary"
	"regexp"
)

// rtfStart is what the window of a compressed text holds before its first byte (MS-OXRTFCP 2.1.2.1).
const rtfStart = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
	"\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

// unpackRTF undoes the compression of Outlook's rich text (MS-OXRTFCP 2.2). What is damaged is given as far as it goes;
// the result has at most maxText bytes.
func unpackRTF(b []byte) []byte {
	const compressed, stored = 0x75465a4c, 0x414c454d
	if len(b) < 16 {
		return nil
	}
	kind, in := binary.LittleEndian.Uint32(b[8:]), b[16:]
	if kind == stored {
		return in[:min(len(in), maxText)]
	}
	if kind != compressed {
		return nil
	}
	var window [4096]byte
	write := copy(window[:], rtfStart)
	var out []byte
	put := func(c byte) {
		out = append(out, c)
		window[write] = c
		write = (write + 1) % len(window)
	}
	for len(in) > 0 && len(out) < maxText {
		control := in[0]
		in = in[1:]
		for bit := 0; bit < 8 && len(in) > 0; bit++ {
			if control>>bit&1 == 0 {
				put(in[0])
				in = in[1:]
				continue
			}
			if len(in) < 2 {
				return out
			}
			from, length := int(in[0])<<4|int(in[1])>>4, int(in[1]&15)+2
			in = in[2:]
			if from == write {
				return out // the mark of the end
			}
			for i := range length {
				put(window[(from+i)%len(window)])
			}
		}
	}
	return out[:min(len(out), maxText)]
}

// rich finds the links of rich text: fields, and the tags of a page that is wrapped in it (MS-OXRTFEX).
func (r *reading) rich(rtf []byte) {
	rtf, ok := r.take(rtf)
	if !ok {
		return
	}
	for _, m := range fields.FindAllSubmatch(rtf, maxLinks+1) {
		r.link("", string(m[1]))
	}
	for _, m := range tags.FindAllSubmatch(rtf, maxLinks+1) {
		r.link("", string(bytes.Trim(m[1], `"'`)))
	}
}

var (
	fields = regexp.MustCompile(`HYPERLINK\s+"([^"]{3,})"`)
	tags   = regexp.MustCompile(`(?i)\\htmltag\d*\s?<a\s[^>]{0,500}?href\s*=\s*("[^"]{3,}"|'[^']{3,}')`)
)

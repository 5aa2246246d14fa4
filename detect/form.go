package detect

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
)

// The bars of forms. The reasons are in docs/detection.md.
const (
	formPairs  = 4096
	formDigits = 64 // hexadecimal digits of the one field of a form
	formTimes  = 2  // such forms by one device to one machine within formTime
	formTime   = time.Hour
)

// forms tells of programs that send their master what they enciphered as a web form: one field, named by one letter,
// that holds nothing but many hexadecimal digits. Pages have fields with names.
type forms struct {
	pairs *memory[pair, formed]
}

type formed struct {
	tally tally
	told  time.Time
}

func newForms() *forms { return &forms{newMemory[pair, formed](formPairs, formTime)} }

// hear reads the body of a request.
func (d *forms) hear(at time.Time, f *flow.Flow, m *hypertext.Message, emit func(abri.Finding)) {
	if m.Answer || m.Part != hypertext.Body || f.Direction == abri.In || !cipherForm(m.Body) {
		return
	}
	p := d.pairs.touch(at, pairOf(f))
	if n := p.tally.add(at, formTime); n >= formTimes && due(at, &p.told) {
		emit(f.FindingOf(abri.CommandAndControl, at, because(abri.CommandAndControl, "sign", "cipher-form", "times", n)))
	}
}

// cipherForm reports whether data is such a form.
func cipherForm(data []byte) bool {
	if len(data) < formDigits+2 || data[1] != '=' || letter(data[0]) == 26 {
		return false
	}
	for _, c := range data[2:] {
		if hex(c) < 0 {
			return false
		}
	}
	return true
}

// hex is the value of a hexadecimal digit, -1 of anything else.
func hex(c byte) int {
	switch c = lower(c); {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

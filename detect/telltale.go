package detect

import (
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

const (
	telltalePairs  = 4096
	telltaleWindow = 10 * time.Minute
)

// telltale tells of attacks that betray themselves by their words, as the rule files say. It reads requests of HTTP as a
// server would, and all else a packet at a time: there, words that are cut apart between two are not seen.
type telltale struct {
	*book
	heard *memory[hearing, echo]
	plain hypertext.Plain
	under underway
	one   [1][]byte
	test  func(line, end int) // tests, made once: a method value made for each packet is garbage for each packet
}

// hearing is a rule that one client broke at one server.
type hearing struct {
	pair pair
	rule int
}

// echo is how often, and when it was told.
type echo struct {
	tally tally
	told  time.Time
}

// underway is the search under way.
type underway struct {
	hunt   *hunt
	data   []byte
	flow   *flow.Flow
	broken []int // rules
}

func newTelltale(b *book) *telltale {
	t := &telltale{book: b, heard: newMemory[hearing, echo](telltalePairs, time.Hour)}
	t.test = t.tests
	return t
}

func (t *telltale) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if len(h.Payload) == 0 || f.Proto != packet.TCP && f.Proto != packet.UDP || settled(f) {
		return
	}
	up := fromClient(f, h)
	data := reading(f, h)
	if data == nil || enciphered(data) {
		return
	}
	hunts := t.tcp
	if f.Proto == packet.UDP {
		hunts = t.udp
	}
	where := InClient
	if !up {
		where = InServer
	}
	t.one[0] = data
	t.search(at, hunts[where], f, t.one[:], emit)
}

// hear reads a request of HTTP.
func (t *telltale) hear(at time.Time, f *flow.Flow, m *hypertext.Message, emit func(abri.Finding)) {
	switch {
	case m.Answer:
	case m.Part == hypertext.Body:
		t.search(at, t.tcp[InBody], f, t.plain.Body(m.Head, m.Body), emit)
	default:
		t.search(at, t.tcp[InHead], f, t.plain.Head(m.Head), emit)
		t.search(at, t.tcp[InRequest], f, t.plain.Line(lineOf(m.Head)), emit)
	}
}

// enciphered reports whether data begins with what TLS enciphers (RFC 8446, 5.1: application data), which has no words.
func enciphered(data []byte) bool { return len(data) > 2 && data[0] == tls.Application && data[1] == 3 }

func (*telltale) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// search tells of the rules that any form of the data breaks.
func (t *telltale) search(at time.Time, h *hunt, f *flow.Flow, forms [][]byte, emit func(abri.Finding)) {
	t.under = underway{hunt: h, flow: f, broken: t.under.broken[:0]}
	for _, data := range forms {
		t.under.data = data
		h.lookup.find(data, t.test)
	}
	for _, rule := range t.under.broken {
		t.note(at, f, rule, emit)
	}
}

// tests notes the rule of a line, of which the first word was found, if the line stands in the data as a whole.
func (t *telltale) tests(n, end int) {
	s := &t.under
	l := &s.hunt.lines[n]
	r := &t.rules[l.rule]
	if len(r.Ports) > 0 && !slices.Contains(r.Ports, s.flow.Port) || r.Outward && s.flow.Direction == abri.In || r.Inward && s.flow.Direction != abri.In ||
		r.Begin && end != len(l.words[0]) || slices.Contains(s.broken, l.rule) {
		return
	}
	rest := s.data[end:]
	for _, w := range l.words[1:] {
		i := indexFold(rest, w)
		if i < 0 {
			return
		}
		rest = rest[i+len(w):]
	}
	if span := len(s.data) - len(rest) - end + len(l.words[0]); r.Within > 0 && span > r.Within {
		return
	}
	s.broken = append(s.broken, l.rule)
}

// note counts a rule that was broken, and tells of it.
func (t *telltale) note(at time.Time, f *flow.Flow, rule int, emit func(abri.Finding)) {
	r := &t.rules[rule]
	e := t.heard.touch(at, hearing{pairOf(f), rule})
	if n := e.tally.add(at, telltaleWindow); n < r.Times || !due(at, &e.told) {
		return
	}
	x := f.FindingOf(r.Kind, at, because(r.Kind, "sign", r.Name))
	if r.Kind == abri.SIPScan || r.Kind == abri.TollFraud {
		x.Service = abri.TelephoneSvc
	}
	emit(x)
}

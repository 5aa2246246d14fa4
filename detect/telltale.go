package detect

import (
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

const (
	telltalePairs  = 4096
	telltaleWindow = 10 * time.Minute
)

// telltale tells of attacks that betray themselves by their words, as the rule files say. It reads requests of HTTP whole,
// however they are cut, and all else a packet at a time: there, words that are cut apart between two are not seen.
type telltale struct {
	*book
	heard    *memory[hearing, echo]
	requests requests
	buffer   []byte // for what is decoded, used again
	under    underway
	test     func(line, end int) // tests, made once: a method value made for each packet is garbage for each packet
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
	t := &telltale{book: b, heard: newMemory[hearing, echo](telltalePairs, time.Hour), requests: newRequests()}
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
	if !up {
		t.search(at, hunts[InServer], f, data, emit)
		return
	}
	t.search(at, hunts[InClient], f, data, emit)
	if f.Proto == packet.TCP {
		t.requests.read(at, f, h, data, func(head []byte) { t.request(at, f, head, emit) })
	}
}

// request reads one request of HTTP.
func (t *telltale) request(at time.Time, f *flow.Flow, data []byte, emit func(abri.Finding)) {
	head := headOf(data)
	t.search(at, t.tcp[InHead], f, head, emit)
	t.search(at, t.tcp[InRequest], f, t.decode(lineOf(head)), emit)
}

// enciphered reports whether data begins with what TLS enciphers (RFC 8446, 5.1: application data), which has no words.
func enciphered(data []byte) bool { return len(data) > 2 && data[0] == 0x17 && data[1] == 3 }

// End reads what never became whole.
func (t *telltale) End(_ time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if f.Proto == packet.TCP && !settled(f) {
		t.requests.end(f, func(head []byte) { t.request(f.Last, f, head, emit) })
	}
}

// search tells of the rules that the data breaks.
func (t *telltale) search(at time.Time, h *hunt, f *flow.Flow, data []byte, emit func(abri.Finding)) {
	t.under = underway{hunt: h, data: data, flow: f, broken: t.under.broken[:0]}
	h.lookup.find(data, t.test)
	for _, rule := range t.under.broken {
		t.hear(at, f, rule, emit)
	}
}

// tests notes the rule of a line, of which the first word was found, if the line stands in the data as a whole.
func (t *telltale) tests(n, end int) {
	s := &t.under
	l := &s.hunt.lines[n]
	r := &t.rules[l.rule]
	if len(r.Ports) > 0 && !slices.Contains(r.Ports, s.flow.Port) || r.Outward && s.flow.Direction == abri.In ||
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
	s.broken = append(s.broken, l.rule)
}

// hear counts a rule that was broken, and tells of it.
func (t *telltale) hear(at time.Time, f *flow.Flow, rule int, emit func(abri.Finding)) {
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

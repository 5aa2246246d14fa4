package detect

import (
	"bytes"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

// The bars of postman. The reasons are in docs/detection.md.
const (
	postPairs   = 4096
	postTime    = 24 * time.Hour
	postUnknown = 20 // recipients that a server does not know, of one sender, and at least half of whom he asked for
	relayTime   = 10 * time.Minute
	relayTests  = 5 // recipients elsewhere for whom a server refuses to carry mail
)

// postman reads what is said between mail servers in clear: it tells of those who ask for one recipient after the other
// to learn who is there, of those who look for a server that carries mail for anybody, and of devices of the site whose
// letters go to many who don't exist.
type postman struct {
	pairs *memory[pair, delivered]
	lines *memory[ends, []byte] // the client's line under way
}

// delivered is what one sender brought to one server.
type delivered struct {
	asked   variety  // for each recipient
	unknown distinct // of those asked for, with what was said
	last    uint32   // the recipient asked for last
	relay   tally
	told    time.Time
}

func newPostman() *postman {
	return &postman{newMemory[pair, delivered](postPairs, postTime), newMemory[ends, []byte](postPairs, time.Hour)}
}

func (p *postman) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || f.Port != 25 && f.Port != 587 || len(h.Payload) == 0 || settled(f) {
		return
	}
	data := reading(f, h)
	if data == nil || data[0] == tls.Handshake || data[0] == tls.Application {
		return
	}
	if fromClient(f, h) {
		p.asks(at, f, data)
		return
	}
	d := p.pairs.find(atServer(f))
	if d == nil {
		return
	}
	for line := range bytes.Lines(data) {
		p.answer(at, f, d, line, emit)
	}
}

func (*postman) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// asks looks for recipients in what a sender says. A line may come in pieces.
func (p *postman) asks(at time.Time, f *flow.Flow, data []byte) {
	held := p.lines.touch(at, endsOf(f))
	for line := range bytes.Lines(data) {
		whole := line
		if len(*held) > 0 {
			whole = append(*held, line...)
		}
		if line[len(line)-1] != '\n' {
			if len(whole) <= maxMailLine {
				*held = append((*held)[:0], whole...)
			}
			return
		}
		*held = (*held)[:0]
		if foldedPrefix(whole, "rcpt to:") || foldedPrefix(whole, "vrfy ") {
			d := p.pairs.touch(at, atServer(f))
			d.last = text(bytes.TrimRight(whole, "\r\n"))
			d.asked.add(at, postTime, d.last)
			if d.asked.n == 1 {
				d.unknown = distinct{}
			}
		}
	}
}

// answer reads one line of the server. A refusal is of the recipient asked for last; of many asked for at once each is
// answered by a line, so as many are counted.
func (p *postman) answer(at time.Time, f *flow.Flow, d *delivered, line []byte, emit func(abri.Finding)) {
	if len(line) < 4 || line[0] != '5' || line[3] == '-' {
		return
	}
	switch {
	case contains(line, "relay"):
		if d.relay.add(at, relayTime) >= relayTests && f.Direction == abri.In && due(at, &d.told) {
			emit(f.FindingOf(abri.Scan, at, because(abri.Scan, "sign", "relay-test", "times", d.relay.n)))
		}
	case unknownRecipient(line):
		d.unknown.add(text(line) ^ d.last)
		n := d.unknown.count()
		if n < postUnknown || 2*n < d.asked.count() || !due(at, &d.told) {
			return
		}
		kind := abri.Scan
		if f.Direction == abri.Out {
			kind = abri.Spambot
		}
		emit(f.FindingOf(kind, at, because(kind, "sign", "unknown-recipients", "names", n, "seconds", seconds(at.Sub(d.asked.began)))))
	}
}

// unknownRecipient reports whether a refusal says that nobody has the name (RFC 3463: 5.1.1; RFC 5321, 4.2.3: 550, 551,
// 553, and what servers write beside it).
func unknownRecipient(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("55")) {
		return false
	}
	for _, words := range [...]string{"5.1.1", "user unknown", "unknown user", "no such user", "unknown recipient", "does not exist", "recipient rejected", "mailbox unavailable", "no mailbox"} {
		if contains(line, words) {
			return true
		}
	}
	return false
}

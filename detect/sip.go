package detect

import (
	"bytes"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of sip, for one source at one exchange within sipTime, without a success between. The reasons are in
// docs/detection.md.
const (
	sipPairs    = 4096
	sipTime     = time.Hour
	sipRefused  = 20  // refusals, of at least
	sipUsers    = 5   // names; or
	sipFast     = 100 // refusals of one name within
	sipFastTime = 10 * time.Minute
	sipNumbers  = 5 // numbers called, all refused
)

// sip tells of those who guess names and passwords of telephones, and of those who try to call through the exchange. A
// telephone that forgot its password asks for one name, and a working one succeeds between.
type sip struct {
	callers *memory[[2]netip.Addr, caller]
}

// caller is what one source did at one exchange since its last success.
type caller struct {
	refused, fast  tally
	users, numbers distinct
	told, toldToll time.Time
}

func newSIP() *sip { return &sip{callers: newMemory[[2]netip.Addr, caller](sipPairs, sipTime)} }

func (s *sip) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if h.SrcPort != 5060 && h.DstPort != 5060 || settled(f) {
		return
	}
	data := h.Payload
	if !bytes.HasPrefix(data, []byte("SIP/2.0 ")) || len(data) < 12 {
		return
	}
	method := sipMethod(data)
	if method != 'R' && method != 'I' {
		return
	}
	c := s.callers.touch(at, [2]netip.Addr{h.Dst, h.Src})
	switch code := string(data[8:11]); code {
	case "200", "180", "183":
		*c = caller{told: c.told, toldToll: c.toldToll}
	case "401", "403", "404", "407", "484", "488", "603":
		c.refuse(at, f, data, method, emit)
	}
}

func (*sip) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// refuse counts one refusal.
func (c *caller) refuse(at time.Time, f *flow.Flow, data []byte, method byte, emit func(abri.Finding)) {
	n := c.refused.add(at, sipTime)
	if n == 1 {
		c.users, c.numbers = distinct{}, distinct{}
	}
	tell := func(k abri.Kind, facts ...any) {
		x := f.FindingOf(k, at, because(k, facts...))
		x.Service = abri.TelephoneSvc
		emit(x)
	}
	to := sipUser(data)
	if method == 'I' {
		c.numbers.add(text(to))
		if c.numbers.count() >= sipNumbers && due(at, &c.toldToll) {
			tell(abri.TollFraud, "numbers", c.numbers.count(), "calls", n, "seconds", seconds(at.Sub(c.refused.began)))
		}
		return
	}
	c.users.add(text(to))
	fast := c.fast.add(at, sipFastTime)
	if (n >= sipRefused && c.users.count() >= sipUsers || fast >= sipFast) && due(at, &c.told) {
		tell(abri.Bruteforce, "tries", n, "names", c.users.count(), "seconds", seconds(at.Sub(c.refused.began)), "by", "sip")
	}
}

// sipMethod is the first letter of the method that an answer is for (RFC 3261, 20.16); 0 where it does not say.
func sipMethod(data []byte) byte {
	i := indexFold(data, "\ncseq:")
	if i < 0 {
		return 0
	}
	for _, c := range data[i+6:] {
		switch {
		case c == '\n':
			return 0
		case c >= 'A' && c <= 'Z':
			return c
		}
	}
	return 0
}

// sipUser is who is called or registered: the user part of the address in the To line (RFC 3261, 20.39).
func sipUser(data []byte) []byte {
	i := indexFold(data, "\nto:")
	if i < 0 {
		if i = indexFold(data, "\nt:"); i < 0 {
			return nil
		}
	}
	line := lineOf(data[i+1:])
	if i = indexFold(line, "sip:"); i < 0 {
		return nil
	}
	line = line[i+4:]
	if i = bytes.IndexAny(line, "@>;\r"); i >= 0 {
		line = line[:i]
	}
	return line
}

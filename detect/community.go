package detect

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/der"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of community. The reasons are in docs/detection.md.
const (
	communityPairs = 4096
	communityFast  = 10 // words of one source at one machine within guessFastTime, or
	communitySlow  = 20 // within guessSlowTime
	snmpPort       = 161
)

// community tells of those who guess the word by which a device lets itself be read or set (SNMP 1 and 2c: the community, RFC
// 1157 and RFC 1901). A device that does not know the word says nothing, so it is the words that are counted, each once.
type community struct {
	pairs *memory[pair, words]
}

// words are those of one source at one machine.
type words struct {
	fast, slow variety
	told       time.Time
}

func newCommunity() *community {
	return &community{newMemory[pair, words](communityPairs, guessSlowTime)}
}

func (c *community) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.UDP || f.Port != snmpPort || settled(f) || !fromClient(f, h) {
		return
	}
	word := communityOf(reading(f, h))
	if len(word) == 0 {
		return
	}
	w := c.pairs.touch(at, pairOf(f))
	w.fast.add(at, guessFastTime, text(word))
	w.slow.add(at, guessSlowTime, text(word))
	if w.fast.count() < communityFast && w.slow.count() < communitySlow || !due(at, &w.told) {
		return
	}
	emit(f.FindingOf(abri.Bruteforce, at, because(abri.Bruteforce, "tries", w.slow.count(), "seconds", seconds(at.Sub(w.slow.began)), "by", "communities")))
}

func (*community) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// communityOf is the community of a message of SNMP 1 or 2c, as far as it is there; nil where data is none: a sequence of the
// version, 0 or 1, and a string.
func communityOf(data []byte) []byte {
	tag, version, rest := der.Next(der.Body(data, der.Sequence))
	if tag != der.Integer || len(version) != 1 || version[0] > 1 {
		return nil
	}
	return der.Body(rest, der.OctetString)
}

package detect

import (
	"time"

	"abri.example/abri"
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

// communityOf is the community of a message of SNMP 1 or 2c, nil where data is none: a sequence of the version (an integer of
// one byte, 0 or 1) and a string (X.690, lengths in their short and long forms).
func communityOf(data []byte) []byte {
	rest, ok := element(data, 0x30)
	if !ok || len(rest) < 5 || rest[0] != 2 || rest[1] != 1 || rest[2] > 1 {
		return nil
	}
	word, _ := element(rest[3:], 4)
	return word
}

// element is what an element of the given tag holds, as far as it is there.
func element(data []byte, tag byte) ([]byte, bool) {
	if len(data) < 2 || data[0] != tag {
		return nil, false
	}
	n, rest := int(data[1]), data[2:]
	if n >= 0x80 {
		more := n & 0x7f
		if more == 0 || more > 2 || len(rest) < more {
			return nil, false
		}
		n = 0
		for _, b := range rest[:more] {
			n = n<<8 | int(b)
		}
		rest = rest[more:]
	}
	return rest[:min(n, len(rest))], true
}

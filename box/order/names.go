package order

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"

	abri "abri.example/abri"
)

// NameWord is what a rule says of a name.
type NameWord uint8

// The name passes whatever lists say; it is stopped like a listed one; or it is that of a resolver that the site has
// closed, which is nobody's attack.
const (
	NamePasses NameWord = iota
	NameStops
	NameResolver
	nameWords
)

// NameRule is one rule about names. Of those that cover a name the last decides.
type NameRule struct {
	Key uint64
	Say NameWord
}

// Names is what is to be said of questions of the DNS: seed, keys and rules as package names/key makes them. The low two
// bits of a key say whether the name itself and what lies beneath it is meant.
type Names struct {
	Seed  [3]uint64
	Keys  []uint64
	Rules []NameRule
}

// NamesLoaded answers a load of names: what now stands in the kernel.
type NamesLoaded struct {
	Names int           `json:"names"`
	Rules int           `json:"rules"`
	Took  time.Duration `json:"took"`
}

// Resolving says how questions for listed names are answered, and which resolvers are closed. Page is where they are led
// (an IPv4 and an IPv6 address at most); with none there is no such name. Closed are resolvers that nobody inside may ask
// over TLS, QUIC or HTTPS.
type Resolving struct {
	Page   []netip.Addr `json:"page"`
	Closed []netip.Addr `json:"closed"`
}

// mostClosed bounds the resolvers of one order.
const mostClosed = 10_000

// Check refuses what no gate should be told.
func (r Resolving) Check() error {
	families := [2]int{}
	for _, a := range r.Page {
		if !a.IsValid() || a.Is4In6() || a.Zone() != "" || a.IsMulticast() || a.IsUnspecified() {
			return refuse(fmt.Sprintf("the page at %s", a), "an address of the box")
		}
		families[a.BitLen()/128]++
	}
	if families[0] > 1 || families[1] > 1 {
		return refuse("a page at several addresses", "one IPv4 and one IPv6 address at most")
	}
	if len(r.Closed) > mostClosed {
		return refuse(fmt.Sprintf("%d closed resolvers", len(r.Closed)), fmt.Sprintf("at most %d", mostClosed))
	}
	for _, a := range r.Closed {
		if !a.IsValid() || a.Is4In6() || a.Zone() != "" || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
			return refuse(fmt.Sprintf("closed resolver %s", a), "an address of the Internet")
		}
	}
	return nil
}

const (
	nameHead = 3*8 + 4
	ruleSize = 9
)

// encode gives the payload of a load of names: the seed, a count (u32) of keys, those, then rules (key, word).
func (n Names) encode() []byte {
	le := binary.LittleEndian
	buf := make([]byte, 0, nameHead+len(n.Keys)*8+len(n.Rules)*ruleSize)
	for _, s := range n.Seed {
		buf = le.AppendUint64(buf, s)
	}
	buf = le.AppendUint32(buf, uint32(len(n.Keys)))
	for _, k := range n.Keys {
		buf = le.AppendUint64(buf, k)
	}
	for _, r := range n.Rules {
		buf = append(le.AppendUint64(buf, r.Key), byte(r.Say))
	}
	return buf
}

// decodeNames reads what encode wrote. How many may be is the gate's to say.
func decodeNames(b []byte) (Names, error) {
	bad := func(what string) (Names, error) {
		return Names{}, &abri.Error{Code: abri.CodeInvalid, What: "names: " + what}
	}
	le := binary.LittleEndian
	if len(b) < nameHead {
		return bad("no seed and count")
	}
	var n Names
	for i := range n.Seed {
		n.Seed[i] = le.Uint64(b[i*8:])
	}
	count := int(le.Uint32(b[3*8:]))
	b = b[nameHead:]
	if count > len(b)/8 || (len(b)-count*8)%ruleSize != 0 {
		return bad(fmt.Sprintf("%d bytes do not hold %d keys and whole rules", len(b), count))
	}
	n.Keys, n.Rules = make([]uint64, count), make([]NameRule, (len(b)-count*8)/ruleSize)
	for i := range n.Keys {
		n.Keys[i] = le.Uint64(b[i*8:])
	}
	b = b[count*8:]
	for i := range n.Rules {
		n.Rules[i] = NameRule{le.Uint64(b[i*ruleSize:]), NameWord(b[i*ruleSize+8])}
		if n.Rules[i].Say >= nameWords {
			return bad(fmt.Sprintf("rule %d says %d", i, n.Rules[i].Say))
		}
	}
	return n, nil
}

// Question is a listed name that somebody inside asked for, as the kernel counts it, cumulative since First: see Flow. Name
// is as it stood in the question, labels with their lengths. Its Fate is Dropped when it was answered in the resolver's
// stead, and Would when it passed because the box only watches.
type Question struct {
	Client, Server netip.AddrPort
	Side           abri.Side
	Fate           Fate
	First, Last    int64
	Packets, Bytes uint64
	Began          bool
	Name           []byte
}

const questionHead = 2*18 + 4 + 4*8

// Question adds a question to the next frame.
func (t *Teller) Question(q Question) error {
	if len(t.questions)+questionHead+len(q.Name) > MaxFrame {
		if err := t.Flush(); err != nil {
			return err
		}
	}
	b := appendEnd(appendEnd(t.questions, q.Client), q.Server)
	began := byte(0)
	if q.Began {
		began = 1
	}
	b = append(b, byte(q.Side), byte(q.Fate), began, byte(len(q.Name)))
	for _, v := range []uint64{uint64(q.First), uint64(q.Last), q.Packets, q.Bytes} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	t.questions = append(b, q.Name...)
	return nil
}

func hearQuestions(l Listener, b []byte) error {
	for len(b) > 0 {
		if len(b) < questionHead || len(b) < questionHead+int(b[39]) {
			return &abri.Error{Code: abri.CodeInvalid, What: "news with part of a question"}
		}
		u64 := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
		n := int(b[39])
		l.Question(Question{
			Client: decodeEnd(b), Server: decodeEnd(b[18:]), Side: abri.Side(b[36]), Fate: Fate(b[37]), Began: b[38] == 1,
			First: int64(u64(40)), Last: int64(u64(48)), Packets: u64(56), Bytes: u64(64), Name: b[questionHead : questionHead+n],
		})
		b = b[questionHead+n:]
	}
	return nil
}

package gate

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	miekg "github.com/miekg/dns"

	"abri.example/abri"
	"abri.example/abri/names/key"
)

// nameModel is what is said of names in plain Go, over names as they stand in a question.
type nameModel struct {
	listed []nameEntry
	rules  []nameEntry
}

type nameEntry struct {
	name            string // as a person writes it
	itself, beneath bool
	say             NameWord
}

func (e nameEntry) key(s key.Seed, part uint64) uint64 {
	return s.Of([]byte(e.name))&^scopeBits | part
}

func (e nameEntry) parts() (all []uint64) {
	if e.itself {
		all = append(all, 1)
	}
	if e.beneath {
		all = append(all, 2)
	}
	return all
}

var testSeed = key.NewSeed([24]byte{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4, 6, 2, 6, 4})

// set is the model as the gate is told.
func (m *nameModel) set() NameSet {
	s := NameSet{Seed: testSeed}
	for _, e := range m.listed {
		for _, part := range e.parts() {
			s.Keys = append(s.Keys, e.key(testSeed, part))
		}
	}
	for _, e := range m.rules {
		for _, part := range e.parts() {
			s.Rules = append(s.Rules, NameRule{e.key(testSeed, part), e.say})
		}
	}
	return s
}

// covers compares label by label.
func (e nameEntry) covers(labels []string) bool {
	own := strings.Split(e.name, ".")
	if len(own) > len(labels) || !slices.Equal(own, labels[len(labels)-len(own):]) {
		return false
	}
	return len(own) == len(labels) && e.itself || len(own) < len(labels) && e.beneath
}

func (m *nameModel) say(labels []string) NameWord {
	say := NamePasses
	for _, e := range m.listed {
		if e.covers(labels) {
			say = NameStops
		}
	}
	for _, e := range m.rules {
		if e.covers(labels) {
			say = e.say
		}
	}
	return say
}

// asksFor reads the one question of a plain query over UDP, its labels in lower case.
func asksFor(side int, frame []byte) (labels []string, ok bool) {
	p := seeFrame(frame)
	if side != in || p.level != wholePacket || p.proto != protoUDP || p.dport != dnsPort || p.part || len(frame) < p.at+20 {
		return nil, false
	}
	length := int(binary.BigEndian.Uint16(frame[p.at+4:]))
	if length < 8 || p.at+length > len(frame) {
		return nil, false
	}
	m := frame[p.at+8 : p.at+length]
	if len(m) < 17 || m[2]&0xf8 != 0 || !bytes.Equal(m[4:10], []byte{0, 1, 0, 0, 0, 0}) {
		return nil, false
	}
	for at := 12; at < len(m) && at < 12+255; {
		n := int(m[at])
		switch {
		case n == 0:
			return labels, len(labels) > 0 && at+5 <= len(m)
		case n > 63 || at+1+n > len(m):
			return nil, false
		}
		labels = append(labels, asciiLower(string(m[at+1:at+1+n])))
		at += 1 + n
	}
	return nil, false
}

// isOdd tells a query that is not read in the kernel.
func isOdd(side int, frame []byte) bool {
	p := seeFrame(frame)
	if side != in || p.level != wholePacket || p.proto != protoUDP || p.dport != dnsPort {
		return false
	}
	if p.part {
		return true
	}
	if len(frame) < p.at+20 {
		return false
	}
	length := int(binary.BigEndian.Uint16(frame[p.at+4:]))
	if length < 25 || p.at+length > len(frame) {
		return false
	}
	m := frame[p.at+8 : p.at+length]
	if m[2]&0xf8 != 0 || m[4]|m[5] == 0 {
		return false
	}
	_, plain := asksFor(side, frame)
	root := m[12] == 0 && bytes.Equal(m[4:10], []byte{0, 1, 0, 0, 0, 0})
	return !plain && !root
}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

func (m *nameModel) judge(side int, frame []byte, protect bool) Reason {
	labels, ok := asksFor(side, frame)
	if !ok {
		return Pass
	}
	reason := map[NameWord]Reason{NamePasses: Pass, NameStops: DropName, NameResolver: DropResolver}[m.say(labels)]
	if reason != Pass && !protect {
		reason -= DropName - WouldName
	}
	return reason
}

var someNames = &nameModel{
	listed: []nameEntry{
		{name: "evil.com", itself: true, beneath: true}, {name: "only.net", itself: true}, {name: "under.org", beneath: true},
		{name: "a.b.c.d.e.f.test", itself: true, beneath: true}, {name: strings.Repeat("l", 63) + ".com", itself: true, beneath: true},
		{name: "evilevil.com", itself: true}, {name: "www.good.evil.com", itself: true, beneath: true}, {name: "x-1_2.fr", itself: true, beneath: true},
	},
	rules: []nameEntry{
		{"good.evil.com", true, true, NamePasses}, {"bad.good.evil.com", true, true, NameStops}, {"evil.com", true, false, NamePasses},
		{"canary.net", true, false, NameResolver}, {"bad.good.evil.com", true, false, NamePasses}, {"new.test", false, true, NameStops},
	},
}

// randomQuestion is a message that asks for a name of few words, in any case, or nearly one.
func randomQuestion(r *rand.Rand) []byte {
	words := []string{"evil", "com", "only", "net", "under", "org", "good", "bad", "www", "test", "new", "canary", "a", "b", "c", "d", "e", "f",
		"evilevil", "x-1_2", "fr", "\x00", "a.b", "@[`{", "\xc3\xa9", strings.Repeat("l", 63), "vil"}
	var name []byte
	if r.IntN(3) > 0 {
		all := slices.Concat(someNames.listed, someNames.rules)
		for _, l := range strings.Split(all[r.IntN(len(all))].name, ".") {
			name = append(append(name, byte(len(l))), l...)
		}
	}
	for range r.IntN(4) {
		w := words[r.IntN(len(words))]
		name = append(append([]byte{byte(len(w))}, w...), name...)
	}
	for i, c := range name {
		if c >= 'a' && c <= 'z' && r.IntN(3) == 0 {
			name[i] = c - 32
		}
	}
	m := []byte{byte(r.Uint32()), byte(r.Uint32()), 1, 0, 0, 1, 0, 0, 0, 0, 0, byte(r.IntN(2))}
	m = append(append(m, name...), 0, 0, 1, 0, 1)
	if m[11] == 1 {
		m = append(m, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0)
	}
	return m
}

// TestNamesModel compares the kernel with the model: questions whole, and with bytes changed anywhere, cut and lying.
func TestNamesModel(t *testing.T) {
	for _, hostile := range []bool{false, true} {
		t.Run(map[bool]string{false: "random", true: "hostile"}[hostile], func(t *testing.T) {
			random := rand.New(rand.NewPCG(seedOf(t), 0))
			b := newBench(t, abri.Observe)
			b.loadNames(someNames.set())
			protect, reasons, waited := false, map[Reason]int{}, 0
			for i := range packets(t) {
				if i%2500 == 0 {
					protect = !protect
					b.do(b.SetMode(map[bool]abri.Mode{true: abri.Protect, false: abri.Observe}[protect]))
				}
				f, side := randomFrame(random), 1+random.IntN(3)
				f.proto, f.cut, f.body, f.payload = protoUDP, 0, randomQuestion(random), 0
				if random.IntN(8) > 0 {
					f.dport, side = dnsPort, in
				}
				data := f.bytes()
				if hostile {
					data = mutilateQuestion(random, side, data)
				}
				got, want := b.run(side, data), someNames.judge(side, data, protect)
				if got == PassNonIP && seeFrame(data).level == notIP {
					got = Pass
				}
				odd := protect && isOdd(side, data)
				if seeFrame(data).proto == protoTCP { // TestQuestionsOverTCPWait has those
					odd = b.waits
				}
				if got != want || b.waits != odd {
					t.Fatalf("packet %d, side %d, %+v, %x: kernel %v, waits %v; model %v, %v", i, side, f, data, got, b.waits, want, odd)
				}
				if b.waits {
					waited++
				}
				reasons[got]++
				if i%64 == 0 {
					b.copies()
				}
				b.do(b.Beat(Monotonic())) // without an agent nothing waits
			}
			t.Log(reasons, waited, "waited")
			if hostile && waited == 0 {
				t.Error("no question waited")
			}
			for r := range ofNames {
				if reasons[r] == 0 {
					t.Errorf("no packet met %v", r)
				}
			}
		})
	}
}

// mutilateQuestion changes bytes of the DNS message more often than of the headers.
func mutilateQuestion(r *rand.Rand, side int, data []byte) []byte {
	if r.IntN(4) == 0 {
		return mutilate(r, side, data)
	}
	p := seeFrame(data)
	for range r.IntN(3) {
		at := min(len(data)-1, max(14, p.at)+r.IntN(60))
		data[at] = byte(r.Uint32())
		if r.IntN(2) == 0 {
			data[at] = []byte{0, 1, 2, 3, 4, 63, 64, 0xc0, 12, 255}[r.IntN(10)]
		}
	}
	if side != sideBox && r.IntN(6) == 0 {
		data = data[:max(14, len(data)-r.IntN(40))]
	}
	return data
}

func (b *bench) loadNames(s NameSet) {
	b.t.Helper()
	n, err := b.LoadNames(s)
	b.do(err)
	if n.Rules == 0 && len(s.Rules) > 0 || n.Names != len(s.Keys) {
		b.t.Fatalf("asked for %d names and %d rules, found %+v", len(s.Keys), len(s.Rules), n)
	}
}

// query is a message by a real library.
func query(t testing.TB, name string, kind uint16, edns bool) []byte {
	t.Helper()
	m := new(miekg.Msg).SetQuestion(name, kind)
	if edns {
		m.SetEdns0(1232, true)
	}
	b, err := m.Pack()
	fatal(t, err)
	return b
}

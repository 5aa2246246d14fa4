package gate

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"

	miekg "github.com/miekg/dns"

	"abri.example/abri"
)

// TestFiguresNames is a question held against a million names: one name again and again, and each question for another, of
// 32,768. Nothing is copied, as without an agent: what a copy costs is no question's.
func TestFiguresNames(t *testing.T) {
	measuring(t)
	random := rand.New(rand.NewPCG(9, 9))
	words := make([]uint64, 1<<20)
	set := NameSet{Seed: testSeed, Keys: make([]uint64, len(words))}
	for i := range words {
		words[i] = randomWord(random)
		set.Keys[i] = testSeed.Of([]byte(label(words[i])+".com"))&^scopeBits | scopeBits
	}
	others := make([]uint64, conversations)
	for i := range others {
		others[i] = randomWord(random)
	}
	f := frame{src: "192.168.1.20", dst: "9.9.9.9", proto: protoUDP, sport: 40000, dport: dnsPort, body: query(t, "www."+label(words[0])+".com.", miekg.TypeA, true)}
	listed := f.bytes()
	f.body = query(t, "www."+label(others[0])+".com.", miekg.TypeA, true)
	honest := f.bytes()

	b, without, bare := newBench(t, abri.Observe), newBench(t, abri.Observe), newBare(t)
	for _, x := range []*bench{b, without} {
		x.do(x.Beat(Monotonic() - int64(10*time.Second)))
		x.control.at.Inside = fromInside
	}
	b.loadNames(set)
	uncounted := b.without(t, "count_question")
	if got := b.run(in, listed); got != WouldName {
		t.Fatalf("a listed name is %v", got)
	}
	inTurns(t, 15, []*figure{
		{name: "bare XDP_PASS", once: repeated(t, bare, listed, 300_000)},
		{name: "a question, no names loaded", once: repeated(t, without.programs.AbriXdp, honest, 300_000)},
		{name: "a question, 1M names, not listed", once: repeated(t, b.programs.AbriXdp, honest, 300_000)},
		{name: "a question, 1M names, listed", once: repeated(t, b.programs.AbriXdp, listed, 300_000)},
	})
	for _, c := range []struct {
		name  string
		words []uint64
		reach float64
	}{{"another name each time, not listed", others, 400}, {"another name each time, listed", words[:4096], 400}} {
		r := newRoamAt(t, 14+20+8+12+1+3+1, asm.DWord, 0, c.words)
		led := func(to *ebpf.Program) func() float64 {
			once := repeated(t, r.Program, honest, 300_000)
			return func() float64 { r.leadTo(t, to); return once() }
		}
		yard := &figure{name: "bare, with the change of name", once: led(bare)}
		no := &figure{name: "no names loaded", once: led(without.programs.AbriXdp)}
		match := &figure{name: c.name + ", matched only", once: led(uncounted)}
		whole := &figure{name: c.name + ", and counted", once: led(b.programs.AbriXdp)}
		inTurns(t, 15, []*figure{yard, no, match, whole})
		took := match.median() - no.median()
		verdict := map[bool]string{true: "reached", false: "MISSED"}[took <= c.reach]
		t.Logf("%-40s the match takes %.0f ns (reach %.0f: %s), to count who asked %.0f more; all of it is %.0f above bare", c.name, took, c.reach, verdict, whole.median()-match.median(), whole.median()-yard.median())
	}
}

// randomWord is eight letters, as they lie in a packet.
func randomWord(r *rand.Rand) (w uint64) {
	for range 8 {
		w = w<<8 | uint64('a'+r.IntN(26))
	}
	return w
}

func label(w uint64) string { return string(binary.NativeEndian.AppendUint64(nil, w)) }

package gate

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	miekg "github.com/miekg/dns"

	"abri.example/abri"
)

// manyNames are names made by their number: 1,000 domains to each ending, every third with a host before it, so that a list
// of them holds names beneath others.
func manyNames(i int) string {
	name := fmt.Sprintf("d%d.z%d", i/3%1000, i/3000)
	if i%3 == 2 {
		return "www." + name
	}
	return name
}

// listedScope says what of a name is meant, by its number: itself, what lies beneath, both, or nothing: an eighth of the names
// are not on the list.
func listedScope(i int) uint64 {
	if i%8 == 7 {
		return 0
	}
	return uint64(i*7)%3 + 1
}

// TestManyNamesModel compares the kernel with a model in plain Go over as many names as a box may have: 20,000 each day, and
// ABRI_MODEL_NAMES of them where somebody asks (make bench-names: two million).
func TestManyNamesModel(t *testing.T) {
	many := 20_000
	if s := os.Getenv("ABRI_MODEL_NAMES"); s != "" {
		var err error
		if many, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(seedOf(t), 0))
	b := newBench(t, abri.Protect)
	set, model := NameSet{Seed: testSeed}, make(map[string]uint64, many)
	for i := 0; len(set.Keys) < many; i++ {
		scope := listedScope(i)
		if scope == 0 {
			continue
		}
		name := manyNames(i)
		set.Keys = append(set.Keys, testSeed.Of([]byte(name))&^scopeBits|scope)
		model[name] |= scope
	}
	b.loadNames(set)
	t.Logf("%d keys of %d names", len(set.Keys), len(model))
	reasons := map[Reason]int{}
	for i := range packets(t) {
		name := manyNames(random.IntN(2 * many))
		for range random.IntN(3) {
			name = []string{"www", "a", "mail"}[random.IntN(3)] + "." + name
		}
		f := frame{src: "192.168.1.20", dst: "9.9.9.9", proto: protoUDP, sport: 40000, dport: dnsPort, body: query(t, mixCase(random, name)+".", miekg.TypeA, true)}
		got, want := b.run(in, f.bytes()), Pass
		if coveredBy(model, name) {
			want = DropName
		}
		if got != want {
			t.Fatalf("%s: kernel %v, model %v", name, got, want)
		}
		reasons[got]++
		if i%64 == 0 {
			b.copies()
			b.do(b.Beat(Monotonic()))
		}
	}
	t.Log(reasons)
	if reasons[Pass] == 0 || reasons[DropName] == 0 {
		t.Error("only one of both")
	}
}

// coveredBy asks for a name and each that it lies beneath.
func coveredBy(model map[string]uint64, name string) bool {
	if model[name]&1 != 0 {
		return true
	}
	for _, above, ok := strings.Cut(name, "."); ok; _, above, ok = strings.Cut(above, ".") {
		if model[above]&2 != 0 {
			return true
		}
	}
	return false
}

func mixCase(r *rand.Rand, name string) string {
	if r.IntN(2) == 0 {
		return strings.ToUpper(name)
	}
	return name
}

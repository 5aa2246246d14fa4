package flow

import (
	"math/rand/v2"
	"testing"
)

// TestIndex takes random flows in and out, beside a map: growing, shrinking to nothing, and many around one place.
func TestIndex(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 7))
		index, plain := newIndex(), map[key]*Flow{}
		keys := 1 + random.IntN(3000)
		for step := range 20_000 {
			k := key{aLow: uint64(random.IntN(keys)), proto: 6}
			f, hash := index.find(&k)
			if f != plain[k] {
				t.Fatalf("seed %d, step %d: found %p for %v, want %p", seed, step, f, k, plain[k])
			}
			switch leaving := step%8_000 > 5_000; {
			case f == nil && !leaving:
				plain[k] = &Flow{state: state{key: k}}
				index.add(plain[k], hash)
			case f != nil && (leaving || random.IntN(2) == 0):
				index.remove(f)
				index.remove(f) // not there any more: nothing changes
				delete(plain, k)
			}
			if index.taken != len(plain) {
				t.Fatalf("seed %d, step %d: %d are taken of %d", seed, step, index.taken, len(plain))
			}
		}
		for k, f := range plain {
			if got, _ := index.find(&k); got != f {
				t.Fatalf("seed %d: %v is lost", seed, k)
			}
		}
	}
}

// FuzzIndex takes its input as flows that come and go around a few places, all with hashes of the input's choice: what is
// found is what was put, whatever shares a place.
func FuzzIndex(f *testing.F) {
	f.Add([]byte{0, 0, 1, 1, 0, 2, 0, 1, 0, 0, 255, 255, 0})
	f.Fuzz(func(t *testing.T, in []byte) {
		index := newIndex()
		there := map[uint64]*Flow{}
		for _, b := range in {
			hash := uint64(b) | 0xf0 // 16 places, the last of the table: it wraps around
			if f := there[uint64(b)]; f != nil {
				index.take(f, hash)
				delete(there, uint64(b))
			} else {
				f = &Flow{state: state{key: key{aLow: uint64(b)}}}
				index.add(f, hash)
				there[uint64(b)] = f
			}
			for b, f := range there {
				if index.at(&f.key, b|0xf0) != f {
					t.Fatalf("%d is lost", b)
				}
			}
			if len(there) != index.taken {
				t.Fatalf("%d are taken of %d", index.taken, len(there))
			}
		}
	})
}

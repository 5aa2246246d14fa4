package key

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

var seed = NewSeed([24]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})

func TestEachEndOfANameHasItsKey(t *testing.T) {
	for _, c := range []struct{ name, ends string }{
		{"www.impots.gouv.fr", "fr gouv.fr impots.gouv.fr www.impots.gouv.fr"},
		{"fr", "fr"},
		{`a\.b.fr`, `fr a\.b.fr`},
		{`a\\.b.fr`, `fr b.fr a\\.b.fr`},
		{`\.`, `\.`},
		{"a..b", "b .b a..b"},
	} {
		var got []string
		for end, k := range seed.Above([]byte(c.name)) {
			got = append(got, string(end))
			if k != seed.Of(end) {
				t.Errorf("%s has another key above %s", end, c.name)
			}
		}
		if strings.Join(got, " ") != c.ends {
			t.Errorf("%s ends with %q, want %q", c.name, got, c.ends)
		}
	}
}

func TestKeysTellNamesApart(t *testing.T) {
	seen := map[uint64]string{}
	for _, name := range []string{
		"a.fr", "b.fr", "fr", "a.b.fr", "ab.fr", "aa.fr", "a", "", "a.a", "aaaaaaa.fr", "aaaaaaaa.fr", "aaaaaaaaaaaaaaa.fr", "aaaaaaaaaaaaaaaa.fr",
		"xn--a.fr", "a-b.fr", "a_b.fr", "0.fr", strings.Repeat("a", 62) + ".fr", strings.Repeat("a", 63) + ".fr", "@.fr", "[.fr", "`.fr", "{.fr",
	} {
		k := seed.Of([]byte(name))
		if other, ok := seen[k]; ok {
			t.Errorf("%q and %q have one key", name, other)
		}
		seen[k] = name
	}
	if seed.Of([]byte("WWW.ImpotS.Gouv.FR")) != seed.Of([]byte("www.impots.gouv.fr")) {
		t.Error("a name in capitals is another")
	}
	other := NewSeed([24]byte{1})
	if seed.Of([]byte("a.fr")) == other.Of([]byte("a.fr")) {
		t.Error("another seed gives the same key")
	}
}

// The word-wise lower case is the plain one, for every byte at every place.
func TestLower(t *testing.T) {
	for b := range 256 {
		for at := range 8 {
			word := uint64(b) << (8 * at)
			want := uint64(b)
			if b >= 'A' && b <= 'Z' {
				want += 'a' - 'A'
			}
			if got := lower(word); got != want<<(8*at) {
				t.Fatalf("byte %#x at %d becomes %#x", b, at, got)
			}
		}
	}
}

// A million names have a million keys, and the bits that choose a bucket are spread evenly.
func TestKeysAreSpread(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	seen := map[uint64]bool{}
	var ones [64]int
	const n = 100_000
	for range n {
		k := seed.Of([]byte(word(random) + "." + word(random) + ".fr"))
		seen[k>>2] = true
		for bit := range ones {
			ones[bit] += int(k >> bit & 1)
		}
	}
	if len(seen) < n-200 { // some of the random names are the same
		t.Errorf("%d keys of %d names", len(seen), n)
	}
	for bit, count := range ones {
		if count < n*48/100 || count > n*52/100 {
			t.Errorf("bit %d is set in %d of %d", bit, count, n)
		}
	}
}

func word(r *rand.Rand) string {
	b := make([]byte, 1+r.IntN(12))
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz0123456789-_"[r.IntN(38)]
	}
	return string(b)
}

func BenchmarkOf(b *testing.B) {
	name := []byte("www.impots.gouv.fr")
	b.ReportAllocs()
	for b.Loop() {
		seed.Of(name)
	}
}

func FuzzAbove(f *testing.F) {
	f.Add([]byte("www.impots.gouv.fr"))
	f.Add([]byte(`a\.b.\\.`))
	f.Fuzz(func(t *testing.T, name []byte) {
		last := []byte(nil)
		for end := range seed.Above(name) {
			if !bytes.HasSuffix(name, end) || len(end) < len(last) {
				t.Fatalf("%q has the end %q", name, end)
			}
			last = end
		}
		if !bytes.Equal(last, name) {
			t.Fatalf("%q ends at %q", name, last)
		}
	})
}

package stream

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// text is n bytes that are all told apart from their neighbours.
func text(n int) []byte {
	random := rand.New(rand.NewPCG(uint64(n), 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

// piece is a segment: the bytes of the text from one place to another.
type piece struct{ from, to int }

// scatter cuts a text of n bytes into pieces, repeats some, lets some overlap, and shuffles them within a window.
func scatter(random *rand.Rand, n, longest, window int) []piece {
	var all []piece
	for at := 0; at < n; {
		to := min(n, at+1+random.IntN(longest))
		all = append(all, piece{at, to})
		if random.IntN(4) == 0 {
			all = append(all, piece{max(0, at-random.IntN(50)), min(n, to+random.IntN(50))})
		}
		at = to
	}
	for i := range all {
		j := min(len(all)-1, i+random.IntN(window))
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// TestAnyOrderGivesTheSameBytes sends scattered texts, begun anywhere in the space of sequence numbers, and uses what is
// whole in bites of any size, more than there is included.
func TestAnyOrderGivesTheSameBytes(t *testing.T) {
	pool := NewPool(0)
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 1))
		whole := text(1 + random.IntN(20_000))
		initial := random.Uint32()
		if seed%3 == 0 {
			initial = -uint32(random.IntN(len(whole))) // wraps within
		}
		var s Stream
		pool.Watch(&s)
		s.Begin(initial)
		used := 0
		for _, p := range scatter(random, len(whole), 1+random.IntN(1500), 1+random.IntN(8)) {
			segment := bytes.Clone(whole[p.from:p.to])
			view := s.Add(initial+uint32(p.from), segment)
			if !bytes.Equal(view, whole[min(used, len(whole)):min(used+len(view), len(whole))]) {
				t.Fatalf("seed %d: %d bytes from %d on are not those of the text", seed, len(view), used)
			}
			bite := 0
			switch random.IntN(4) {
			case 0:
				bite = len(view)
			case 1:
				bite = random.IntN(len(view) + 1)
			case 2:
				if bite = len(view); bite > 0 && random.IntN(20) == 0 {
					bite += random.IntN(200) // skip what is to come
				}
			}
			s.Keep(bite)
			used += bite
			clear(segment) // the caller's bytes are the caller's
		}
		view := s.Add(initial+uint32(len(whole)), []byte{0})
		if used < len(whole) && (len(view) != len(whole)-used+1 || !bytes.Equal(view[:len(view)-1], whole[used:])) {
			t.Fatalf("seed %d: %d bytes are left, want %d", seed, len(view)-1, len(whole)-used)
		}
		s.Close()
	}
	if pool.front != nil || pool.Lost() != 0 {
		t.Errorf("a block is still held, or %d were lost", pool.Lost())
	}
}

func TestWhatIsUsedAtOnceTakesNoMemory(t *testing.T) {
	pool := NewPool(0)
	var s Stream
	pool.Watch(&s)
	for at := uint32(0); at < 1<<20; at += 1000 {
		s.Keep(len(s.Add(at, make([]byte, 1000))))
	}
	if pool.Held() != 0 {
		t.Errorf("%d bytes were taken", pool.Held())
	}
}

func TestTheFirstOfTwoThatDifferIsBelieved(t *testing.T) {
	pool := NewPool(0)
	var s Stream
	pool.Watch(&s)
	s.Begin(0)
	s.Add(4, []byte("EF"))
	s.Keep(0)
	s.Add(0, []byte("AB"))
	s.Keep(0)
	if got := s.Add(0, []byte("xxCDxxG")); string(got) != "ABCDEFG" {
		t.Errorf("got %q", got)
	}
}

// TestWithoutABeginning: a capture that begins in the middle has no SYN, and may have its first segments swapped.
func TestWithoutABeginning(t *testing.T) {
	pool := NewPool(0)
	var s Stream
	pool.Watch(&s)
	s.Add(1005, []byte("world"))
	s.Keep(0)
	if got := s.Add(1000, []byte("hello")); string(got) != "helloworld" {
		t.Errorf("got %q", got)
	}
	s.Keep(10)
	if got := s.Add(990, []byte("0123456789")); got != nil {
		t.Errorf("%q came from before what was used", got)
	}
	if got := s.Add(1005, []byte("world!")); string(got) != "!" {
		t.Errorf("got %q", got)
	}
}

func TestNoStreamHoldsMoreThanItsLimit(t *testing.T) {
	pool := NewPool(0)
	var s Stream
	pool.Watch(&s)
	s.Begin(0)
	for at := range uint32(100) {
		s.Add(at*1000, make([]byte, 1000))
		s.Keep(0)
	}
	if got := s.Add(0, []byte{0}); len(got) != 0 && len(got) != Limit || pool.Held() > large+small {
		t.Errorf("%d bytes are whole, %d held", len(got), pool.Held())
	}
	s.Add(5000+Limit, []byte("far ahead"))
	s.Keep(1)
}

// TestManyHalfHellos: the pool is bounded whatever the number of those that wait, and who waited longest goes first.
func TestManyHalfHellos(t *testing.T) {
	const max, streams = 1 << 20, 100_000
	pool := NewPool(max)
	all := make([]Stream, streams)
	for i := range all {
		pool.Watch(&all[i])
		all[i].Begin(0)
		all[i].Add(0, make([]byte, 700))
		all[i].Keep(0)
		if i%100 == 0 {
			all[i].Add(700, make([]byte, 20_000))
			all[i].Keep(0)
		}
	}
	if pool.Held() > max {
		t.Errorf("%d bytes are held, of at most %d", pool.Held(), max)
	}
	kept := 0
	for i := range all {
		switch {
		case !all[i].Lost():
			kept++
		case kept > 0:
			t.Fatalf("stream %d is lost and an earlier one is not", i)
		}
	}
	if kept < 50 || pool.Lost() != uint64(streams-kept) {
		t.Errorf("%d are kept, and %d counted as lost", kept, pool.Lost())
	}
	if all[0].Add(700, []byte("x")) != nil {
		t.Error("a lost stream gives bytes")
	}
}

// FuzzStream reads its input as segments and bites, and compares with a map from place to first byte.
func FuzzStream(f *testing.F) {
	f.Add([]byte{0, 0, 5, 1, 0, 3, 5, 200, 1, 255, 255, 2})
	f.Add([]byte{9, 0, 1, 0, 7, 1, 2, 0, 5, 1, 5, 2, 0, 0, 9, 90})
	f.Fuzz(func(t *testing.T, ops []byte) {
		pool := NewPool(0)
		var s Stream
		pool.Watch(&s)
		s.Begin(0)
		wrote, used := map[int]byte{}, 0
		for n := byte(1); len(ops) >= 4; ops, n = ops[4:], n+1 {
			at, size := int(ops[0])|int(ops[1])<<8, int(ops[2])
			segment := bytes.Repeat([]byte{n}, size)
			for i := range segment {
				if _, known := wrote[at+i]; !known && at+i >= used && at+i < used+Limit {
					wrote[at+i] = n
				}
			}
			for i, c := range s.Add(uint32(at), segment) {
				if wrote[used+i] != c {
					t.Fatalf("byte %d is %d, want %d", used+i, c, wrote[used+i])
				}
			}
			if bite := int(ops[3]); bite < 128 {
				s.Keep(bite)
				used += bite
			} else {
				s.Keep(0)
			}
		}
	})
}

package feed

import (
	"bufio"
	"bytes"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strconv"
	"testing"
)

const million = 1_000_000

// million4 is a list of a million public IPv4 addresses as text, in no order.
func million4() []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var out []byte
	for range million {
		n := random.Uint32()
		out = strconv.AppendInt(out, int64(11+n>>24%110), 10) // 11 to 120: clear of private space but for 100.64/10
		for shift := 16; shift >= 0; shift -= 8 {
			out = strconv.AppendInt(append(out, '.'), int64(n>>shift&0xff), 10)
		}
		out = append(out, '\n')
	}
	return out
}

func parseMillion(b *testing.B) *List {
	l, err := Parse(bytes.NewReader(million4()), Info{Name: "million"})
	if err != nil {
		b.Fatal(err)
	}
	return l
}

// BenchmarkLines is the yardstick of BenchmarkParse: the same text, only cut into lines.
func BenchmarkLines(b *testing.B) {
	text := million4()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		in := bufio.NewScanner(bytes.NewReader(text))
		n := 0
		for in.Scan() {
			n++
		}
		if n != million {
			b.Fatalf("%d lines", n)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	text := million4()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Parse(bytes.NewReader(text), Info{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMerge joins a million entries that stand on five lists, none of them sorted after another.
func BenchmarkMerge(b *testing.B) {
	lists := make([]*List, 5)
	for i := range lists {
		lists[i] = &List{}
	}
	for i, key := range parseMillion(b).v4 {
		at := lists[i%len(lists)]
		at.v4 = append(at.v4, key)
	}
	for b.Loop() {
		Merge(lists, nil)
	}
}

func BenchmarkV4(b *testing.B) {
	s := Merge([]*List{parseMillion(b)}, nil)
	for b.Loop() {
		s.V4()
	}
}

func BenchmarkFind(b *testing.B) {
	l := parseMillion(b)
	s := Merge([]*List{l, mustParse(b, "11.0.0.0/8\n62.0.0.0/12\n", Info{})}, nil)
	random := rand.New(rand.NewPCG(3, 4))
	b.ReportAllocs()
	found := 0
	for b.Loop() {
		n := random.Uint32()
		if _, ok := s.Find(netip.AddrFrom4([4]byte{byte(11 + n>>24%110), byte(n >> 16), byte(n >> 8), byte(n)})); ok {
			found++
		}
	}
	b.ReportMetric(100*float64(found)/float64(b.N), "%found")
}

// TestMemoryOfAMillionEntries bounds what a list and a set keep: 8 and 12 bytes an entry, and nothing else that grows.
func TestMemoryOfAMillionEntries(t *testing.T) {
	text := million4()
	before := heap()
	l, err := Parse(bytes.NewReader(text), Info{})
	if err != nil {
		t.Fatal(err)
	}
	list := heap() - before
	if most := int64(l.Len4())*8 + 1<<20; list > most || l.Len4() < 9*million/10 {
		t.Errorf("a list of %d entries keeps %d bytes, want at most %d", l.Len4(), list, most)
	}
	s := Merge([]*List{l}, nil)
	n := l.Len4()
	runtime.KeepAlive(l)
	l = nil
	set := heap() - before
	if most := int64(n)*12 + 1<<20; set > most {
		t.Errorf("a set of %d entries keeps %d bytes, want at most %d", n, set, most)
	}
	t.Logf("%d entries: list %d bytes, set %d bytes", n, list, set)
	runtime.KeepAlive(s)
	runtime.KeepAlive(text)
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

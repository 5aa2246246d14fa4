package detect

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// forged is the n-th of many sources, each in a network of its own.
func forged(n int) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], 0x0B000000+uint32(n)*257)
	return netip.AddrFrom4(b)
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// press shows every detector so many forged sources, each once, by TCP, UDP and echo in turn, without answers.
func press(detectors []Detector, from, to int, emit func(abri.Finding)) {
	flows := flow.NewTable(flow.Options{Max: 1024})
	inside := netip.MustParseAddr(mail)
	for i := from; i < to; i++ {
		h := packet.Headers{Known: true, Length: 40, Src: forged(i), Dst: inside, SrcPort: uint16(1024 + i%60_000), DstPort: uint16(i % 7)}
		switch i % 3 {
		case 0:
			h.Proto, h.Flags = packet.TCP, packet.SYN
		case 1:
			h.Proto = packet.UDP
		default:
			h.Proto, h.ICMPType, h.SrcPort, h.DstPort = packet.ICMP, 8, 0, 0
		}
		at := start.Add(time.Duration(i) * 10 * time.Microsecond)
		f, _ := flows.Observe(at, abri.Outside, &h)
		for _, d := range detectors {
			d.Observe(at, f, &h, emit)
		}
	}
	flows.Flush(func(f *flow.Flow) {
		for _, d := range detectors {
			d.End(f.Last, f, emit)
		}
	})
}

// 100,000 sources are held in 64 MB, and a million forged ones don't take more.
func TestForgedSourcesAreBounded(t *testing.T) {
	detectors := All()
	before := heap()
	press(detectors, 0, 100_000, func(abri.Finding) {})
	hundred := heap() - before
	press(detectors, 100_000, 1_000_000, func(abri.Finding) {})
	million := heap() - before
	t.Logf("100,000 sources: %d MB, a million: %d MB", hundred>>20, million>>20)
	if hundred > 64<<20 || million > 64<<20 {
		t.Errorf("100,000 sources take %d MB, a million %d MB", hundred>>20, million>>20)
	}
	runtime.KeepAlive(detectors)
}

// After a flood of forged sources the next attacker is seen as before.
func TestAfterAFloodAScanIsSeen(t *testing.T) {
	s := newSite()
	press(s.detectors, 0, 200_000, func(abri.Finding) {})
	s.now = start.Add(time.Minute)
	for port := range 20 {
		s.see(abri.Outside, syn(stranger, web, uint16(1000+port)))
	}
	if len(s.found) != 1 || s.found[0].Kind != abri.Scan || s.found[0].Outside.String() != stranger {
		t.Errorf("found %+v", s.found)
	}
}

func TestMemoryForgetsTheMostSilent(t *testing.T) {
	m := newMemory[int, int](3, time.Minute)
	for i, k := range []int{1, 2, 3, 1, 4} {
		*m.touch(start.Add(time.Duration(i)*time.Second), k) += k
	}
	if m.len() != 3 || m.find(2) != nil || m.find(1) == nil || *m.find(1) != 2 {
		t.Errorf("%d keys, 2: %v, 1: %v", m.len(), m.find(2), m.find(1))
	}
	m.touch(start.Add(62*time.Second+500*time.Millisecond), 5)
	if m.find(3) != nil || m.find(1) == nil {
		t.Error("3 was silent for more than a minute, and 1 was not")
	}
	if got := *m.touch(start.Add(-time.Hour), 6); got != 0 || m.len() != 3 {
		t.Errorf("a new key in a place used before holds %d; %d keys", got, m.len())
	}
}

func TestDistinctCountsAndEstimates(t *testing.T) {
	for _, n := range []int{0, 1, 24, 25, 100, 1000, 5000} {
		var d distinct
		for i := range n {
			d.add(uint32(i) * 7919)
			d.add(uint32(i) * 7919)
		}
		if got := d.count(); n <= fewMost && got != n || got < n*93/100 || got > n*107/100+1 {
			t.Errorf("%d numbers are counted as %d", n, got)
		}
	}
	var d distinct
	d.add(1)
	d.add(2)
	d.remove(1)
	if d.count() != 1 {
		t.Errorf("one of two taken out leaves %d", d.count())
	}
}

// A memory answers like a map of Go's that forgets the most silent, whatever is touched, found and forgotten in between.
func TestMemoryIsAMapThatForgets(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	const most = 300
	m := newMemory[uint16, uint16](most, time.Hour)
	want, order := map[uint16]uint16{}, []uint16{}
	for i := range 60_000 {
		k := uint16(random.IntN(500))
		if got := m.find(k); (got == nil) != (want[k] == 0) || got != nil && *got != want[k] {
			t.Fatalf("step %d: %d is %v, not %d", i, k, got, want[k])
		}
		if random.IntN(3) == 0 {
			continue
		}
		order = slices.DeleteFunc(order, func(x uint16) bool { return x == k })
		if want[k] == 0 && len(want) == most {
			delete(want, order[0])
			order = order[1:]
		}
		want[k]++
		order = append(order, k)
		*m.touch(start, k)++
	}
	if m.len() != len(want) || len(want) != most {
		t.Errorf("%d keys, not %d", m.len(), len(want))
	}
}

// indexFold finds what a search byte by byte finds.
func FuzzIndexFold(f *testing.F) {
	f.Add([]byte("GET /\r\nUSER-Agent: x"), "\nuser-agent: ")
	f.Add([]byte("aAaAb"), "aab")
	f.Add([]byte("1[]{}"), "[]")
	f.Fuzz(func(t *testing.T, data []byte, word string) {
		word = strings.ToLower(strings.ToValidUTF8(word, "?"))
		if word == "" || strings.ContainsFunc(word, func(r rune) bool { return r > 127 }) {
			return
		}
		want := -1
		for i := 0; i+len(word) <= len(data) && want < 0; i++ {
			if foldedPrefix(data[i:], word) {
				want = i
			}
		}
		if got := indexFold(data, word); got != want {
			t.Errorf("%q in %q is at %d, not %d", word, data, got, want)
		}
	})
}

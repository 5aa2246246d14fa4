package detect

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"abri.example/abri"
)

// "Once per outside, service and inside an hour."
func TestALoneProbeIsToldOnceAnHour(t *testing.T) {
	s := newSite()
	for range 12 { // three hours, every quarter
		s.see(abri.Outside, syn(stranger, mail, 25))
		s.wait(15 * time.Minute)
	}
	if len(s.found) != 3 {
		t.Errorf("told %d times in three hours, want 3", len(s.found))
	}
}

// Forged sources do not grow the probe without end, and who came lately is still known.
func TestTheProbeIsBounded(t *testing.T) {
	p := newProbe()
	s := newSite()
	s.detectors = []Detector{p}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 200_000 {
		h := syn(stranger, mail, 25)
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], 0x0B000000+uint32(i))
		h.Src = netip.AddrFrom4(b)
		s.see(abri.Outside, h)
	}
	s.see(abri.Outside, syn(stranger, mail, 25))
	runtime.GC()
	runtime.ReadMemStats(&after)
	if n := p.sources.len(); n != probeSources {
		t.Errorf("%d sources, want %d", n, probeSources)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 80<<20 { // the flows included
		t.Errorf("the site holds %d MB", grown>>20)
	}
	if p.sources.find(netip.MustParseAddr(stranger)) == nil {
		t.Error("the last source is forgotten")
	}
	s.wait(2 * time.Hour)
	s.see(abri.Outside, syn(stranger, mail, 25))
	if n := p.sources.len(); n != 1 {
		t.Errorf("after two hours %d sources, want 1", n)
	}
}

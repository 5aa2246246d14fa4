package flow

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// TestFlood sends SYNs from a million forged sources: the table holds what it may, ends the oldest first, and each once.
func TestFlood(t *testing.T) {
	const max, sources = 4096, 1_000_000
	early, next := 0, uint32(0)
	table := NewTable(Options{Max: max, Early: func(f *Flow) {
		early++
		if source := f.Client.Addr().As4(); binary.BigEndian.Uint32(source[:]) != next {
			t.Fatalf("%v ended, want the oldest, %d", f.Client, next)
		}
		next++
	}})
	h := segment(packet.SYN, crook+":40000", clerk+":25")
	fill := func(from, to uint32) {
		for i := from; i < to; i++ {
			h.Src = netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, i)))
			if _, isNew := table.Observe(start.Add(time.Duration(i)*time.Microsecond), abri.Outside, h); !isNew {
				t.Fatalf("packet %d began no flow", i)
			}
		}
	}
	var full, after runtime.MemStats
	fill(0, 10*max)
	runtime.GC()
	runtime.ReadMemStats(&full)
	fill(10*max, sources)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if table.Len() != max || early != sources-max {
		t.Errorf("%d flows are held and %d ended, want %d and %d", table.Len(), early, max, sources-max)
	}
	if after.HeapAlloc > full.HeapAlloc+1<<20 {
		t.Errorf("the flood took %d bytes more", after.HeapAlloc-full.HeapAlloc)
	}
	table.Flush(func(*Flow) { early++ })
	if early != sources || table.Len() != 0 {
		t.Errorf("%d ended in all and %d are left, want every one and none", early, table.Len())
	}
}

func TestObserveAllocatesNothing(t *testing.T) {
	table := NewTable(Options{Max: 16})
	h, fragment := segment(packet.SYN, crook+":40000", clerk+":25"), sent(packet.UDP, crook+":40000", clerk+":53")
	fragment.MoreFragments = true
	source, at := uint32(0), start
	observe := func() {
		h.Src = netip.AddrFrom4([4]byte{10, 0, 0, byte(source)})
		at, source = at.Add(time.Second), source+1
		table.Observe(at, abri.Outside, h)
		table.Observe(at, abri.Outside, fragment)
		table.Expire(at, nil)
	}
	for range 300 {
		observe()
	}
	if n := testing.AllocsPerRun(1000, observe); n != 0 {
		t.Errorf("%v allocations where flows are had back", n)
	}
}

// TestExpire wants each conversation to end when its kind's patience is over, and not before.
func TestExpire(t *testing.T) {
	const a, b = crook + ":40000", clerk + ":25"
	syn, synAck, ack := segment(packet.SYN, a, b), segment(packet.SYN|packet.ACK, b, a), segment(packet.ACK, a, b)
	for _, c := range []struct {
		name     string
		packets  []*packet.Headers
		patience time.Duration
	}{
		{"SYN", []*packet.Headers{syn}, time.Minute},
		{"handshake not completed", []*packet.Headers{syn, synAck}, time.Minute},
		{"open", []*packet.Headers{syn, synAck, ack}, time.Hour},
		{"refused", []*packet.Headers{syn, segment(packet.RST|packet.ACK, b, a)}, 10 * time.Second},
		{"half closed", []*packet.Headers{syn, synAck, segment(packet.FIN|packet.ACK, a, b)}, time.Hour},
		{"closed", []*packet.Headers{syn, synAck, segment(packet.FIN|packet.ACK, a, b), segment(packet.FIN|packet.ACK, b, a), ack}, 10 * time.Second},
		{"UDP", []*packet.Headers{sent(packet.UDP, a, b)}, 3 * time.Minute},
		{"ICMP", []*packet.Headers{message(packet.ICMP, 8, crook, clerk)}, time.Minute},
	} {
		table, ended := NewTable(Options{}), 0
		for _, h := range c.packets {
			table.Observe(start, abri.Outside, h)
		}
		count := func(f *Flow) { ended++ }
		if table.Expire(start.Add(c.patience), count); ended != 0 {
			t.Errorf("%s: ended within %v", c.name, c.patience)
		}
		if table.Expire(start.Add(c.patience+1), count); ended != 1 {
			t.Errorf("%s: ended %d times after %v, want once", c.name, ended, c.patience)
		}
		if table.Expire(start.Add(24*time.Hour), count); ended != 1 || table.Len() != 0 {
			t.Errorf("%s: ended %d times and %d left a day later", c.name, ended, table.Len())
		}
	}
}

func TestIdleIsSettable(t *testing.T) {
	table := NewTable(Options{Idle: Idle{UDP: time.Second}})
	table.Observe(start, abri.Outside, sent(packet.UDP, crook+":40000", clerk+":53"))
	if table.Expire(start.Add(2*time.Second), nil); table.Len() != 0 {
		t.Error("the flow is kept for longer than was said")
	}
}

// TestBegunAnew: after the end a new SYN is a new conversation, and the same SYN come again is not.
func TestBegunAnew(t *testing.T) {
	const a, b = crook + ":40000", clerk + ":25"
	early := 0
	table := NewTable(Options{Early: func(f *Flow) { early++ }})
	syn, again, other := segment(packet.SYN, a, b), segment(packet.SYN, a, b), segment(packet.SYN, b, a)
	syn.Seq, again.Seq, other.Seq = 1000, 2000, 3000
	for i, c := range []struct {
		name  string
		h     *packet.Headers
		isNew bool
	}{
		{"the first SYN", syn, true},
		{"another while it is open", again, false},
		{"a refusal", segment(packet.RST|packet.ACK, b, a), false},
		{"the first SYN come again", syn, false},
		{"data come late", segment(packet.ACK, a, b), false},
		{"a new SYN", again, true},
		{"a refusal", segment(packet.RST|packet.ACK, b, a), false},
		{"a SYN the other way", other, true},
	} {
		f, isNew := table.Observe(start.Add(time.Duration(i)*time.Second), abri.Outside, c.h)
		if isNew != c.isNew {
			t.Errorf("%s: new %v, want %v", c.name, isNew, c.isNew)
		}
		if isNew && f.Client != netip.AddrPortFrom(c.h.Src, c.h.SrcPort) {
			t.Errorf("%s: %v is the client, want its sender", c.name, f.Client)
		}
	}
	if early != 2 || table.Len() != 1 {
		t.Errorf("%d ended early and %d are left, want 2 and 1", early, table.Len())
	}
}

// TestClockSetBack: nothing ends because the clock was set back, and silence afterwards still ends.
func TestClockSetBack(t *testing.T) {
	table := NewTable(Options{})
	h := sent(packet.UDP, crook+":40000", clerk+":53")
	table.Observe(start, abri.Outside, h)
	back := start.Add(-time.Hour)
	table.Expire(back, nil)
	f, isNew := table.Observe(back.Add(time.Minute), abri.Outside, h)
	if isNew || f.Up.Packets != 2 || !f.Last.Equal(start) || !f.First.Equal(back.Add(time.Minute)) {
		t.Errorf("got %v to %v, new %v, want one flow whose last packet does not go back", f.First, f.Last, isNew)
	}
	if table.Expire(back.Add(5*time.Minute), nil); table.Len() != 0 {
		t.Error("four silent minutes of the new clock did not end the flow")
	}
}

// TestDisorder: two ports whose times differ by seconds must not make time run faster.
func TestDisorder(t *testing.T) {
	table := NewTable(Options{})
	table.Observe(start, abri.Outside, sent(packet.UDP, crook+":40000", clerk+":53"))
	for i := range 100 {
		at := start.Add(time.Duration(i) * time.Second)
		table.Observe(at, abri.Outside, sent(packet.UDP, crook+":40001", clerk+":53"))
		table.Observe(at.Add(-30*time.Second), abri.Outside, sent(packet.UDP, crook+":40002", clerk+":53"))
		table.Expire(at, nil)
	}
	if table.Len() != 3 {
		t.Errorf("%d flows are left after 100 seconds, want 3", table.Len())
	}
}

// TestMemory: a box holds two tables of 65,536 flows, and a flood fills both. So a flow is small, and what a flood leaves is
// given back but for what an honest hour needs.
func TestMemory(t *testing.T) {
	if size := unsafe.Sizeof(Flow{}); size > 384 {
		t.Errorf("a flow takes %d bytes", size)
	}
	table := NewTable(Options{})
	h := segment(packet.SYN, crook+":40000", clerk+":25")
	for i := range uint32(20_000) {
		h.Src = netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, i)))
		table.Observe(start, abri.Outside, h)
	}
	table.Expire(start.Add(time.Hour), nil)
	kept := 0
	for f := table.free; f != nil; f = f.next {
		kept++
	}
	if table.Len() != 0 || kept != maxSpare || kept != table.spare {
		t.Errorf("%d flows are held, and %d (counted %d) kept for others", table.Len(), kept, table.spare)
	}
}

package flow

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// record is what the kernel says of a mail from a crook: so many packets of 100 bytes each way.
func record(first, last time.Time, up, down uint64) Record {
	return Record{
		Client: netip.MustParseAddrPort(crook + ":40000"), Server: netip.MustParseAddrPort(clerk + ":25"),
		Proto: packet.TCP, Side: abri.Outside, First: first, Last: last,
		Up: Counter{up, 100 * up, packet.SYN | packet.ACK}, Down: Counter{down, 100 * down, packet.SYN | packet.ACK},
	}
}

func TestCount(t *testing.T) {
	table := NewTable(Options{Counted: true})
	second := start.Add(time.Minute)
	for _, c := range []struct {
		name     string
		r        Record
		isNew    bool
		packets  uint64
		up, down uint64 // of the flow, afterwards
	}{
		{"the first", record(start, start.Add(time.Second), 3, 2), true, 5, 3, 2},
		{"nothing new", record(start, start.Add(time.Second), 3, 2), false, 0, 3, 2},
		{"more", record(start, start.Add(5*time.Second), 10, 2), false, 7, 10, 2},
		{"the kernel forgot and saw it again", record(second, second, 1, 1), false, 2, 11, 3},
		{"counters that shrank", record(second, second, 0, 1), false, 0, 11, 3},
	} {
		f, isNew, up, down := table.Count(c.r)
		packets, bytes := up.Packets+down.Packets, up.Bytes+down.Bytes
		if isNew != c.isNew || packets != c.packets || bytes != 100*c.packets || f.Up.Packets != c.up || f.Down.Packets != c.down {
			t.Errorf("%s: got new %v, %d packets and %d bytes more, %d up, %d down; want %+v", c.name, isNew, packets, bytes, f.Up.Packets, f.Down.Packets, c)
		}
		if f.Direction != abri.In || f.Port != 25 || !f.Answered() || !f.First.Equal(start) {
			t.Errorf("%s: got %s to port %d since %v, answered %v", c.name, f.Direction, f.Port, f.First, f.Answered())
		}
	}
}

// The wall time of an entry's instant is computed anew for each record, and never quite the same: its number tells.
func TestCountKnowsAnEntryByItsNumber(t *testing.T) {
	table := NewTable(Options{Counted: true})
	r := record(start, start.Add(time.Second), 3, 2)
	r.Entry = 77
	table.Count(r)
	r = record(start.Add(90*time.Nanosecond), start.Add(3*time.Second), 4, 2)
	r.Entry = 77
	f, _, up, down := table.Count(r)
	if up.Packets != 1 || down.Packets != 0 || f.Up.Packets != 4 || f.Down.Packets != 2 {
		t.Errorf("the same entry: %d and %d packets more, %d and %d in all", up.Packets, down.Packets, f.Up.Packets, f.Down.Packets)
	}
	r.Entry = 78
	if _, _, up, _ = table.Count(r); up.Packets != 4 {
		t.Errorf("another entry: %d packets more, want all 4", up.Packets)
	}
}

// TestCountAndCopies: the counters of a live flow come from records alone, whoever saw it first.
func TestCountAndCopies(t *testing.T) {
	table := NewTable(Options{Counted: true})
	const a, b = crook + ":40000", clerk + ":25"
	// The copy of the server's answer comes first, and from a port that the table takes for a client's.
	f, isNew := table.Observe(start, abri.Inside, segment(packet.ACK, b, a))
	if !isNew || f.Down.Packets != 0 || f.Client.Port() != 40000 {
		t.Fatalf("got new %v with %d packets down, client %v", isNew, f.Down.Packets, f.Client)
	}
	if g, isNew, _, _ := table.Count(record(start, start.Add(time.Second), 3, 2)); isNew || g != f || f.Up.Packets != 3 || f.Down.Packets != 2 {
		t.Errorf("got new %v, %d up, %d down, want the same flow with 3 and 2", isNew, f.Up.Packets, f.Down.Packets)
	}
	table.Observe(start, abri.Outside, segment(packet.RST, a, b))
	if f.Up.Packets != 3 || !f.Ended {
		t.Errorf("got %d packets up, ended %v, want a copy to end the flow and count nothing", f.Up.Packets, f.Ended)
	}
}

// TestCountOfAnotherOpinion: a record whose client is our server is counted the right way round.
func TestCountOfAnotherOpinion(t *testing.T) {
	table := NewTable(Options{Counted: true})
	f, _ := table.Observe(start, abri.Outside, segment(packet.SYN, crook+":40000", clerk+":25"))
	r := record(start, start, 9, 4)
	r.Client, r.Server, r.Side = r.Server, r.Client, abri.Inside
	table.Count(r)
	if f.Up.Packets != 4 || f.Down.Packets != 9 {
		t.Errorf("got %d up, %d down, want 4 and 9", f.Up.Packets, f.Down.Packets)
	}
}

// TestCountAfterTheEnd: the kernel remembers longer than the table; what it says again is not counted again.
func TestCountAfterTheEnd(t *testing.T) {
	table := NewTable(Options{Counted: true})
	table.Count(record(start, start, 3, 2))
	table.Flush(nil)
	if f, isNew, up, down := table.Count(record(start, start, 3, 2)); f != nil || isNew || up.Packets+down.Packets != 0 || table.Len() != 0 {
		t.Errorf("an old record gave %v, new %v, %d and %d packets", f, isNew, up.Packets, down.Packets)
	}
	later := start.Add(2 * time.Hour)
	f, isNew, up, down := table.Count(record(start, later, 4, 2))
	packets := up.Packets + down.Packets
	if !isNew || packets != 1 || f.Up.Packets != 1 || f.Down.Packets != 0 || !f.First.Equal(later) {
		t.Errorf("got new %v, %d packets, %d up since %v, want the one packet of the new conversation", isNew, packets, f.Up.Packets, f.First)
	}
}

// TestCountEndsByFlags: FIN of both ways in a record ends the flow, and not the next one of the same ends.
func TestCountEndsByFlags(t *testing.T) {
	table := NewTable(Options{Counted: true})
	r := record(start, start, 5, 5)
	r.Up.Flags |= packet.FIN
	r.Down.Flags |= packet.FIN
	f, _, _, _ := table.Count(r)
	if !f.Ended {
		t.Fatal("FIN both ways did not end the flow")
	}
	syn := segment(packet.SYN, crook+":40000", clerk+":25")
	syn.Seq = 99
	f, isNew := table.Observe(start, abri.Outside, syn)
	if !isNew {
		t.Fatal("a new SYN began no flow")
	}
	r.Up.Packets++
	if again, _, up, down := table.Count(r); again != f || up.Packets+down.Packets != 1 || f.Ended || f.Up.Packets != 1 {
		t.Errorf("got %d packets more, ended %v, %d up, want one in the new flow, which is open", up.Packets+down.Packets, f.Ended, f.Up.Packets)
	}
}

// TestLateRecords: a record that comes ten minutes late does not set the clock back, and so does not age the others.
func TestLateRecords(t *testing.T) {
	table := NewTable(Options{Counted: true})
	table.Observe(start, abri.Outside, sent(packet.UDP, web+":53", clerk+":40000"))
	table.Count(record(start.Add(-20*time.Minute), start.Add(-10*time.Minute), 1, 0))
	if table.Expire(start.Add(time.Second), nil); table.Len() != 2 {
		t.Errorf("%d flows are left after a second, want both", table.Len())
	}
}

// TestLedgerIsBounded: a million incarnations leave two generations, and those that are renewed stay known.
func TestLedgerIsBounded(t *testing.T) {
	table := NewTable(Options{Max: 100, Counted: true})
	steady := record(start, start, 3, 2)
	table.Count(steady)
	for i := range uint32(20_000) {
		r := record(start, start, 1, 0)
		r.Client = netip.AddrPortFrom(netip.AddrFrom4([4]byte{11, byte(i >> 16), byte(i >> 8), byte(i)}), 1)
		table.Count(r)
		if i%50 == 0 {
			if _, _, up, down := table.Count(steady); up.Packets+down.Packets != 0 {
				t.Fatalf("after %d others the steady one was counted again", i)
			}
		}
	}
	if n := len(table.ledger.now) + len(table.ledger.then); n > 200 || table.Len() > 100 {
		t.Errorf("%d incarnations and %d flows are held", n, table.Len())
	}
}

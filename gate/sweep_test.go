package gate

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

func (b *bench) flows() (all []FlowRecord) {
	b.t.Helper()
	b.do(b.Sweep(func(r *FlowRecord) { all = append(all, *r) }))
	return all
}

func (b *bench) drops() (all []DropRecord) {
	b.t.Helper()
	b.do(b.SweepDrops(func(r *DropRecord) { all = append(all, *r) }))
	return all
}

// TestFlows counts one conversation both ways.
func TestFlows(t *testing.T) {
	b := newBench(t, abri.Protect)
	up := frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 5000, dport: 443, flags: syn}
	down := frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoTCP, sport: 443, dport: 5000, flags: syn | ack, payload: 100}
	before := Monotonic()
	b.run(in, up.bytes())
	b.run(out, down.bytes())
	up.flags = ack
	b.run(in, up.bytes())
	all := b.flows()
	if len(all) != 1 {
		t.Fatalf("%d conversations, want 1", len(all))
	}
	r := all[0]
	if r.Client != netip.MustParseAddrPort("192.168.1.2:5000") || r.Server != netip.MustParseAddrPort("80.1.1.1:443") || r.Side != abri.Inside || r.Own || r.Proto != protoTCP {
		t.Errorf("ends: %+v", r)
	}
	if r.Up.Packets != 2 || r.Up.Bytes != 80 || r.Up.Flags != syn|ack || r.Down.Packets != 1 || r.Down.Bytes != 140 || r.Down.Flags != syn|ack {
		t.Errorf("counts: %+v", r)
	}
	if r.First < before || r.First != r.Up.First || r.Last != max(r.Up.Last, r.Down.Last) || r.Up.Last < r.First || r.Down.First < r.First || r.Last > Monotonic() {
		t.Errorf("times: %+v", r)
	}
}

// TestFlowBegins is which packet opens a conversation, and whose it is.
func TestFlowBegins(t *testing.T) {
	for _, c := range []struct {
		name   string
		side   int
		f      frame
		opens  bool
		client string
		of     abri.Side
		own    bool
	}{
		{"SYN from outside", out, frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoTCP, sport: 9, dport: 25, flags: syn}, true, "80.1.1.1:9", abri.Outside, false},
		{"SYN+ACK from inside", in, frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 25, dport: 9, flags: syn | ack}, true, "80.1.1.1:9", abri.Outside, false},
		{"SYN+ACK from outside", out, frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoTCP, sport: 25, dport: 9, flags: syn | ack}, false, "", 0, false},
		{"a segment from outside", out, frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoTCP, sport: 25, dport: 9, flags: ack}, false, "", 0, false},
		{"a segment from inside", in, frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 5060, dport: 5061, flags: ack}, true, "192.168.1.2:5060", abri.Inside, false},
		{"a server's segment", in, frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 443, dport: 5061, flags: ack}, true, "80.1.1.1:5061", abri.Outside, false},
		{"a reset from inside", in, frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 443, dport: 5061, flags: flagRST}, false, "", 0, false},
		{"UDP from outside", out, frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoUDP, sport: 9, dport: 99}, false, "", 0, false},
		{"echo from outside", out, frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoICMP, icmp: 8}, false, "", 0, false},
		{"UDP from inside", in, frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoUDP, sport: 99, dport: 9}, true, "192.168.1.2:99", abri.Inside, false},
		{"UDP of the box", sideBox, frame{src: "192.168.1.9", dst: "80.1.1.1", proto: protoUDP, sport: 99, dport: 9}, true, "192.168.1.9:99", abri.Inside, true},
		{"later fragment", in, frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoUDP, offset: 9}, false, "", 0, false},
		{"IPv6", in, frame{src: "2a01:e0a::2", dst: "2a0c::1", proto: protoICMPv6, icmp: 128}, true, "[2a01:e0a::2]:0", abri.Inside, false},
	} {
		b := newBench(t, abri.Protect)
		b.run(c.side, c.f.bytes())
		all := b.flows()
		if len(all) != 0 != c.opens {
			t.Errorf("%s: %d conversations", c.name, len(all))
		} else if c.opens && (all[0].Client.String() != c.client || all[0].Side != c.of || all[0].Own != c.own) {
			t.Errorf("%s: %+v", c.name, all[0])
		}
	}
}

// TestAttempts keeps what was stopped, and what would have been.
func TestAttempts(t *testing.T) {
	b := newBench(t, abri.Observe)
	b.lists("45.9.20.0/24")
	f := frame{src: "192.168.1.2", dst: "45.9.20.1", proto: protoTCP, sport: 5000, dport: 443, flags: syn}
	b.run(in, f.bytes())
	b.run(in, f.bytes())
	all := b.drops()
	if len(all) != 1 || all[0].Reason != WouldListDst || all[0].Dropped || all[0].Up.Packets != 2 || all[0].Side != abri.Inside {
		t.Fatalf("watching: %+v", all)
	}
	if all[0].Matched != netip.MustParseAddr("45.9.20.1") || all[0].Client.Port() != 5000 {
		t.Errorf("matched: %+v", all[0])
	}
	if n := len(b.flows()); n != 1 {
		t.Errorf("what passes while watching has %d conversations", n)
	}
	b.do(b.SetMode(abri.Protect))
	b.run(in, f.bytes())
	b.do(b.SetMode(abri.Observe))
	b.run(in, f.bytes())
	all = b.drops()
	if len(all) != 1 || all[0].Reason != DropListDst || !all[0].Dropped || all[0].Up.Packets != 4 {
		t.Errorf("once stopped, stays stopped: %+v", all)
	}
	f.offset, f.flags = 40, 0
	b.run(in, f.bytes())
	if n := len(b.drops()); n != 1 {
		t.Errorf("a later fragment made %d attempts of one", n)
	}
}

// TestOver is when a conversation leaves the table.
func TestOver(t *testing.T) {
	const s = int64(time.Second)
	for _, c := range []struct {
		name     string
		proto    uint8
		up, down uint8
		idle     int64
		want     bool
	}{
		{"open TCP, an hour", protoTCP, syn, syn | ack, 3600 * s, false},
		{"open TCP, three hours", protoTCP, syn, syn | ack, 10800 * s, true},
		{"one FIN", protoTCP, flagFIN, ack, 3600 * s, false},
		{"two FINs, a minute and a half", protoTCP, flagFIN, flagFIN, 90 * s, true},
		{"two FINs, half a minute", protoTCP, flagFIN, flagFIN, 30 * s, false},
		{"reset", protoTCP, ack, flagRST, 90 * s, true},
		{"UDP, nine minutes", protoUDP, 0, 0, 540 * s, false},
		{"UDP, eleven minutes", protoUDP, 0, 0, 660 * s, true},
	} {
		r := FlowRecord{Proto: c.proto, Last: 1000 * s, Up: Half{Flags: c.up}, Down: Half{Flags: c.down}}
		if got := r.over(r.Last + c.idle); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestLook shows every conversation, and removes none that is over.
func TestLook(t *testing.T) {
	b := newBench(t, abri.Protect)
	for _, flags := range []uint8{syn, flagRST} {
		f := frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 5000, dport: 443, flags: flags}
		b.run(in, f.bytes())
	}
	var key kernelFlowKey
	var tally kernelTally
	for all := b.maps.Flows.Iterate(); all.Next(&key, &tally); {
		tally.Half[0].Last, tally.Half[1].Last = 1, 0 // when the machine began
		b.do(b.maps.Flows.Put(&key, &tally))
	}
	for range 2 {
		n := 0
		b.do(b.Look(func(r *FlowRecord) {
			n++
			if !r.over(Monotonic()) || r.Up.Packets != 2 {
				t.Errorf("the conversation is %+v", r)
			}
		}))
		if n != 1 {
			t.Errorf("%d conversations are shown, want 1", n)
		}
	}
	if b.flows(); len(b.flows()) != 0 {
		t.Error("a conversation that is over is never removed")
	}
}

// TestAnotherLife: ports used again are another conversation; a new SYN of a living one is not.
func TestAnotherLife(t *testing.T) {
	b := newBench(t, abri.Protect)
	f := frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 5000, dport: 443, flags: syn}
	b.run(in, f.bytes())
	f.flags = flagRST
	b.run(in, f.bytes())
	first := b.flows()[0].First
	b.age(3 * time.Second)
	f.flags = syn
	b.run(in, f.bytes())
	all := b.flows()
	if len(all) != 1 || all[0].First <= first || all[0].Up.Packets != 1 {
		t.Errorf("after the end: %+v", all)
	}
	b.age(3 * time.Second)
	b.run(in, f.bytes())
	if all = b.flows(); len(all) != 1 || all[0].Up.Packets != 2 {
		t.Errorf("before the end: %+v", all)
	}
}

// age makes every conversation older.
func (b *bench) age(by time.Duration) {
	b.t.Helper()
	var k kernelFlowKey
	var v kernelTally
	each := b.maps.Flows.Iterate()
	for each.Next(&k, &v) {
		for i := range v.Half {
			if v.Half[i].First > 0 {
				v.Half[i].First -= uint64(by)
				v.Half[i].Last -= uint64(by)
			}
		}
		b.do(b.maps.Flows.Put(&k, &v))
	}
	b.do(each.Err())
}

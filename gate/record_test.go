package gate

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"abri.example/abri"
)

// TestCopies is what is put into the ring of each conversation, n packets of which are sent.
func TestCopies(t *testing.T) {
	in0 := frame{src: "192.168.1.2", dst: "80.1.1.1", sport: 5000}
	tcp := func(port uint16, flags uint8, payload int) frame {
		f := in0
		f.proto, f.dport, f.flags, f.payload = protoTCP, port, flags, payload
		return f
	}
	udp := func(port uint16, payload int) frame {
		f := in0
		f.proto, f.dport, f.payload = protoUDP, port, payload
		return f
	}
	for _, c := range []struct {
		name string
		f    frame
		n    int
		want int
		last int // bytes of the last copy; 0: the whole frame
	}{
		{"web: 8 KB", tcp(443, ack, 960), 20, 9, 0},
		{"mail: 64 KB", tcp(25, ack, 960), 80, 66, 0},
		{"remote calls of Windows: 64 KB", tcp(49_700, ack, 960), 80, 66, 0},
		{"DNS: all", udp(53, 972), 80, 80, 0},
		{"SIP over TCP: all", tcp(5060, ack, 960), 80, 80, 0},
		{"SIP on another of its ports: all", udp(5080, 972), 80, 80, 0},
		{"other UDP: 8 KB", udp(9000, 972), 20, 9, 0},
		{"long frame", tcp(443, ack, 4000), 1, 1, 2048},
		{"end after 8 KB: headers", tcp(443, flagFIN|ack, 960), 20, 20, 128},
	} {
		b := newBench(t, abri.Protect)
		data := c.f.bytes()
		for range c.n {
			b.run(in, data)
		}
		got := b.copies()
		if len(got) != c.want {
			t.Errorf("%s: %d copies of %d packets, want %d", c.name, len(got), c.n, c.want)
			continue
		}
		last := got[len(got)-1]
		if c.last == 0 {
			c.last = len(data)
		}
		if !bytes.Equal(last.Data, data[:c.last]) || last.Wire != len(data) || last.Side != abri.Inside || last.Own ||
			last.Reason != Pass || !last.Known || !last.Forward || last.Time == 0 {
			t.Errorf("%s: last copy %+v", c.name, last)
		}
		n, err := b.Counters()
		b.do(err)
		if n.Copies.Packets != uint64(c.want) || n.Lost.Packets != 0 {
			t.Errorf("%s: counted %+v, lost %+v", c.name, n.Copies, n.Lost)
		}
	}
}

// TestCopiesOfARP: who has which address is told, from either side; a flood of it is not.
func TestCopiesOfARP(t *testing.T) {
	b := newBench(t, abri.Protect)
	arp := append([]byte{255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6}, make([]byte, 46)...)
	b.run(in, arp)
	b.run(out, arp)
	got := b.copies()
	if len(got) != 2 || got[0].Side != abri.Inside || got[1].Side != abri.Outside || got[0].Known || got[0].Reason != PassNonIP || !bytes.Equal(got[0].Data, arp) {
		t.Fatalf("copies %+v", got)
	}
	const sent = 20_000
	for range sent {
		b.run(in, arp)
	}
	n, err := b.Counters()
	b.do(err)
	if n.Copies.Packets < 500 || n.Copies.Packets+n.Lost.Packets > sent/2 {
		t.Errorf("%d copies, %d lost of a flood of %d", n.Copies.Packets, n.Lost.Packets, sent)
	}
}

// TestCopiesOfDropped: of each attempt that is stopped, the first packet.
func TestCopiesOfDropped(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.lists("45.9.20.0/24")
	f := frame{src: "45.9.20.1", dst: "192.168.1.2", proto: protoTCP, sport: 1, dport: 80, flags: syn}
	for f.sport = 1; f.sport <= 3; f.sport++ {
		for range 4 {
			b.run(out, f.bytes())
		}
	}
	got := b.copies()
	if len(got) != 3 {
		t.Fatalf("%d copies of three attempts", len(got))
	}
	if got[0].Reason != DropListSrc || got[0].Side != abri.Outside || got[0].Known || got[0].Forward {
		t.Errorf("%+v", got[0])
	}
}

// TestUnsolicited: what belongs to no conversation, UDP and segments alike, goes through a bucket, until the answer opens one; a
// reset is no answer.
func TestUnsolicited(t *testing.T) {
	b := newBench(t, abri.Protect)
	f := frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoUDP, sport: 40_009, dport: 99}
	stray, reset := f, frame{src: f.dst, dst: f.src, proto: protoTCP, sport: 99, dport: 40_009, flags: flagRST | ack}
	stray.proto, stray.flags = protoTCP, ack
	const sent = 20000
	for i := range sent {
		b.push(out, f.bytes())
		b.push(out, stray.bytes())
		b.push(in, reset.bytes())
		if i%100 == 0 {
			b.copies()
		}
	}
	n, err := b.Counters()
	b.do(err)
	if n.Outside[Pass].Packets != 2*sent {
		t.Errorf("%d of %d passed", n.Outside[Pass].Packets, 2*sent)
	}
	if n.Copies.Packets < 2000 || n.Copies.Packets > 3*sent/2 || n.Lost.Packets > 0 {
		t.Errorf("%d copies of a flood of %d, %d lost", n.Copies.Packets, 3*sent, n.Lost.Packets)
	}
	if all := b.flows(); len(all) != 0 {
		t.Errorf("what nobody asked for opened %d conversations", len(all))
	}
	answer := reset
	answer.flags = ack
	b.push(in, answer.bytes())
	if all := b.flows(); len(all) != 1 || all[0].Side != abri.Outside {
		t.Errorf("an answer opened %+v", all)
	}
}

// TestFullRing: what the ring refuses is counted, and passes.
func TestFullRing(t *testing.T) {
	b := newBench(t, abri.Protect)
	f := frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoUDP, sport: 9, dport: 53, payload: 1900}
	for range 3000 {
		if b.push(in, f.bytes()) {
			t.Fatal("a full ring dropped a packet")
		}
	}
	n, err := b.Counters()
	b.do(err)
	if n.Lost.Packets == 0 || n.Copies.Packets+n.Lost.Packets != 3000 || n.Inside[Pass].Packets != 3000 {
		t.Errorf("copies %d, lost %d, passed %d", n.Copies.Packets, n.Lost.Packets, n.Inside[Pass].Packets)
	}
	b.copies()
	again := func() int { // the ring is asked again with the next tick of the clock
		b.push(in, f.bytes())
		return len(b.copies())
	}
	for deadline := time.Now().Add(5 * time.Second); again() == 0; {
		if time.Now().After(deadline) {
			t.Fatal("a ring that was full once gets nothing more")
		}
	}
}

// TestReadClosed: Close wakes a reader.
func TestReadClosed(t *testing.T) {
	b := newBench(t, abri.Protect)
	done := make(chan error)
	go func() { done <- b.Read(new(Record)) }()
	b.do(b.Close())
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v", err)
	}
	if err := b.Beat(1); abri.CodeOf(err) != abri.CodeUnavailable {
		t.Errorf("a beat after Close: %v", err)
	}
}

// FuzzRecord reads whatever the ring could hold.
func FuzzRecord(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, 24))
	f.Add(append([]byte{1, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, 2, 0, 3, 4, 1, 1, 0, 0, 0, 0, 0, 0}, 7, 8))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var r Record
		r.raw.RawSample = raw
		if err := r.decode(); err == nil && len(r.Data) > len(raw)-24 {
			t.Fatalf("%d bytes out of %d", len(r.Data), len(raw))
		}
	})
}

package gate

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
)

// saying is a frame with words as its data; lengths follow, checksums don't matter here.
func saying(f frame, words string) []byte {
	f.payload = len(words)
	b := f.bytes()
	copy(b[len(b)-len(words):], words)
	return b
}

const (
	helloWords   = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc"
	requestWords = "GET / HTTP/1.1\r\n"
	initialWords = "\xc3\x00\x00\x00\x01\x08\x01\x02\x03"
	initialV2    = "\xd3\x6b\x33\x43\xcf\x08\x01\x02\x03"
	shortWords   = "\x43\x00\x00\x00\x01\x08\x01\x02\x03"
)

// strictBench holds; each packet of it is of a conversation of its own.
type strictBench struct {
	*bench
	port uint16
}

func newStrict(t *testing.T) *strictBench {
	b := &strictBench{newBench(t, abri.Protect), 6000}
	b.do(b.SetStrict(true))
	return b
}

// held reports whether the packet is held: dropped, counted as passed and as held, with a whole copy that says so.
func (b *strictBench) held(side int, data []byte) bool {
	b.t.Helper()
	b.copies()
	before, err := b.Counters()
	b.do(err)
	dropped := b.push(side, data)
	after, err := b.Counters()
	b.do(err)
	copies := b.copies()
	said := slices.ContainsFunc(copies, func(r Record) bool { return r.Held && slices.Equal(r.Data, data) })
	if counted := after.Held.Packets == before.Held.Packets+1; dropped != said || dropped != counted {
		b.t.Fatalf("dropped %v, said %v, counted %v, copies %+v", dropped, said, counted, copies)
	}
	return dropped
}

// next is a fresh conversation from inside.
func (b *strictBench) next(proto uint8) frame {
	b.port++
	return frame{src: "192.168.1.2", dst: "80.1.1.1", proto: proto, sport: b.port, dport: 443, flags: ack}
}

// TestStrictHolds tells what may say a name from what can't.
func TestStrictHolds(t *testing.T) {
	b := newStrict(t)
	six := func(f frame) frame { f.src, f.dst = "2a01::2", "2a02::1"; return f }
	tagged := func(f frame) frame { f.tags = []uint16{0x88a8, 0x8100}; return f }
	optioned := func(f frame) frame { f.options = 3; return f }
	session := func(f frame) frame { f.pppoe = true; return f }
	plain := func(f frame) frame { return f }
	for _, c := range []struct {
		name  string
		shape func(frame) frame
		proto uint8
		words string
		want  bool
	}{
		{"hello", plain, protoTCP, helloWords, true}, {"hello by IPv6", six, protoTCP, helloWords, true},
		{"hello in VLANs", tagged, protoTCP, helloWords, true}, {"hello with options", optioned, protoTCP, helloWords, true},
		{"hello in PPPoE", session, protoTCP, helloWords, true},
		{"request", plain, protoTCP, requestWords, true}, {"CONNECT", plain, protoTCP, "CONNECT a:443 HTTP/1.1", true},
		{"HTTP/2", plain, protoTCP, "PRI * HTTP/2.0", true}, {"POST", six, protoTCP, "POST / HTTP/1.1", true},
		{"QUIC", plain, protoUDP, initialWords, true}, {"QUIC 2 by IPv6", six, protoUDP, initialV2, true},
		{"an acknowledgement", plain, protoTCP, "", false}, {"SSH", plain, protoTCP, "SSH-2.0-x", false},
		{"data of TLS", plain, protoTCP, "\x17\x03\x03\x00\x20aaaa", false}, {"too short to tell", plain, protoTCP, "\x16\x03", false},
		{"a short header", plain, protoUDP, shortWords, false}, {"DNS", plain, protoUDP, "\x01\x02\x01\x00\x00\x01\x00\x00", false},
	} {
		if got := b.held(in, saying(c.shape(b.next(c.proto)), c.words)); got != c.want {
			t.Errorf("%s: held %v", c.name, got)
		}
	}
	fromOutside := b.next(protoTCP)
	fromOutside.src, fromOutside.dst = fromOutside.dst, fromOutside.src
	if b.held(out, saying(fromOutside, helloWords)) {
		t.Error("what comes from outside is held")
	}
	b.do(b.Own([]netip.Addr{netip.MustParseAddr("192.168.1.9")}))
	toTheBox := b.next(protoTCP)
	toTheBox.dst = "192.168.1.9"
	if b.held(in, saying(toTheBox, requestWords)) {
		t.Error("what is for the box itself is held")
	}
	opened := b.next(protoTCP)
	answer := opened
	answer.src, answer.dst, answer.sport, answer.dport = opened.dst, opened.src, opened.dport, opened.sport
	answer.flags = syn
	b.push(out, answer.bytes()) // who is inside is called, and does not ask
	if b.held(in, saying(opened, helloWords)) {
		t.Error("an answer is held")
	}
}

// TestStrictKeepsTheOrder: what follows a held packet waits behind it, until the verdict.
func TestStrictKeepsTheOrder(t *testing.T) {
	b := newStrict(t)
	f := b.next(protoTCP)
	if !b.held(in, saying(f, helloWords)) || !b.held(in, saying(f, "the rest of it")) {
		t.Error("it is not held whole")
	}
	if b.held(in, saying(f, "")) {
		t.Error("an acknowledgement is held")
	}
	c := shopping
	c.Client = addrPort(f.src, f.sport)
	b.do(b.LetGo(c))
	b.do(b.LetGo(c))
	if b.held(in, saying(f, "more data")) {
		t.Error("after the verdict it is held")
	}
	if !b.held(in, saying(f, requestWords)) {
		t.Error("what begins anew is not held")
	}
}

// TestStrictHoldsNobodyUp: a verdict that is late, a ring that nobody reads, an agent that is gone, a box that watches.
func TestStrictHoldsNobodyUp(t *testing.T) {
	b := newStrict(t)
	f := b.next(protoTCP)
	if !b.held(in, saying(f, helloWords)) {
		t.Fatal("it is not held")
	}
	c := shopping
	c.Client = addrPort(f.src, f.sport)
	late := func(by time.Duration) {
		key := c.key()
		b.do(b.maps.Holds.Put(&key, uint64(Monotonic()-int64(by))))
	}
	late(200 * time.Millisecond)
	if b.held(in, saying(f, helloWords)) {
		t.Error("a verdict that is late holds its repetition")
	}
	late(2 * time.Second)
	if !b.held(in, saying(f, helloWords)) {
		t.Error("long after it nothing is held any more")
	}
	b.do(b.Beat(Monotonic() - int64(4*time.Second)))
	if b.held(in, saying(b.next(protoTCP), helloWords)) {
		t.Error("without an agent")
	}
	b.do(b.Beat(Monotonic()))
	b.do(b.SetMode(abri.Observe))
	if b.held(in, saying(b.next(protoTCP), helloWords)) {
		t.Error("while watching")
	}
	b.do(b.SetMode(abri.Protect))
	n := 0
	for ; n < 1000 && b.push(in, saying(b.next(protoTCP), helloWords+string(make([]byte, 1300)))); n++ {
	}
	if n < 200 || n == 1000 {
		t.Errorf("%d packets are held while nobody reads", n)
	}
	b.copies()
	if !b.held(in, saying(b.next(protoTCP), helloWords)) {
		t.Error("once it is read again")
	}
	b.do(b.SetStrict(false))
	if b.held(in, saying(b.next(protoTCP), helloWords)) {
		t.Error("switched off")
	}
}

// TestStrictReadsWhatIsThere: whatever stands in a packet, it is judged as without.
func TestStrictReadsWhatIsThere(t *testing.T) {
	b := newStrict(t)
	for cut := range 40 {
		f := b.next(protoTCP)
		f.cut = cut
		data := f.bytes()
		b.push(in, data)
		if len(data) > 47 {
			data[46] = 0xf0 // a header longer than the packet
			b.push(in, data)
		}
		binary.BigEndian.PutUint16(data[16:], 0xffff)
		b.push(in, data)
	}
}

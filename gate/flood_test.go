package gate

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

// slow is a bar that a test does not outlast: what it lets through at once is all that it lets through.
func slow(source, net, target uint32) Bar {
	return Bar{Pace{1, source}, Pace{1, net}, Pace{1, target}}
}

// besiege gives a bench the same bar for every pressure, with conversations known from the beginning.
func besiege(t testing.TB, mode abri.Mode, bar Bar) *bench {
	b := newBench(t, mode)
	var bars Bars
	for _, p := range Pressures {
		bars[p] = bar
	}
	b.control.at.Seed = 20_017 // not by chance: one siege in some thousands finds no place of its own
	b.do(b.SetBars(&bars))
	b.control.at.Familiar = 0
	return b
}

// presses are a frame of each pressure, from a source and port of its own.
var presses = []struct {
	name     string
	pressure Pressure
	would    Reason
	frame    func(src string, port uint16) frame
}{
	{"SYN", Openings, WouldFloodOpenings, func(src string, port uint16) frame {
		return frame{src: src, proto: protoTCP, sport: port, dport: 80, flags: syn}
	}},
	{"UDP", Datagrams, WouldFloodDatagrams, func(src string, port uint16) frame {
		return frame{src: src, proto: protoUDP, sport: port, dport: 5004}
	}},
	{"GRE", Datagrams, WouldFloodDatagrams, func(src string, _ uint16) frame { return frame{src: src, proto: protoGRE} }},
	{"ping", Echoes, WouldFloodEchoes, func(src string, _ uint16) frame {
		f := frame{src: src, proto: protoICMP, icmp: 8}
		if f.is6() {
			f.proto, f.icmp = protoICMPv6, 128
		}
		return f
	}},
	{"fragment", Fragments, WouldFloodFragments, func(src string, _ uint16) frame { return frame{src: src, proto: protoUDP, offset: 100} }},
	{"ACK", Strays, WouldFloodStrays, func(src string, port uint16) frame {
		return frame{src: src, proto: protoTCP, sport: port, dport: 80, flags: ack}
	}},
	{"SYN+ACK", Answers, WouldFloodAnswers, func(src string, port uint16) frame {
		return frame{src: src, proto: protoTCP, sport: 443, dport: port, flags: syn | ack}
	}},
	{"RST", Answers, WouldFloodAnswers, func(src string, port uint16) frame {
		return frame{src: src, proto: protoTCP, sport: 443, dport: port, flags: flagRST}
	}},
	{"no flags", Strays, WouldFloodStrays, func(src string, port uint16) frame {
		return frame{src: src, proto: protoTCP, sport: port, dport: 80}
	}},
	{"SYN and FIN", Strays, WouldFloodStrays, func(src string, port uint16) frame {
		return frame{src: src, proto: protoTCP, sport: port, dport: 80, flags: syn | flagFIN}
	}},
	{"DNS query", Queries, WouldFloodQueries, func(src string, port uint16) frame {
		return frame{src: src, proto: protoUDP, sport: port, dport: 53}
	}},
	{"NTP answer", Answers, WouldFloodAnswers, func(src string, port uint16) frame {
		return frame{src: src, proto: protoUDP, sport: 123, dport: port, payload: 440}
	}},
	{"memcached answer", Answers, WouldFloodAnswers, func(src string, port uint16) frame {
		return frame{src: src, proto: protoUDP, sport: 11211, dport: port, payload: 1400}
	}},
}

// families are the two kinds of addresses: of many sources, each in a network of its own; neighbours in network n; and
// machines inside.
var families = []struct {
	name      string
	source    func(i int) string
	neighbour func(n, i int) string
	inside    func(i int) string
}{
	{"IPv4", func(i int) string { return fmt.Sprintf("45.%d.%d.7", i>>8&0xff, i&0xff) },
		func(n, i int) string { return fmt.Sprintf("46.9.%d.%d", n, i+1) }, func(i int) string { return fmt.Sprintf("192.168.1.%d", i) }},
	{"IPv6", func(i int) string { return fmt.Sprintf("2a0c:%x::7", i+1) },
		func(n, i int) string { return fmt.Sprintf("2a0d:9:%x:%x::7", n, i) }, func(i int) string { return fmt.Sprintf("2a01:e0a::%x", i) }},
}

func (b *bench) press(f frame, dst string) Reason {
	b.t.Helper()
	f.dst = dst
	return b.run(out, f.bytes())
}

// Of one source no more passes than its bar, of its network no more than that one's, and at one service of a machine no more
// of all together; what is aimed at another machine passes. A bucket may be shared by chance, and the clock go on: two more
// or less are none the worse.
func TestBars(t *testing.T) {
	for _, mode := range []abri.Mode{abri.Observe, abri.Protect} {
		b := besiege(t, mode, slow(5, 8, 30))
		for i, x := range presses {
			held := x.would
			if mode == abri.Protect {
				held += DropListSrc - WouldListSrc
			}
			for _, family := range families {
				name := fmt.Sprint(mode, ", ", family.name, ", ", x.name)
				count := func(n int, target string, source func(int) string) (passed int) {
					for k := range n {
						switch got := b.press(x.frame(source(k), uint16(20_000+k)), target); got {
						case Pass:
							passed++
						case held:
						default:
							t.Fatalf("%s: packet %d: %v", name, k, got)
						}
					}
					return passed
				}
				one := func(int) string { return family.source(1000 + i) }
				if n := count(20, family.inside(10+i), one); n < 3 || n > 7 {
					t.Errorf("%s: %d packets of one source passed, want 5", name, n)
				}
				net := func(k int) string { return family.neighbour(i, k) }
				if n := count(20, family.inside(50+i), net); n < 6 || n > 10 {
					t.Errorf("%s: %d packets of one network passed, want 8", name, n)
				}
				many := func(k int) string { return family.source(2000 + 100*i + k) }
				if n := count(60, family.inside(100+i), many); n < 28 || n > 32 {
					t.Errorf("%s: %d packets of many sources passed, want 30", name, n)
				}
				b.besieged(x.pressure, family.inside(100+i), 60)
				if got := b.press(x.frame(family.source(3000+i), 30_000), family.inside(200+i)); got != Pass {
					t.Errorf("%s: another machine: %v", name, got)
				}
			}
		}
	}
}

// besieged looks for the one siege of this pressure, and its numbers.
func (b *bench) besieged(p Pressure, target string, seen uint64) {
	b.t.Helper()
	n := 0
	b.do(b.Sieges(func(s *Siege) {
		if s.Pressure != p || s.Target != netip.MustParseAddr(target) {
			return
		}
		n++
		if s.Seen != seen || s.Held.Packets+2 < seen/2 || s.Held.Packets > seen || s.Held.Bytes < 20*s.Held.Packets || s.First == 0 || s.Last < s.First {
			b.t.Errorf("the siege is %+v", *s)
		}
		if d := int64(s.Sources) - int64(s.Held.Packets); d < -2 || d > 2 {
			b.t.Errorf("%d sources of %d packets", s.Sources, s.Held.Packets)
		}
	}))
	if n != 1 {
		b.t.Errorf("%d sieges of %s by %v", n, target, p)
	}
}

// A flood at one service of a machine leaves its others alone.
func TestBarsOfServices(t *testing.T) {
	b := besiege(t, abri.Protect, slow(100, 100, 5))
	for i := range 20 {
		b.press(frame{src: families[0].source(i), proto: protoTCP, sport: 4000, dport: 443, flags: syn}, "192.168.1.2")
	}
	for port, want := range map[uint16]Reason{80: DropFloodOpenings, 25: Pass, 5061: Pass, 22: Pass, 9999: Pass} {
		if got := b.press(frame{src: "80.1.1.1", proto: protoTCP, sport: 4000, dport: port, flags: syn}, "192.168.1.2"); got != want {
			t.Errorf("port %d: %v, want %v", port, got, want)
		}
	}
}

// conversation has a client outside and a server inside come to know each other by TCP.
func (b *bench) conversation(client, server string, port uint16) {
	b.t.Helper()
	up := frame{src: client, dst: server, proto: protoTCP, sport: port, dport: 80}
	down := frame{src: server, dst: client, proto: protoTCP, sport: 80, dport: port}
	for _, step := range []struct {
		side  int
		f     frame
		flags uint8
	}{{out, up, syn}, {in, down, syn | ack}, {out, up, ack}, {out, up, ack | flagPSH}, {in, down, ack}, {in, down, ack | flagPSH}} {
		f := step.f
		f.flags = step.flags
		if got := b.run(step.side, f.bytes()); got != Pass {
			b.t.Fatalf("%+v: %v", f, got)
		}
	}
}

const flagPSH = 8

// Whoever is in a conversation is not measured, and who had one opens others while strangers are held back. A source that
// proved itself is still measured as a source.
func TestAFloodLeavesConversationsAlone(t *testing.T) {
	b := besiege(t, abri.Protect, slow(60, 1000, 100))
	for _, family := range families {
		inside := family.inside(2)
		b.conversation(family.source(1000), inside, 4000)
		for i := range 300 {
			for _, flags := range []uint8{syn, ack} {
				b.press(frame{src: family.source(i), proto: protoTCP, sport: 4000, dport: 80, flags: flags}, inside)
			}
		}
		open := frame{src: family.source(1001), proto: protoTCP, sport: 4001, dport: 80, flags: syn}
		if got := b.press(open, inside); got != DropFloodOpenings {
			t.Errorf("%s: a stranger: %v", family.name, got)
		}
		data := frame{src: family.source(1000), proto: protoTCP, sport: 4000, dport: 80, flags: ack}
		for range 200 {
			if got := b.press(data, inside); got != Pass {
				t.Fatalf("%s: in a conversation: %v", family.name, got)
			}
		}
		open.src = family.source(1000)
		passed := 0
		for i := range 100 {
			open.sport = uint16(5000 + i)
			if b.press(open, inside) == Pass {
				passed++
			}
		}
		if passed < 58 || passed > 61 { // one opened before
			t.Errorf("%s: %d connections of a known source, want 59", family.name, passed)
		}
	}
}

// What the site began or answered is a conversation in UDP and ICMP too; half a handshake lets a first window pass and no
// more; and a reset from inside makes no conversation of a stray segment.
func TestWhatIsAConversation(t *testing.T) {
	b := besiege(t, abri.Protect, slow(5, 5, 5))
	try := func(name string, n, want int, f frame) {
		t.Helper()
		passed := 0
		for range n {
			if b.run(out, f.bytes()) == Pass {
				passed++
			}
		}
		if passed < want || passed > want+1 {
			t.Errorf("%s: %d of %d passed, want %d", name, passed, n, want)
		}
	}
	send := func(f frame) { b.run(in, f.bytes()) }
	send(frame{src: "192.168.1.2", dst: "80.1.0.1", proto: protoUDP, sport: 4000, dport: 123})
	try("time that was asked for", 20, 20, frame{src: "80.1.0.1", dst: "192.168.1.2", proto: protoUDP, sport: 123, dport: 4000})
	send(frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoICMP, icmp: 8})
	try("an echo that was asked for", 20, 20, frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoICMP, icmp: 0})
	send(frame{src: "192.168.1.2", dst: "80.1.2.1", proto: protoTCP, sport: 4000, dport: 443, flags: syn})
	try("an answered connection", 20, 20, frame{src: "80.1.2.1", dst: "192.168.1.2", proto: protoTCP, sport: 443, dport: 4000, flags: syn | ack})
	send(frame{src: "192.168.1.2", dst: "80.1.3.1", proto: protoTCP, sport: 80, dport: 4000, flags: syn | ack})
	try("half a handshake", 60, 24+5, frame{src: "80.1.3.1", dst: "192.168.1.2", proto: protoTCP, sport: 4000, dport: 80, flags: ack})
	stray := frame{src: "80.1.4.1", dst: "192.168.1.3", proto: protoTCP, sport: 4000, dport: 80, flags: ack}
	b.run(out, stray.bytes())
	send(frame{src: "192.168.1.3", dst: "80.1.4.1", proto: protoTCP, sport: 80, dport: 4000, flags: flagRST})
	try("a stray that was refused", 20, 4, stray)
	b.control.at.Familiar = 1 << 62
	try("an answer when conversations are not known yet", 20, 20, frame{src: "80.1.6.1", dst: "192.168.1.5", proto: protoUDP, sport: 53, dport: 5555})
}

// What may never be taken for a flood: neighbours, addresses, groups, what a person trusts, and the site's own side.
func TestWhatIsNoFlood(t *testing.T) {
	b := besiege(t, abri.Protect, slow(1, 1, 1))
	b.do(b.Trust(netip.MustParsePrefix("80.9.0.0/24"), 0))
	for _, c := range []struct {
		name string
		side int
		f    frame
	}{
		{"a neighbour", out, frame{src: "fe80::1", dst: "fe80::2", proto: protoICMPv6, icmp: 135}},
		{"an address", out, frame{src: "192.168.1.1", dst: "192.168.1.9", proto: protoUDP, sport: 67, dport: 68}},
		{"a group", out, frame{src: "192.168.1.7", dst: "224.0.0.251", proto: protoUDP, sport: 5353, dport: 5353}},
		{"a group 6", out, frame{src: "fe80::7", dst: "ff02::fb", proto: protoUDP, sport: 5353, dport: 5353}},
		{"trusted", out, frame{src: "80.9.0.9", dst: "192.168.1.2", proto: protoTCP, sport: 9, dport: 80, flags: syn}},
		{"inside", in, frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 9, dport: 80, flags: syn}},
		{"the box", sideBox, frame{src: "192.168.1.9", dst: "80.1.1.1", proto: protoUDP, sport: 9, dport: 53}},
	} {
		for range 20 {
			if got := b.run(c.side, c.f.bytes()); got.Dropped() {
				t.Fatalf("%s: %v", c.name, got)
			}
		}
	}
}

// Under a flood of openings a machine that sends its SYN again, a second later, is let in; once, for what is sent over and
// over without a conversation is forged, and so is what comes again before any system would send it.
func TestWhoComesAgainIsLetIn(t *testing.T) {
	b := besiege(t, abri.Protect, slow(100, 100, 3))
	b.later(time.Hour)
	for i := range 20 {
		b.press(frame{src: families[0].source(i), proto: protoTCP, sport: 4000, dport: 80, flags: syn}, "192.168.1.2")
	}
	f := frame{src: "80.1.1.1", proto: protoTCP, sport: 4000, dport: 80, flags: syn}
	played := frame{src: "80.1.2.1", proto: protoTCP, sport: 4000, dport: 80, flags: syn}
	for i := range 110 {
		b.press(frame{src: families[0].source(0), proto: protoTCP, sport: 4000, dport: 80, flags: syn}, "192.168.1.2") // it goes on
		if got := b.press(played, "192.168.1.2"); got != DropFloodOpenings {
			t.Fatalf("played over and over, after %d ms: %v", 100*i, got)
		}
		want := DropFloodOpenings
		if i == 10 {
			want = Pass
		}
		if i%10 == 0 {
			if got := b.press(f, "192.168.1.2"); got != want {
				t.Errorf("after %d ms: %v, want %v", 100*i, got, want)
			}
		}
		b.later(100 * time.Millisecond)
	}
	f.sport++
	if got := b.press(f, "192.168.1.2"); got != DropFloodOpenings {
		t.Errorf("another connection: %v", got)
	}
}

// Who forges addresses and sends each opening twice is let in no faster than the bar grants, for nothing comes of it; of a crowd all
// are, as soon as the server has sent the ones before them something.
func TestWhatComesToNothingIsOwed(t *testing.T) {
	const all, burst = 200, 20
	for _, family := range families {
		for _, crowd := range []bool{false, true} {
			b := besiege(t, abri.Protect, Bar{Pace{1000, 1000}, Pace{1000, 1000}, Pace{1, burst}})
			opens := func(i int) bool {
				return b.press(frame{src: family.source(i), proto: protoTCP, sport: 4000, dport: 443, flags: syn}, family.inside(1)) == Pass
			}
			b.later(time.Hour)
			for i := range all {
				if opens(i) != (i < burst) {
					t.Fatalf("%s: opening %d within the bar of %d, or above it", family.name, i, burst)
				}
			}
			b.later(time.Second)
			let := 0
			for i := burst; i < all; i++ {
				if !opens(i) {
					continue
				}
				let++
				if crowd {
					b.serve(frame{src: family.source(i), proto: protoTCP, sport: 4000, dport: 443}, family.inside(1))
				}
			}
			if want := map[bool]int{false: burst, true: all - burst}[crowd]; let != want {
				t.Errorf("%s, a crowd %v: %d of %d are let in when they come again, want %d", family.name, crowd, let, all-burst, want)
			}
		}
	}
}

// serve has a server send its SYN+ACK and its first data to who opened a connection.
func (b *bench) serve(up frame, server string) {
	b.t.Helper()
	for _, flags := range []uint8{syn | ack, ack | flagPSH} {
		b.run(in, (frame{src: server, dst: up.src, proto: up.proto, sport: up.dport, dport: up.sport, flags: flags}).bytes())
	}
}

// A source, or its network, that holds too many connections gets no other until the time is over.
func TestCrowds(t *testing.T) {
	b := besiege(t, abri.Protect, slow(1000, 1000, 1000))
	open := func(src string) Reason {
		f := frame{src: src, dst: "192.168.1.2", proto: protoTCP, sport: uint16(rand.Uint32()), dport: 80, flags: syn}
		if f.is6() {
			f.dst = "2a01:e0a::2"
		}
		return b.run(out, f.bytes())
	}
	later := Monotonic() + int64(time.Hour)
	for _, c := range []struct{ prefix, within, beside string }{
		{"80.1.1.7/32", "80.1.1.7", "80.1.1.8"}, {"80.1.2.0/24", "80.1.2.200", "80.1.3.1"},
		{"2a0c:1:2:3::/64", "2a0c:1:2:3:4::5", "2a0c:1:2:4::5"}, {"2a0c:1:3::/48", "2a0c:1:3:9::5", "2a0c:1:4::5"},
	} {
		b.do(b.Crowd(netip.MustParsePrefix(c.prefix), later))
		if got := open(c.within); got != DropFloodCrowd {
			t.Errorf("%s: %v", c.within, got)
		}
		if got := open(c.beside); got != Pass {
			t.Errorf("beside %s, %s: %v", c.prefix, c.beside, got)
		}
	}
	b.do(b.Purge(later + 1))
	if n := b.control.at.Crowds; n != 0 || open("80.1.1.7") != Pass {
		t.Errorf("%d crowds after their time", n)
	}
	if err := b.Crowd(netip.MustParsePrefix("80.0.0.0/8"), later); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("a crowd of a /8: %v", err)
	}
}

// TestChallenge: the answer is a SYN+ACK that is whole, acknowledges nothing that was sent, and is reset by who sent the
// SYN; who resets it is known, and who only says so is not.
func TestChallenge(t *testing.T) {
	for _, family := range families {
		t.Run(family.name, func(t *testing.T) {
			inside := family.inside(2)
			b := besiege(t, abri.Protect, slow(100, 100, 3))
			b.do(b.Challenge([]netip.Addr{netip.MustParseAddr(inside)}))
			for i := range 20 {
				b.press(frame{src: family.source(i), proto: protoTCP, sport: 4000, dport: 80, flags: syn}, inside)
			}
			f := frame{src: family.source(500), dst: inside, proto: protoTCP, sport: 4000, dport: 80, flags: syn, payload: 20}
			const sent = 0x12345678
			ret, back, err := b.programs.AbriXdp.Test(f.numbered(sent))
			b.do(err)
			if ret != xdpTX {
				t.Fatalf("verdict %d", ret)
			}
			got := seeFrame(back)
			if got.src.String() != inside || got.dst.String() != family.source(500) || got.sport != 80 || got.dport != 4000 || got.flags != syn|ack {
				t.Fatalf("the challenge is %+v, %x", got, back)
			}
			segment := back[len(back)-20:]
			number := binary.BigEndian.Uint32(segment[8:])
			if behind := uint32(sent) - number; behind > 0xffff {
				t.Errorf("it acknowledges %#x of %#x", number, sent)
			}
			if sum := sumOf(back); sum != 0 {
				t.Errorf("its checksum is wrong by %#x", sum)
			}
			reset := f
			reset.flags, reset.payload = flagRST, 0
			b.push(out, reset.numbered(number+1))
			if got := b.run(out, f.bytes2(4001)); got != DropFloodOpenings {
				t.Errorf("after a wrong reset: %v", got)
			}
			if !b.push(out, reset.numbered(number)) {
				t.Error("the reset reached the server")
			}
			if got := b.run(out, f.bytes2(4002)); got != Pass {
				t.Errorf("after the reset: %v", got)
			}
		})
	}
}

const xdpTX = 3

// numbered is the frame of a segment with this sequence number.
func (f frame) numbered(seq uint32) []byte {
	b := f.bytes()
	binary.BigEndian.PutUint32(b[len(b)-f.payload-16:], seq)
	return b
}

// bytes2 is the frame from another port.
func (f frame) bytes2(port uint16) []byte {
	f.sport = port
	return f.bytes()
}

// sumOf is the checksum over a plain segment of TCP with its pseudo header (RFC 9293 §3.1): 0 when it is right.
func sumOf(b []byte) uint16 {
	segment := b[len(b)-20:]
	ends := b[26:34]
	if b[12] == 0x86 {
		ends = b[22:54]
	}
	pseudo := append(append([]byte{}, ends...), 0, protoTCP, 0, 20)
	return checksum(append(pseudo, segment...))
}

// A kernel without a bar asks nothing, and bars beyond reason are refused by name.
func TestSetBars(t *testing.T) {
	b := newBench(t, abri.Protect)
	for i := range 100 {
		if got := b.press(frame{src: "80.1.1.1", proto: protoTCP, sport: uint16(i), dport: 80, flags: syn}, "192.168.1.2"); got != Pass {
			t.Fatalf("without a bar: %v", got)
		}
	}
	var bars Bars
	bars[Echoes].Target.Rate = MaxRate + 1
	if err := b.SetBars(&bars); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("a bar that is too high: %v", err)
	}
	bars[Echoes].Target.Rate = 5
	b.do(b.SetBars(&bars))
	if b.control.at.Flood != 1 || b.control.at.Bars[Echoes].Target.Gap != 200_000_000 {
		t.Errorf("the switches are %+v", b.control.at)
	}
	b.do(b.SetBars(nil))
	if b.control.at.Flood != 0 {
		t.Error("floods are still held back")
	}
}

package gate

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"abri.example/abri"
)

// closeUp makes the agent be gone, for longer than the grace, of a gate that fails closed.
func (b *bench) closeUp() {
	atomic.StoreUint32(&b.control.at.FailClosed, 1)
	atomic.StoreUint64(&b.control.at.Grace, uint64(time.Second))
	b.do(b.Beat(1)) // since the machine started
}

var townLine = Line{
	Operators: []netip.Prefix{netip.MustParsePrefix("80.10.0.0/24"), netip.MustParsePrefix("2a0b::61/128")},
	Devices:   []netip.Addr{netip.MustParseAddr("192.168.1.20"), netip.MustParseAddr("2a01::20")},
}

// A gate that fails closed still lets a call for help through: SIP and voice with the operator, whole and in fragments; and
// of a telephone the question for a name, and voice with a gateway that nobody met before. Nothing else.
func TestFailsClosedButForTheTelephone(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.do(b.Follow(townLine))
	b.closeUp()
	udp := func(src string, sport uint16, dst string, dport uint16) frame {
		return frame{src: src, dst: dst, proto: protoUDP, sport: sport, dport: dport}
	}
	tcp := func(f frame) frame { f.proto, f.flags = protoTCP, syn; return f }
	later := func(f frame) frame { f.offset = 100; return f }
	for _, c := range []struct {
		name string
		side int
		f    frame
		want Reason
	}{
		{"INVITE", in, udp("192.168.1.20", 5060, "80.10.0.61", 5060), PassOpen},
		{"its later fragment", in, later(udp("192.168.1.20", 5060, "80.10.0.61", 5060)), PassOpen},
		{"the answer", out, udp("80.10.0.61", 5060, "192.168.1.20", 5060), PassOpen},
		{"SIP over TCP", in, tcp(udp("192.168.1.20", 40000, "80.10.0.61", 5060)), PassOpen},
		{"SIP by IPv6", in, udp("2a01::20", 5060, "2a0b::61", 5060), PassOpen},
		{"voice of the operator", out, udp("80.10.0.77", 20000, "192.168.1.20", 16000), PassOpen},
		{"voice from a gateway, first", out, udp("91.1.1.1", 20000, "192.168.1.20", 16000), DropClosed},
		{"voice to a gateway", in, udp("192.168.1.20", 16000, "91.1.1.1", 20000), PassOpen},
		{"voice from it", out, udp("91.1.1.1", 20000, "192.168.1.20", 16000), PassOpen},
		{"a name is asked for", in, udp("192.168.1.20", 40000, "9.9.9.9", 53), PassOpen},
		{"and answered", out, udp("9.9.9.9", 53, "192.168.1.20", 40000), PassOpen},
		{"an answer nobody asked for", out, udp("9.9.9.9", 53, "192.168.1.20", 40001), DropClosed},
		{"SIP of a stranger", out, udp("45.1.1.1", 5060, "192.168.1.20", 5060), DropClosed},
		{"the telephone's web page", in, tcp(udp("192.168.1.20", 40000, "91.1.1.1", 443)), DropClosed},
		{"QUIC of the telephone", in, udp("192.168.1.20", 40000, "91.1.1.1", 443), DropClosed},
		{"a computer", in, udp("192.168.1.21", 40000, "91.1.1.1", 20000), DropClosed},
		{"a computer's name", in, udp("192.168.1.21", 40000, "9.9.9.9", 53), DropClosed},
	} {
		if got := b.run(c.side, c.f.bytes()); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	b.do(b.Follow(Line{}))
	if got := b.run(in, udp("192.168.1.20", 5060, "80.10.0.61", 5060).bytes()); got != DropClosed {
		t.Errorf("a line that was forgotten: %v", got)
	}
}

// TestClosedModel compares the kernel that fails closed with the model, packet by packet.
func TestClosedModel(t *testing.T) {
	random := rand.New(rand.NewPCG(seedOf(t), 1))
	b := newBench(t, abri.Protect)
	m := &model{own: map[netip.Addr]bool{}, begun: map[string]bool{}, blocked: map[string]bool{}, ways: map[way]int{}, closed: true, protect: true}
	m.install(b)
	b.closeUp()
	reasons := map[Reason]int{}
	for i := range packets(t) {
		if i%2000 == 1999 {
			m.forget(b)
		}
		f, side := randomFrame(random), 1+random.IntN(3)
		data := f.bytes()
		if i%2 == 0 {
			data = mutilate(random, side, data)
		}
		packet := seeFrame(data)
		if packet.level == notIP {
			continue // ARP passes, and the model does not know one
		}
		got, want := b.run(side, data), m.judge(side, packet)
		if got != want {
			t.Fatalf("packet %d, side %d, %+v, %x: kernel %v; model %v", i, side, f, data, got, want)
		}
		reasons[got]++
	}
	for _, r := range []Reason{PassOpen, DropClosed, DropOwn} {
		if reasons[r] == 0 {
			t.Errorf("no packet met %v: %v", r, reasons)
		}
	}
}

// Who isolates the exchange does not cut it off from the numbers of help.
func TestIsolatedTelephonesCallHelp(t *testing.T) {
	for _, mode := range []abri.Mode{abri.Observe, abri.Protect} {
		b := newBench(t, mode)
		b.do(b.Follow(townLine))
		b.do(b.Isolate(Isolation{Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.20")}}))
		call := frame{src: "192.168.1.20", dst: "80.10.0.61", proto: protoUDP, sport: 5060, dport: 5060}
		if got := b.run(in, call.bytes()); got != Pass {
			t.Errorf("%s: a call: %v", mode, got)
		}
		web := frame{src: "192.168.1.20", dst: "91.1.1.1", proto: protoTCP, sport: 40000, dport: 443, flags: syn}
		if got := b.run(in, web.bytes()); got != DropIsolated {
			t.Errorf("%s: all else: %v", mode, got)
		}
	}
}

// At a door where SIP was heard a conversation is copied to its end, over UDP and TCP and by either address; also one whose
// first bytes are at their end long before.
func TestBooksAreReadToTheEnd(t *testing.T) {
	for _, c := range []struct {
		name     string
		proto    uint8
		src, dst string
	}{
		{"UDP", protoUDP, "192.168.1.20", "80.10.0.61"}, {"TCP", protoTCP, "192.168.1.20", "80.10.0.61"}, {"IPv6", protoUDP, "2a01::20", "2a0b::61"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, abri.Protect)
			b.do(b.Beat(Monotonic() + int64(time.Hour))) // a slow machine is no absent agent
			there := frame{src: c.src, dst: c.dst, proto: c.proto, sport: 40000, dport: 5090, flags: ack, payload: 900}
			back := frame{src: c.dst, dst: c.src, proto: c.proto, sport: 5090, dport: 40000, flags: ack, payload: 900}
			door := Book{At: netip.AddrPortFrom(netip.MustParseAddr(c.dst), 5090), Proto: c.proto}
			say := func(n int) (there2, back2 int) {
				for range n {
					b.push(in, there.bytes())
					b.push(out, back.bytes())
					for _, r := range b.copies() {
						if r.Side == abri.Inside {
							there2++
						} else {
							back2++
						}
					}
				}
				return there2, back2
			}
			if up, down := say(100); up > 12 || down > 12 {
				t.Fatalf("%d and %d of 100 copied before it is known", up, down)
			}
			b.do(b.Follow(Line{Books: []Book{door}}))
			say(BookAgain)
			if up, down := say(1000); up != 1000 || down != 1000 {
				t.Errorf("%d and %d of 1,000 copied of one taken up late", up, down)
			}
			there.sport, back.dport = 40001, 40001
			if up, down := say(1000); up != 1000 || down != 1000 {
				t.Errorf("%d and %d of 1,000 copied of one that begins there", up, down)
			}
		})
	}
}

// While calls are refused, what a device inside says by SIP over TCP waits for the agent, and nothing else does.
func TestSIPOverTCPWaitsForTheGuard(t *testing.T) {
	b := newStrict(t)
	b.do(b.SetStrict(false))
	b.do(b.Beat(Monotonic() + int64(time.Hour))) // a slow machine is no absent agent
	invite := "INVITE sip:00252@80.10.0.61 SIP/2.0\r\n"
	sip := func(proto uint8, sport, dport uint16) frame {
		return frame{src: "192.168.1.20", dst: "80.10.0.61", proto: proto, sport: sport, dport: dport, flags: ack}
	}
	if b.held(in, saying(sip(protoTCP, 41000, 5060), invite)) {
		t.Error("it waits although no call is refused")
	}
	b.do(b.Follow(Line{Hold: true}))
	for _, c := range []struct {
		name string
		side int
		data []byte
		want bool
	}{
		{"a message", in, saying(sip(protoTCP, 41000, 5060), invite), true},
		{"the rest of one", in, saying(sip(protoTCP, 41000, 5060), "o the rest"), true},
		{"an acknowledgement", in, saying(sip(protoTCP, 41000, 5060), ""), false},
		{"over UDP", in, saying(sip(protoUDP, 5060, 5060), invite), false},
		{"a web page", in, saying(sip(protoTCP, 41000, 80), "GET / HTTP/1.1\r\n"), false},
		{"a name by TCP", in, saying(sip(protoTCP, 41000, 53), "\x00\x1e"), false},
		{"too long to be read whole", in, saying(sip(protoTCP, 41000, 5060), strings.Repeat("x", 2100)), false},
	} {
		if got := b.held(c.side, c.data); got != c.want {
			t.Errorf("%s: held %v", c.name, got)
		}
	}
	answer := sip(protoTCP, 41000, 5060)
	answer.src, answer.dst, answer.sport, answer.dport = answer.dst, answer.src, 5060, 41000
	if b.held(out, saying(answer, "SIP/2.0 100 Trying\r\n")) {
		t.Error("what the operator says waits")
	}
	b.do(b.SetMode(abri.Observe))
	if b.held(in, saying(sip(protoTCP, 41000, 5060), invite)) {
		t.Error("it waits in watch-only")
	}
	b.do(b.SetMode(abri.Protect))
	b.do(b.Beat(Monotonic() - int64(10*time.Second)))
	if b.held(in, saying(sip(protoTCP, 41000, 5060), invite)) {
		t.Error("it waits for an agent that is gone")
	}
	b.do(b.Follow(Line{}))
	if _, err := b.Counters(); err != nil {
		t.Error(err)
	}
}

func TestLinesThatAreRefused(t *testing.T) {
	b := newBench(t, abri.Observe)
	many := Line{}
	for i := range 1025 {
		many.Books = append(many.Books, Book{At: netip.AddrPortFrom(netip.MustParseAddr("192.168.1.20"), uint16(1+i)), Proto: protoUDP})
	}
	for name, c := range map[string]struct {
		l    Line
		want abri.Code
	}{
		"no port":        {Line{Books: []Book{{At: netip.AddrPortFrom(netip.MustParseAddr("192.168.1.20"), 0)}}}, abri.CodeInvalid},
		"too many doors": {many, abri.CodeFull},
	} {
		if err := b.Follow(c.l); abri.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := b.control.at.Books; n != 0 {
		t.Errorf("%d doors counted after a refusal", n)
	}
}

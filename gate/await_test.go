package gate

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
)

// newAwaiting protects, knows names and is not strict.
func newAwaiting(t *testing.T) *strictBench {
	b := &strictBench{newBench(t, abri.Protect), 7000}
	b.loadNames(evil)
	return b
}

// back is a packet of who is asked.
func (f frame) back() frame {
	f.src, f.dst, f.sport, f.dport = f.dst, f.src, f.dport, f.sport
	return f
}

// TestAnswersAwaitTheVerdict: what answers a packet that may say a name is held until that is judged, and nothing else is.
func TestAnswersAwaitTheVerdict(t *testing.T) {
	b := newAwaiting(t)
	six := func(f frame) frame { f.src, f.dst = "2a01::2", "2a02::1"; return f }
	tagged := func(f frame) frame { f.tags = []uint16{0x88a8, 0x8100}; return f }
	plain := func(f frame) frame { return f }
	for _, c := range []struct {
		name          string
		shape         func(frame) frame
		proto         uint8
		words, answer string
		want          bool
	}{
		{"hello", plain, protoTCP, helloWords, "\x16\x03\x03hello back", true}, {"by IPv6", six, protoTCP, helloWords, "answer", true},
		{"in VLANs", tagged, protoTCP, helloWords, "answer", true}, {"request", plain, protoTCP, requestWords, "HTTP/1.1 200 OK", true},
		{"behind an empty line", plain, protoTCP, "\r\n" + requestWords, "HTTP/1.1 200 OK", true}, {"behind half of one", plain, protoTCP, "\n" + requestWords, "HTTP/1.1 200 OK", true},
		{"QUIC", plain, protoUDP, initialWords, shortWords, true}, {"QUIC 2 by IPv6", six, protoUDP, initialV2, initialV2, true},
		{"an acknowledgement", plain, protoTCP, helloWords, "", false}, {"SSH", plain, protoTCP, "SSH-2.0-x", "SSH-2.0-y", false},
		{"a call", plain, protoUDP, shortWords, shortWords, false}, {"more than a copy holds", plain, protoTCP, helloWords, strings.Repeat("x", 2048), false},
	} {
		f := c.shape(b.next(c.proto))
		if b.held(in, saying(f, c.words)) {
			t.Errorf("%s: what asks is held", c.name)
		}
		if got := b.held(out, saying(f.back(), c.answer)); got != c.want {
			t.Errorf("%s: held %v", c.name, got)
		}
	}
	called := b.next(protoTCP).back()
	call := called
	call.flags = syn
	b.push(out, call.bytes())
	b.push(out, saying(called, helloWords))
	if b.held(in, saying(called.back(), helloWords)) || b.held(out, saying(called, "more")) {
		t.Error("who was called waits")
	}
}

// renew has a conversation's words be copied a while ago: on a slow machine a verdict would soon be late.
func (b *strictBench) renew(f frame, ago time.Duration) {
	b.t.Helper()
	key := Conversation{addrPort(f.src, f.sport), addrPort(f.dst, f.dport), f.proto}.key()
	var tally kernelTally
	b.do(b.maps.Flows.Lookup(&key, &tally))
	tally.Asked = uint64(Monotonic() - int64(ago))
	b.do(b.maps.Flows.Put(&key, &tally))
}

// TestWhatIsJudgedIsAwaitedNoMore: one number lets all go whose words were copied until then, and whoever says more waits again.
func TestWhatIsJudgedIsAwaitedNoMore(t *testing.T) {
	b := newAwaiting(t)
	first, second := b.next(protoTCP), b.next(protoUDP)
	say := func(f frame, words string) uint64 {
		b.copies()
		b.push(in, saying(f, words))
		for _, r := range b.copies() {
			if r.Asks {
				return r.Place
			}
		}
		t.Fatalf("%q does not ask", words)
		return 0
	}
	one := say(first, helloWords)
	two := say(second, initialWords)
	b.do(b.Judged(one))
	b.renew(second, 20*time.Millisecond) // a processor that is slow to put its copy into the ring took an earlier time for it
	if b.held(out, saying(first.back(), "answer")) || !b.held(out, saying(second.back(), "answer")) {
		t.Error("the first is judged, the second not")
	}
	b.do(b.Judged(two))
	b.do(b.Judged(one)) // no step back
	if b.held(out, saying(second.back(), "answer")) {
		t.Error("both are judged")
	}
	b.renew(first, 0)
	three := say(first, "the rest of it")
	if !b.held(out, saying(first.back(), "answer")) {
		t.Error("the hello goes on")
	}
	b.do(b.Judged(three))
	if b.held(out, saying(first.back(), "answer")) {
		t.Error("and is judged whole")
	}
}

// TestAnswersAreNotHeldUp by an agent that is late, gone, or ends; by a box that watches, or one that knows no names.
func TestAnswersAreNotHeldUp(t *testing.T) {
	b := newAwaiting(t)
	asks := func() frame {
		f := b.next(protoTCP)
		b.push(in, saying(f, helloWords))
		return f.back()
	}
	waits := func(f frame) bool { return b.held(out, saying(f, "answer")) }
	late := asks()
	if !waits(late) {
		t.Fatal("an answer is not held")
	}
	key := Conversation{addrPort(late.dst, late.dport), addrPort(late.src, late.sport), protoTCP}.key()
	b.control.at.Judged = 0 // what follows seems to come from before this gate
	var tally kernelTally
	b.do(b.maps.Flows.Lookup(&key, &tally))
	tally.Asked -= uint64(200 * time.Millisecond)
	b.do(b.maps.Flows.Put(&key, &tally))
	early := b.early()
	if waits(late) {
		t.Error("a verdict that is late")
	}
	if n := b.early() - early; n != 1 {
		t.Errorf("%d answers are told to have crossed unread, want 1", n)
	}
	b.do(b.SetStrict(true)) // whose words may have been held themselves
	if !waits(late) {
		t.Error("strict gives it no more time")
	}
	b.do(b.SetStrict(false))
	f := asks()
	b.do(b.Beat(Monotonic() - int64(4*time.Second)))
	if waits(f) {
		t.Error("without an agent")
	}
	b.do(b.Beat(Monotonic()))
	b.do(b.SetMode(abri.Observe))
	if waits(f) {
		t.Error("while watching")
	}
	b.do(b.SetMode(abri.Protect))
	b.do(b.LetAll())
	if waits(f) || waits(asks()) {
		t.Error("the agent ends")
	}
	empty := &strictBench{newBench(t, abri.Protect), 7000}
	f = empty.next(protoTCP)
	empty.push(in, saying(f, helloWords))
	if empty.held(out, saying(f.back(), "answer")) {
		t.Error("without names")
	}
}

// awaitedOne is one conversation of the model: what the kernel should remember of it.
type awaitedOne struct {
	frame
	asked    int64
	place    uint64
	up, down int // bytes that are still to be copied
}

// TestAwaitModel compares the kernel with a model in plain Go over conversations that say all kinds of words in any order.
func TestAwaitModel(t *testing.T) {
	b, random := newAwaiting(t), rand.New(rand.NewPCG(seedOf(t), 0))
	words := []string{helloWords, requestWords, initialWords, shortWords, "the rest", strings.Repeat("more ", 250), ""}
	var all []*awaitedOne
	judged, last, held, passed := uint64(0), Record{}, 0, 0
	for i := range packets(t) / 4 {
		if len(all) == 0 || random.IntN(50) == 0 {
			one := &awaitedOne{frame: b.next([]uint8{protoTCP, protoUDP}[random.IntN(2)]), up: 8<<10 - 28, down: 8 << 10} // bytes of an empty datagram
			if one.proto == protoTCP {
				one.up -= 12
			}
			b.push(in, saying(one.frame, ""))
			all = append(all, one)
		}
		c, said := all[max(0, len(all)-1-random.IntN(4))], words[random.IntN(len(words))]
		opens := c.proto == protoTCP && (said == helloWords || said == requestWords) || c.proto == protoUDP && said == initialWords
		size := ipBytes(c.frame, said)
		if random.IntN(2) == 0 { // the client
			now := Monotonic()
			copied := c.up > 0 || opens && c.proto == protoUDP
			goesOn := said != "" && c.proto == protoTCP && now < c.asked+int64(150*time.Millisecond)
			b.copies()
			b.push(in, saying(c.frame, said))
			asks := false
			for _, r := range b.copies() {
				asks, last = asks || r.Asks, r
			}
			if want := copied && (opens || goesOn); asks != want && !nearly(now, c.asked) {
				t.Fatalf("packet %d: %q asks: kernel %v, model %v", i, said, asks, want)
			}
			c.up = max(0, c.up-size)
			if asks {
				c.asked, c.place = last.Time, last.Place
				if c.down == 0 {
					c.down = 8 << 10
				}
			}
		} else {
			now := Monotonic()
			want := c.place > judged && now < c.asked+int64(150*time.Millisecond) && c.down > 0 && said != ""
			if got := b.held(out, saying(c.frame.back(), said)); got != want && !nearly(now, c.asked) {
				t.Fatalf("packet %d: %q held: kernel %v, model %v", i, said, got, want)
			} else if got {
				held++
			} else {
				passed++
			}
			c.down = max(0, c.down-size)
		}
		if random.IntN(4) == 0 {
			judged = max(judged, last.Place)
			b.do(b.Judged(last.Place))
		}
		b.do(b.Beat(Monotonic()))
	}
	t.Log(held, "answers held,", passed, "passed")
	if held == 0 || passed == 0 {
		t.Error("only one of both")
	}
}

// early is how many answers crossed unread so far.
func (b *strictBench) early() uint64 {
	b.t.Helper()
	c, err := b.Counters()
	b.do(err)
	return c.Early.Packets
}

// nearly reports whether so much time has passed that a verdict is late by one clock and not by the other.
func nearly(now, asked int64) bool {
	d := time.Duration(now - asked)
	return d > 100*time.Millisecond && d < 300*time.Millisecond
}

func ipBytes(f frame, words string) int { return len(saying(f, words)) - 14 }

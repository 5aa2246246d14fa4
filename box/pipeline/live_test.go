package pipeline

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// record is a conversation as the kernel tells of it, new packets and all of them being the same.
func record(client, server netip.AddrPort, side abri.Side, up, down flow.Counter) Record {
	return Record{
		Record: flow.Record{Client: client, Server: server, Proto: packet.TCP, Side: side, First: start, Last: start.Add(2 * time.Second), Up: up, Down: down},
		Fate:   order.Dropped, Cause: order.ByList, Packets: up.Packets + down.Packets, Bytes: up.Bytes + down.Bytes, Began: true,
	}
}

// "Live equals replay": the same conversation is the same attack, whether its packets come from a capture or its numbers
// from the kernel. Only the outcome differs, for nothing is stopped in a capture.
func TestLiveEqualsReplay(t *testing.T) {
	replayed := newLine(t, false)
	replayed.pass(t, 0, desk, fence, packet.SYN, 0)
	replayed.pass(t, time.Second, desk, fence, packet.SYN, 0)
	replayed.pass(t, 2*time.Second, desk, fence, packet.SYN, 0)

	live := newLine(t, true)
	live.Copy(start, abri.Inside, order.Dropped, tcp(t, desk, fence, packet.SYN, 0))
	live.Flow(record(desk, fence, abri.Inside, flow.Counter{Packets: 3, Bytes: 120, Flags: packet.SYN}, flow.Counter{}))

	// The kernel tells of a conversation after it began, so the attack begins with its first news.
	times := cmpopts.IgnoreFields(abri.Attack{}, "ID", "First")
	if d := cmp.Diff(replayed.one(t), live.one(t), times, cmpopts.IgnoreFields(abri.Attack{}, "Outcome"), cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{})); d != "" {
		t.Errorf("a capture and a link differ:\n%s", d)
	}
	if a := live.one(t); !a.Neutralised() {
		t.Errorf("what the kernel dropped is %s", a.Outcome)
	}
	if len(live.watcher.shown) != 0 {
		t.Error("the detectors were shown what was dropped")
	}
}

func TestTheKernelsNumbersAreTakenOnce(t *testing.T) {
	l := newLine(t, true)
	r := record(criminal, mail, abri.Outside, flow.Counter{Packets: 2, Bytes: 80}, flow.Counter{})
	l.Flow(r)
	l.Flow(r.with(3, 120, 1, 40))
	l.Flow(r.with(3, 120, 1, 40).with(3, 120, 0, 0))
	if a := l.one(t); a.Attempts != 1 || a.Packets != 3 || a.Bytes != 120 || !a.Last.Equal(start.Add(3*time.Second)) {
		t.Errorf("got %+v", a)
	}
}

// with is the next record of the same conversation.
func (r Record) with(packets, bytes, newPackets, newBytes uint64) Record {
	r.Up.Packets, r.Up.Bytes, r.Packets, r.Bytes, r.Began = packets, bytes, newPackets, newBytes, false
	r.Last = r.Last.Add(time.Second)
	return r
}

func TestWatchOnlyStopsNothing(t *testing.T) {
	l := newLine(t, true)
	l.SetPolicy(rules(t, abri.Observe, listed{}))
	r := record(criminal, mail, abri.Outside, flow.Counter{Packets: 1, Bytes: 40}, flow.Counter{})
	r.Fate = order.Would
	l.Flow(r)
	if a := l.one(t); a.Outcome != abri.WouldBlock || a.Neutralised() {
		t.Errorf("got %+v", a)
	}
}

// What passed is for the detectors: the copies show it to them, the records only count.
func TestWhatPassedOnALink(t *testing.T) {
	l := newLine(t, true)
	l.Copy(start, abri.Outside, order.Passed, tcp(t, honest, mail, packet.SYN, 0))
	r := record(honest, mail, abri.Outside, flow.Counter{Packets: 9, Bytes: 900}, flow.Counter{})
	r.Fate, r.Cause = order.Passed, order.NoCause
	l.Flow(r)
	if len(l.watcher.shown) != 1 || len(l.counter.Open()) != 0 {
		t.Errorf("shown %v, attacks %v", l.watcher.shown, l.counter.Open())
	}
	l.Tick(start.Add(time.Hour))
	if len(l.watcher.ended) != 1 {
		t.Errorf("ended %v", l.watcher.ended)
	}
}

// A full table ends the oldest conversation when another begins, by a copy or by a record, and it ends then.
func TestAFullTableEndsTheOldest(t *testing.T) {
	l := newLine(t, true)
	l.Pipeline = New(Options{Policy: l.policy, Detectors: l.detectors, Counter: l.counter, Live: true, Flows: 1})
	l.Copy(start, abri.Outside, order.Passed, tcp(t, honest, mail, packet.SYN, 0))
	l.Copy(start.Add(time.Second), abri.Inside, order.Passed, tcp(t, desk, honest, packet.SYN, 0))
	if len(l.watcher.ended) != 1 || !l.watcher.at.Equal(start.Add(time.Second)) {
		t.Errorf("ended %v at %s", l.watcher.ended, l.watcher.at)
	}
	r := record(honest, mail, abri.Outside, flow.Counter{Packets: 1, Bytes: 40}, flow.Counter{})
	r.Fate = order.Passed
	l.Flow(r)
	if len(l.watcher.ended) != 2 || !l.watcher.at.Equal(r.Last) {
		t.Errorf("ended %v at %s", l.watcher.ended, l.watcher.at)
	}
}

// What the kernel stopped is let go after a while, too: memory stays bounded.
func TestWhatWasStoppedIsForgotten(t *testing.T) {
	l := newLine(t, true)
	l.Flow(record(criminal, mail, abri.Outside, flow.Counter{Packets: 1, Bytes: 40, Flags: packet.SYN}, flow.Counter{}))
	if l.stopped.Len() != 1 {
		t.Fatalf("%d conversations are known", l.stopped.Len())
	}
	l.Tick(start.Add(time.Hour))
	if l.stopped.Len() != 0 {
		t.Errorf("%d conversations are still known", l.stopped.Len())
	}
}

// The policy here and the kernel may be apart for a moment: then the kernel's own cause is what is told.
func TestTheKernelsCauseWhereThePolicyKnowsNone(t *testing.T) {
	stranger := netip.MustParseAddrPort("9.9.9.9:443")
	for name, c := range map[string]struct {
		cause  order.Cause
		client netip.AddrPort
		kind   abri.Kind
		rule   abri.Rule
		noise  uint64
	}{
		"withdrawn from a list": {order.ByList, stranger, abri.KnownAttacker, abri.RuleList, 0},
		"called from inside":    {order.ByList, desk, abri.KnownDestination, abri.RuleList, 0},
		"banned":                {order.ByBan, stranger, abri.KnownAttacker, abri.RuleBan, 0},
		"the box's own door":    {order.ByOwn, stranger, "", "", 1},
		"a gate that is closed": {order.ByClosed, stranger, "", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLine(t, true)
			server, side := mail, abri.Outside
			if c.client == desk {
				server, side = stranger, abri.Inside
			}
			r := record(c.client, server, side, flow.Counter{Packets: 1, Bytes: 40}, flow.Counter{})
			r.Cause = c.cause
			l.Flow(r)
			if n := l.counter.Noise("2026-03-05"); n != c.noise {
				t.Errorf("noise %d, want %d", n, c.noise)
			}
			if c.noise > 0 {
				if len(l.counter.Open()) != 0 {
					t.Errorf("noise became %+v", l.counter.Open())
				}
				return
			}
			a := l.one(t)
			if a.Kind != c.kind || a.Why.Rule != c.rule || a.Outside != stranger.Addr() || a.Outcome != abri.Blocked {
				t.Errorf("got %+v", a)
			}
		})
	}
}

// A forged answer from a listed address is no attack on its way out, whatever it looks like, and nobody is infected by
// it. When the device itself is heard, it is.
func TestAForgedAnswerIsNoTheft(t *testing.T) {
	for name, flags := range map[string]packet.TCPFlags{
		"SYN+ACK": packet.SYN | packet.ACK, "refusal": packet.RST, "acknowledgement": packet.ACK, "data": packet.PSH | packet.ACK,
	} {
		for _, fate := range []order.Fate{order.Dropped, order.Would} {
			for _, copied := range []bool{true, false} {
				l := newLine(t, true)
				if copied {
					l.Copy(start, abri.Outside, fate, tcp(t, fence, desk, flags, 0))
				}
				r := record(fence, desk, abri.Outside, flow.Counter{Packets: 1, Bytes: 40, Flags: flags}, flow.Counter{})
				if flags.Has(packet.SYN) { // so the kernel turns it
					r.Client, r.Server, r.Side, r.Up, r.Down = r.Server, r.Client, abri.Inside, r.Down, r.Up
				}
				r.Fate = fate
				l.Flow(r)
				if n := l.counter.Noise("2026-03-05"); n != 1 || len(l.counter.Open()) != 0 {
					t.Errorf("%s, fate %d, copied %v: noise %d, attacks %+v", name, fate, copied, n, l.counter.Open())
				}
				drawn := record(desk, fence, abri.Inside, flow.Counter{Packets: 1, Bytes: 40, Flags: packet.RST}, flow.Counter{Packets: 1, Bytes: 40, Flags: flags})
				drawn.Fate, drawn.Packets, drawn.Bytes, drawn.Began = fate, 1, 40, false
				l.Flow(drawn)
				if len(l.counter.Open()) != 0 {
					t.Errorf("%s, fate %d, copied %v: the reset that it drew is %+v", name, fate, copied, l.counter.Open())
				}
				spoke := drawn
				spoke.Up = flow.Counter{Packets: 2, Bytes: 140, Flags: packet.RST | packet.PSH | packet.ACK}
				l.Flow(spoke)
				if a := l.one(t); a.Direction != abri.Out || a.Kind != abri.KnownDestination || a.Attempts != 1 || fate == order.Dropped && a.Answered {
					t.Errorf("%s, fate %d, copied %v: the device that called is %+v", name, fate, copied, a)
				}
			}
		}
	}
}

// An answer that was dropped reached nobody.
func TestWhatWasDroppedIsNoAnswer(t *testing.T) {
	l := newLine(t, true)
	l.Copy(start, abri.Inside, order.Dropped, tcp(t, desk, fence, packet.SYN, 0))
	l.Flow(record(desk, fence, abri.Inside, flow.Counter{Packets: 1, Bytes: 40, Flags: packet.SYN}, flow.Counter{Packets: 1, Bytes: 40, Flags: packet.SYN | packet.ACK}))
	if a := l.one(t); a.Answered || a.Direction != abri.Out {
		t.Errorf("got %+v", a)
	}
}

// What a detector finds on a link has passed: it would have been stopped in watch-only alone.
func TestWhatReallyPassedIsObserved(t *testing.T) {
	for mode, want := range map[abri.Mode]abri.Outcome{abri.Protect: abri.Observed, abri.Observe: abri.WouldBlock} {
		l := newLine(t, true)
		l.SetPolicy(rules(t, mode, listed{}))
		l.watcher.finds = &abri.Finding{Kind: abri.Scan, Service: abri.Mail, Direction: abri.In, Port: 25, Proto: "tcp"}
		l.Copy(start, abri.Outside, order.Passed, tcp(t, honest, mail, packet.SYN, 0))
		if a := l.one(t); a.Outcome != want {
			t.Errorf("in %s it is %s", mode, a.Outcome)
		}
	}
}

// The box is no machine outside, whatever side its page is opened from; of the server that it guards in host mode it
// goes on hearing all.
func TestTheBoxItselfIsNotOutside(t *testing.T) {
	box := netip.MustParseAddrPort("192.168.10.2:8080")
	l := newLine(t, true)
	l.SetOwn([]netip.Addr{box.Addr(), mail.Addr()})
	l.Copy(start, abri.Inside, order.Passed, tcp(t, desk, box, packet.SYN, 0))
	l.Flush()
	if len(l.watcher.shown)+len(l.watcher.ended) != 0 {
		t.Errorf("shown %v, ended %v", l.watcher.shown, l.watcher.ended)
	}
	l.Copy(start, abri.Outside, order.Passed, tcp(t, honest, mail, packet.SYN, 0))
	if len(l.watcher.shown) != 1 {
		t.Errorf("shown %v", l.watcher.shown)
	}
}

// A knock after more quiet than a conversation has is another attempt, on a link as in a capture; the kernel's own entry
// lasts longer.
func TestAKnockAfterQuietIsAnotherAttempt(t *testing.T) {
	replayed, live := newLine(t, false), newLine(t, true)
	r := record(criminal, mail, abri.Outside, flow.Counter{Packets: 1, Bytes: 40, Flags: packet.SYN}, flow.Counter{})
	r.Last = start
	for i, after := range []time.Duration{0, 50 * time.Second, 125 * time.Second} {
		replayed.pass(t, after, criminal, mail, packet.SYN, 0)
		live.Tick(start.Add(after))
		r.Up.Packets, r.Up.Bytes, r.Last, r.Began = uint64(i+1), uint64(40*(i+1)), start.Add(after), i == 0
		r.Packets, r.Bytes = 1, 40
		live.Flow(r)
	}
	for name, a := range map[string]abri.Attack{"capture": replayed.one(t), "link": live.one(t)} {
		if a.Attempts != 2 || a.Packets != 3 {
			t.Errorf("%s: %d attempts of %d packets, want 2 of 3", name, a.Attempts, a.Packets)
		}
	}
	next := newLine(t, true) // the reader starts again: what was told was told
	next.Flow(r)
	if a := next.one(t); a.Attempts != 0 {
		t.Errorf("after a restart the same attempt counts %d times", a.Attempts)
	}
}

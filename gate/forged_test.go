package gate

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

// visit is the opening of visitor number i of a family at a machine.
func visit(family, i int, inside string) frame {
	return frame{src: families[family].source(i), dst: inside, proto: protoTCP, sport: 4000, dport: 80, flags: syn}
}

// A forged flood fills no table, of whichever pressure: no conversation, no attempt, no ban, no crowd; also when the forged
// addresses stand on a list. Five seconds of the gate's clock after its last packet every bucket is empty and strangers pass.
func TestAForgedFloodFillsNoTableAndPasses(t *testing.T) {
	b := besiege(t, abri.Protect, Bar{Pace{75, 150}, Pace{150, 300}, Pace{300, 600}})
	b.lists("45.7.0.0/16")
	b.later(time.Hour)
	memory := b.floodMemory()
	const opened = 2 * 600 // what the bar of openings lets in at once, of each family
	for i := range 40_000 {
		family := families[i%2]
		x := presses[i/2%len(presses)]
		f := x.frame(family.source(i%65_000), uint16(i))
		f.dst = family.inside(2)
		b.push(out, f.bytes())
		if i%8 == 0 {
			b.later(time.Millisecond)
		}
		if i%256 == 0 {
			b.copies()
		}
	}
	if n := len(b.flows()); n > opened+2*5*300 {
		t.Errorf("%d conversations", n)
	}
	if n := len(b.drops()); n > 600 {
		t.Errorf("%d attempts of forged addresses", n)
	}
	if c := b.control.at; c.Bans+c.Bans64+c.BanNets+c.Narrow+c.Crowds+c.Blocks != 0 {
		t.Errorf("bans of a forged flood: %+v", c)
	}
	if now := b.floodMemory(); now != memory {
		t.Errorf("%d bytes for floods, %d before", now, memory)
	}
	b.later(5 * time.Second)
	now, late := b.control.at.Clock, 0
	for cell := range b.maps.Paces.MaxEntries() {
		var due uint64
		b.do(b.maps.Paces.Lookup(&cell, &due))
		if due > now {
			late++
		}
	}
	var s kernelSiege
	for cell := range b.maps.Sieges.MaxEntries() {
		b.do(b.maps.Sieges.Lookup(&cell, &s))
		if s.Due > now || s.Until > now {
			late++
		}
	}
	if late > 0 || b.control.at.Pressed > now {
		t.Errorf("five seconds after the flood %d buckets still are not empty", late)
	}
	for _, family := range families {
		for _, x := range presses {
			f := x.frame(family.source(60_000), 50_000)
			if got := b.press(f, family.inside(2)); got != Pass {
				t.Errorf("%s, %s after the flood: %v", family.name, x.name, got)
			}
		}
	}
}

// floodMemory is what the maps that floods drive take.
func (b *bench) floodMemory() (bytes uint64) {
	b.t.Helper()
	for _, size := range []uint64{
		uint64(b.maps.Paces.MaxEntries() * b.maps.Paces.ValueSize()), uint64(b.maps.Callers.MaxEntries() * b.maps.Callers.ValueSize()),
		uint64(b.maps.Sieges.MaxEntries() * b.maps.Sieges.ValueSize()), uint64(b.maps.Crowds.MaxEntries() * b.maps.Crowds.ValueSize()),
		uint64(b.maps.Meetings.MaxEntries() * b.maps.Meetings.ValueSize()),
	} {
		bytes += size
	}
	return bytes
}

// Forged openings that are played over and over, as a recorded flood is, pass once in twenty seconds each and no more.
func TestAFloodThatIsPlayedOver(t *testing.T) {
	b := besiege(t, abri.Protect, Bar{Pace{75, 150}, Pace{150, 300}, Pace{20, 40}})
	b.later(time.Hour)
	const tuples = 300
	passed := 0
	for range 15 { // seconds
		for i := range tuples {
			if !b.push(out, visit(i%2, i, families[i%2].inside(2)).bytes()) {
				passed++
			}
			b.later(time.Second / tuples)
		}
	}
	if passed < tuples/2 || passed > tuples+2*60 {
		t.Errorf("%d of %d forged openings passed, of %d machines that do not exist", passed, 15*tuples, tuples)
	}
}

// Of a flood of so many that most would be forgotten before they come again a share of the sources is remembered, and these are let
// in at their second try; after a while it is others' turn.
func TestOfTooManyAShareIsRemembered(t *testing.T) {
	const strangers, asked = 1000, 32_768
	b := besiege(t, abri.Protect, Bar{Pace{asked, asked}, Pace{asked, asked}, Pace{strangers, 2 * strangers}}) // all of them on credit
	b.later(time.Hour)
	in := map[int]bool{}
	for turn := range 4 {
		before := len(in)
		forged := visit(0, 5000, "192.168.1.2")
		b.push(out, forged.bytes())
		_, _, err := b.programs.AbriXdp.Benchmark(forged.bytes(), asked, nil)
		b.do(err)
		b.later(1 << 24)
		for i := range strangers {
			b.push(out, visit(0, i, "192.168.1.2").bytes())
		}
		b.later(600 * time.Millisecond)
		for i := range strangers {
			if !b.push(out, visit(0, i, "192.168.1.2").bytes()) {
				in[i] = true
			}
		}
		share := float64(256-sparedOf(asked)) / 256
		if n := float64(len(in) - before); turn == 0 && (n < strangers*share*0.8 || n > strangers*share*1.2) {
			t.Errorf("%.0f of %d were remembered, want %.0f", n, strangers, strangers*share)
		}
		b.later(20 * time.Second)
	}
	if len(in) < strangers*2/3 {
		t.Errorf("%d of %d came in", len(in), strangers)
	}
}

// Who is turned away at a service that is overrun is asked nothing else: a listed address that can be forged makes no attempt,
// until it comes again. Whom a person trusts passes, and what only watches asks the lists first.
func TestTurnedAwayBeforeTheLists(t *testing.T) {
	for _, mode := range []abri.Mode{abri.Protect, abri.Observe} {
		b := besiege(t, mode, slow(100, 100, 3))
		b.lists("80.7.0.0/16")
		b.do(b.Trust(netip.MustParsePrefix("80.9.0.0/24"), 0))
		b.later(time.Hour)
		want := map[string]Reason{"80.7.0.1": DropFloodOpenings, "80.9.0.1": PassTrusted, "80.1.0.1": DropFloodOpenings}
		if mode == abri.Observe {
			want = map[string]Reason{"80.7.0.1": WouldListSrc, "80.9.0.1": PassTrusted, "80.1.0.1": WouldFloodOpenings}
		}
		for i := range 20 {
			b.press(visit(0, i, ""), "192.168.1.2")
		}
		for src, reason := range want {
			if got := b.press(frame{src: src, proto: protoTCP, sport: 4000, dport: 80, flags: syn}, "192.168.1.2"); got != reason {
				t.Errorf("%s, %s: %v, want %v", mode, src, got, reason)
			}
		}
		if mode == abri.Observe {
			continue
		}
		if all := b.drops(); len(all) != 0 {
			t.Errorf("%d attempts of addresses that can be forged", len(all))
		}
		b.later(time.Second)
		b.press(visit(0, 0, ""), "192.168.1.2")
		if got := b.press(frame{src: "80.7.0.1", proto: protoTCP, sport: 4000, dport: 80, flags: syn}, "192.168.1.2"); got != DropListSrc {
			t.Errorf("a listed address that comes again: %v", got)
		}
	}
}

// Of openings that are challenged none reaches the server whose sender is not there: who never answers, and who guesses. An
// established connection goes on through it, and who is there is let in.
func TestWhoIsNotThereOpensNothing(t *testing.T) {
	for n, family := range families {
		t.Run(family.name, func(t *testing.T) {
			inside := family.inside(2)
			b := besiege(t, abri.Protect, slow(1000, 2000, 3))
			b.do(b.Challenge([]netip.Addr{netip.MustParseAddr(inside)}))
			b.later(time.Hour)
			b.conversation(family.source(60_000), inside, 4000)
			for i := range 3 {
				b.press(visit(n, i, ""), inside)
			}
			before := len(b.flows())
			for i := range 1000 {
				fate, _ := b.through(out, visit(n, 10+i, inside).bytes())
				if fate != fateAnswer {
					t.Fatalf("forged opening %d: fate %d, want a challenge", i, fate)
				}
				guess := visit(n, 10+i, inside)
				guess.flags = flagRST
				b.push(out, guess.numbered(uint32(i)*0x9e3779b1))
			}
			entered := 0
			for i := range 1000 {
				f := visit(n, 10+i, inside)
				f.sport++
				if fate, _ := b.through(out, f.bytes()); fate != fateAnswer {
					entered++
				}
			}
			if entered > 2 { // of a guess in 65,536
				t.Errorf("%d of 1000 who guessed are taken for proven", entered)
			}
			if after := len(b.flows()); after > before+entered {
				t.Errorf("%d conversations, %d before", after, before)
			}
			data := frame{src: family.source(60_000), dst: inside, proto: protoTCP, sport: 4000, dport: 80, flags: ack, payload: 100}
			if b.push(out, data.bytes()) {
				t.Error("an established connection does not go on")
			}
			honest := visit(n, 50_000, inside)
			_, back := b.through(out, honest.numbered(77))
			answer := honest
			answer.flags = flagRST
			b.push(out, answer.numbered(binary.BigEndian.Uint32(back[len(back)-12:])))
			if b.push(out, honest.bytes()) {
				t.Error("who is there is not let in")
			}
		})
	}
}

package gate

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
)

// desk speaks with shop: what is blocked in most tests here.
var (
	deskToShop = frame{src: "192.168.1.2", dst: "80.1.1.1", proto: protoTCP, sport: 5000, dport: 443, flags: ack}
	shopToDesk = frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoTCP, sport: 443, dport: 5000, flags: ack}
	shopping   = Conversation{netip.MustParseAddrPort("192.168.1.2:5000"), netip.MustParseAddrPort("80.1.1.1:443"), protoTCP}
)

// TestBlock stops one conversation both ways, whoever is named first, and no other between the same machines.
func TestBlock(t *testing.T) {
	b := newBench(t, abri.Protect)
	six := Conversation{netip.MustParseAddrPort("[2a01::2]:5000"), netip.MustParseAddrPort("[2a02::1]:443"), protoUDP}
	b.do(b.Block(Conversation{shopping.Server, shopping.Client, shopping.Proto}, time.Minute))
	b.do(b.Block(six, time.Minute))
	other, tagged := deskToShop, deskToShop
	other.sport, tagged.tags = 5001, []uint16{0x8100}
	datagram := deskToShop
	datagram.proto = protoUDP
	for _, c := range []struct {
		name string
		side int
		f    frame
		want Reason
	}{
		{"up", in, deskToShop, DropFlow}, {"down", out, shopToDesk, DropFlow}, {"in a VLAN", in, tagged, DropFlow},
		{"another port", in, other, Pass}, {"another protocol", in, datagram, Pass},
		{"IPv6 up", in, frame{src: "2a01::2", dst: "2a02::1", proto: protoUDP, sport: 5000, dport: 443}, DropFlow},
		{"IPv6 down", out, frame{src: "2a02::1", dst: "2a01::2", proto: protoUDP, sport: 443, dport: 5000}, DropFlow},
	} {
		if got := b.run(c.side, c.f.bytes()); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	b.do(b.Trust(netip.MustParsePrefix("80.1.1.1/32"), 0))
	if got := b.run(in, deskToShop.bytes()); got != PassTrusted {
		t.Errorf("trusted: %v", got)
	}
	b.do(b.Untrust(netip.MustParsePrefix("80.1.1.1/32")))
	b.do(b.SetMode(abri.Observe))
	if got := b.run(in, deskToShop.bytes()); got != WouldFlow {
		t.Errorf("watching: %v", got)
	}
	b.do(b.SetMode(abri.Protect))
	b.do(b.Unblock(shopping))
	if got := b.run(in, deskToShop.bytes()); got != Pass {
		t.Errorf("let go: %v", got)
	}
	if err := b.Unblock(shopping); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("let go twice: %v", err)
	}
	if err := b.Block(Conversation{}, time.Minute); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("no conversation: %v", err)
	}
}

// TestABlockEndsByItself: each packet makes it last, but not one that comes while the agent is away.
func TestABlockEndsByItself(t *testing.T) {
	b := newBench(t, abri.Protect)
	until := func() int64 {
		t.Helper()
		all, err := b.Blocks()
		b.do(err)
		if len(all) != 1 {
			t.Fatalf("%d blocks", len(all))
		}
		return all[0].Until
	}
	b.do(b.Block(shopping, time.Hour))
	b.do(b.maps.Blocks.Put(shopping.key(), kernelBlock{Until: uint64(Monotonic() + int64(time.Minute)), Lasts: uint64(time.Hour)}))
	soon := until()
	b.do(b.Beat(Monotonic() - int64(4*time.Second)))
	if got := b.run(in, deskToShop.bytes()); got != DropFlow || until() != soon {
		t.Errorf("without an agent: %v, and the block ends %v later", got, time.Duration(until()-soon))
	}
	b.do(b.Beat(Monotonic()))
	if got := b.run(out, shopToDesk.bytes()); got != DropFlow || until() < soon+int64(58*time.Minute) {
		t.Errorf("an answer: %v, and the block ends %v later", got, time.Duration(until()-soon))
	}
	b.do(b.maps.Blocks.Put(shopping.key(), kernelBlock{Until: uint64(Monotonic() - int64(time.Second)), Lasts: uint64(time.Hour)}))
	if got := b.run(in, deskToShop.bytes()); got != Pass {
		t.Errorf("after its end: %v", got)
	}
	b.do(b.Purge(Monotonic()))
	if all, err := b.Blocks(); err != nil || len(all) != 0 || b.control.at.Blocks != 0 {
		t.Errorf("%d are left, %d counted, %v", len(all), b.control.at.Blocks, err)
	}
}

// TestAnotherConnectionIsNotBlocked: who opens one on the same ports has another conversation, counted from its beginning.
func TestAnotherConnectionIsNotBlocked(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.run(in, deskToShop.bytes())
	b.do(b.Block(shopping, time.Hour))
	b.run(in, deskToShop.bytes())
	opening := deskToShop
	opening.flags = syn
	for _, f := range []frame{opening, deskToShop, shopToDesk} {
		if got := b.run(in, f.bytes()); got != Pass {
			t.Errorf("%+v: %v", f, got)
		}
	}
	b.do(b.Sweep(func(r *FlowRecord) {
		if r.Up.Packets+r.Down.Packets != 3 {
			t.Errorf("counted: %+v", r)
		}
	}))
	answering := shopToDesk
	answering.flags = syn | ack
	b.do(b.Block(shopping, time.Hour))
	if got := b.run(out, answering.bytes()); got != DropFlow {
		t.Errorf("a SYN+ACK: %v", got)
	}
}

// TestBlocksAreBounded: nobody is let go of for another, and what has ended makes room.
func TestBlocksAreBounded(t *testing.T) {
	b := newBench(t, abri.Protect)
	at := func(i int) Conversation {
		c := shopping
		c.Client = netip.MustParseAddrPort(fmt.Sprintf("10.0.%d.%d:5000", i>>8, i&255))
		return c
	}
	n := int(b.maps.Blocks.MaxEntries())
	for i := range n {
		b.do(b.Block(at(i), time.Hour))
	}
	if err := b.Block(shopping, time.Hour); abri.CodeOf(err) != abri.CodeFull {
		t.Errorf("one too many: %v", err)
	}
	b.do(b.Block(at(7), time.Nanosecond))
	b.do(b.Block(shopping, time.Hour))
	all, err := b.Blocks()
	b.do(err)
	if len(all) != n || slices.ContainsFunc(all, func(x Block) bool { return x.Conversation.key() == at(7).key() }) {
		t.Errorf("%d stand", len(all))
	}
}

// TestLastWords: of a blocked conversation the first packets of each end are copied, for they say what a reset must say.
func TestLastWords(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.do(b.Block(shopping, time.Minute))
	for range 20 {
		b.run(in, deskToShop.bytes())
		b.run(out, shopToDesk.bytes())
	}
	sides := map[abri.Side]int{}
	for _, r := range b.copies() {
		if r.Reason != DropFlow {
			t.Errorf("copied: %v", r.Reason)
		}
		sides[r.Side]++
	}
	if sides[abri.Inside] != 8 || sides[abri.Outside] != 8 {
		t.Errorf("copied of each: %v", sides)
	}
}

// TestTowards: something may be said into a conversation that crosses, in protect, and to nobody who is trusted.
func TestTowards(t *testing.T) {
	b := newBench(t, abri.Protect)
	turned := Conversation{shopping.Server, shopping.Client, shopping.Proto}
	refuses := func(when string, code abri.Code) {
		t.Helper()
		if _, err := b.Towards(shopping); abri.CodeOf(err) != code {
			t.Errorf("%s: %v", when, err)
		}
	}
	refuses("before its first packet", abri.CodeNotFound)
	b.run(in, deskToShop.bytes())
	for c, want := range map[Conversation]abri.Side{shopping: abri.Outside, turned: abri.Inside} {
		if side, err := b.Towards(c); err != nil || side != want {
			t.Errorf("to %v: %v, %v", c.Server, side, err)
		}
	}
	b.do(b.Trust(netip.MustParsePrefix("80.1.1.0/24"), 0))
	refuses("trusted", abri.CodeRefused)
	b.do(b.Untrust(netip.MustParsePrefix("80.1.1.0/24")))
	b.do(b.SetMode(abri.Observe))
	refuses("watching", abri.CodeRefused)
	b.do(b.SetMode(abri.Protect))
	own := deskToShop
	own.sport = 5009
	b.run(sideBox, own.bytes())
	mine := shopping
	mine.Client = netip.AddrPortFrom(mine.Client.Addr(), 5009)
	if _, err := b.Towards(mine); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("the box's own: %v", err)
	}
	b.do(b.Close())
	refuses("closed", abri.CodeUnavailable)
}

package gate

import (
	"net/netip"
	"testing"

	"abri.example/abri"
)

// A ban at one door stops a client there and nowhere else, or keeps the site from one server's door; in both ways.
func TestBansAtOneDoor(t *testing.T) {
	b := newBench(t, abri.Protect)
	p := netip.MustParsePrefix
	tcp := func(src string, sport uint16, dst string, dport uint16) frame {
		return frame{src: src, dst: dst, proto: protoTCP, sport: sport, dport: dport, flags: ack}
	}
	with := func(f frame, edit func(*frame)) frame { edit(&f); return f }
	ssh, imap := abri.Door{Proto: protoTCP, Port: 22}, abri.Door{Proto: protoTCP, Port: 993}
	b.do(b.BanAt(p("80.1.0.1/32"), ssh, 0))
	b.do(b.BanAt(p("2a0c:5:5:5::/64"), imap, 0))
	b.do(b.BanAt(p("80.1.0.2/32"), abri.Door{Proto: protoTCP, Port: 443, Far: true}, 0))
	b.do(b.BanAt(p("80.1.0.3/32"), ssh, Monotonic()-1))
	for _, c := range []struct {
		name string
		side int
		f    frame
		want Reason
	}{
		{"at the door", out, tcp("80.1.0.1", 4000, "192.168.1.2", 22), DropBan},
		{"its answer", in, tcp("192.168.1.2", 22, "80.1.0.1", 4000), DropBan},
		{"another door", out, tcp("80.1.0.1", 4000, "192.168.1.2", 443), Pass},
		{"by another protocol", out, with(tcp("80.1.0.1", 4000, "192.168.1.2", 22), func(f *frame) { f.proto = protoUDP }), Pass},
		{"a neighbour", out, tcp("80.1.0.9", 4000, "192.168.1.2", 22), Pass},
		{"the site calls the same door there", in, tcp("192.168.1.2", 4000, "80.1.0.1", 22), Pass},
		{"in a tag, with options", out, with(tcp("80.1.0.1", 4000, "192.168.1.2", 22), func(f *frame) { f.tags, f.options = []uint16{0x8100}, 3 }), DropBan},
		{"a first fragment", out, with(tcp("80.1.0.1", 4000, "192.168.1.2", 22), func(f *frame) { f.more = true }), DropBan},
		{"a later fragment", out, with(tcp("80.1.0.1", 4000, "192.168.1.2", 22), func(f *frame) { f.offset = 100 }), Pass},
		{"of the /64", out, tcp("2a0c:5:5:5:9::1", 4000, "2a01:e0a::2", 993), DropBan},
		{"of the /64, another door", out, tcp("2a0c:5:5:5:9::1", 4000, "2a01:e0a::2", 25), Pass},
		{"beside the /64", out, tcp("2a0c:5:5:6::1", 4000, "2a01:e0a::2", 993), Pass},
		{"a far server's door", in, tcp("192.168.1.2", 4000, "80.1.0.2", 443), DropBan},
		{"what it answers", out, tcp("80.1.0.2", 443, "192.168.1.2", 4000), DropBan},
		{"it comes as a client", out, tcp("80.1.0.2", 4000, "192.168.1.2", 443), Pass},
		{"an ended one", out, tcp("80.1.0.3", 4000, "192.168.1.2", 22), Pass},
	} {
		if got := b.run(c.side, c.f.bytes()); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	b.do(b.SetMode(abri.Observe))
	if got := b.run(out, tcp("80.1.0.1", 4000, "192.168.1.2", 22).bytes()); got != WouldBan {
		t.Errorf("while watching: %v", got)
	}
	b.do(b.Purge(Monotonic()))
	b.do(b.UnbanAt(p("80.1.0.1/32"), ssh))
	if all, err := b.NarrowBans(); err != nil || len(all) != 2 || b.control.at.Narrow != 2 {
		t.Errorf("%v stand, counted %d, %v", all, b.control.at.Narrow, err)
	}
	if err := b.UnbanAt(p("80.1.0.1/32"), ssh); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("a second time: %v", err)
	}
	if err := b.BanAt(p("80.1.0.0/24"), ssh, 0); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("a network at a door: %v", err)
	}
}

// Forged sources that are banned at doors push nobody out.
func TestBansAtDoorsHaveACap(t *testing.T) {
	b := newBench(t, abri.Protect)
	first := netip.MustParsePrefix("80.1.0.1/32")
	b.do(b.BanAt(first, abri.Door{Proto: protoTCP, Port: 22}, 0))
	var err error
	for i := range 70_000 {
		if err = b.BanAt(first, abri.Door{Proto: protoUDP, Port: uint16(i), Far: i >= 1<<16}, 0); err != nil {
			break
		}
	}
	if abri.CodeOf(err) != abri.CodeFull {
		t.Fatalf("beyond the cap: %v", err)
	}
	if got := b.run(out, (frame{src: "80.1.0.1", dst: "192.168.1.2", proto: protoTCP, sport: 9, dport: 22, flags: syn}).bytes()); got != DropBan {
		t.Errorf("the first ban is gone: %v", got)
	}
}

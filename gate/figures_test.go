package gate

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// conversations is how many the random figures roam among: half of what the table of a box holds.
const conversations = 1 << 15

// TestFiguresHot is one packet again and again, its conversation known and read: all is in the caches.
func TestFiguresHot(t *testing.T) {
	measuring(t)
	b, bare := newBench(t, abri.Protect), newBare(t)
	b.million()
	gate := b.programs.AbriXdp
	four := frame{src: "80.2.2.2", dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 20}
	six := frame{src: "2a0c:1::1", dst: "2a01:e0a::1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 20}

	bad, tagged, cut := b.listedFrame(), four, four
	tagged.tags, cut.options = []uint16{0x8100}, 2
	var all []*figure
	for _, c := range []struct {
		name  string
		p     *ebpf.Program
		f     frame
		reach float64
	}{
		{"bare XDP_PASS", bare, four, 0}, {"IPv4, hot", gate, four, 150}, {"IPv6, hot", gate, six, 150},
		{"listed source, dropped, hot", gate, bad, 200}, {"IPv4 in a VLAN, hot", gate, tagged, 0}, {"IPv4 with options, hot", gate, cut, 0},
	} {
		data := c.f.bytes()
		b.underWay(repeated(t, c.p, data, 1000))
		all = append(all, &figure{name: c.name, once: repeated(t, c.p, data, 500_000), reach: c.reach})
	}
	inTurns(t, 15, all)
}

// TestFiguresSteps is what each set adds to a hot IPv4 packet that none of them holds: the budget of docs/gate.md.
func TestFiguresSteps(t *testing.T) {
	measuring(t)
	data := (frame{src: "80.2.2.2", dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 20}).bytes()
	later := (frame{src: "80.2.2.2", dst: "80.1.1.1", proto: protoTCP, offset: 9, payload: 20}).bytes()
	arp := append([]byte{255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6}, make([]byte, 46)...)
	prefix := netip.MustParsePrefix
	all := []*figure{{name: "bare XDP_PASS", once: repeated(t, newBare(t), data, 500_000)}}
	for _, c := range []struct {
		name string
		data []byte
		set  func(*bench) error
	}{
		{"long reader, counted: not IP", arp, nil},
		{"short reader, lists: a later fragment", later, nil},
		{"short reader, lists, flow: the usual packet", data, nil},
		{"  with a ban elsewhere (filter)", data, func(b *bench) error { return b.Ban(prefix("80.7.7.7/32"), 0) }},
		{"  with a banned prefix elsewhere (trie)", data, func(b *bench) error { return b.Ban(prefix("80.7.0.0/16"), 0) }},
		{"  with a trusted prefix elsewhere (trie)", data, func(b *bench) error { return b.Trust(prefix("80.7.0.0/16"), 0) }},
		{"  with an exemption elsewhere", data, func(b *bench) error { return b.Exempt(prefix("80.7.0.0/16"), 0) }},
		{"  with own addresses", data, func(b *bench) error { return b.Own([]netip.Addr{netip.MustParseAddr("80.7.7.7")}) }},
	} {
		b := newBench(t, abri.Protect)
		b.million()
		if c.set != nil {
			b.do(c.set(b))
		}
		b.underWay(repeated(t, b.programs.AbriXdp, c.data, 1000))
		all = append(all, &figure{name: c.name, once: repeated(t, b.programs.AbriXdp, c.data, 300_000)})
	}
	inTurns(t, 15, all)
}

// TestFiguresRandom gives each packet one of many sources, over a million prefixes.
func TestFiguresRandom(t *testing.T) {
	measuring(t)
	four := (frame{src: "80.2.2.2", dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 1000}).bytes()
	six := (frame{src: "2a0c:1::1", dst: "2a01:e0a::1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 1000}).bytes()
	random := rand.New(rand.NewPCG(7, 7))
	for _, c := range []struct {
		name              string
		data              []byte
		v6, ports, listed bool
		reach             float64
	}{
		{name: "IPv4, random, conversation known", data: four, reach: 350},
		{name: "IPv6, random, conversation known", data: six, v6: true, reach: 350},
		{name: "listed sources, random, attempt known", data: four, listed: true},
		{name: "IPv4, every packet a new conversation", data: four, ports: true, reach: 1500},
	} {
		b, bare := newBench(t, abri.Protect), newBare(t)
		listed := b.million()
		sources := sources6(random, conversations)
		if !c.v6 {
			sources = sources4(random, conversations, func(a uint32) bool { return listed(a) == c.listed })
		}
		r := newRoam(t, c.v6, c.ports, sources)
		r.leadTo(t, b.programs.AbriXdp)
		some := repeated(t, r.Program, c.data, 2000)
		for range 30 * conversations / 2000 { // until all are known and read to the end; a full ring would be tried again
			b.underWay(some)
			b.copies()
		}
		if c.ports {
			b.control.at.Inside = fromInside // what opens conversations
		}
		before := b.ringCounts()
		led := func(to *ebpf.Program) func() float64 {
			once := repeated(t, r.Program, c.data, 300_000)
			return func() float64 { r.leadTo(t, to); return once() }
		}
		yard := &figure{name: "bare, with the change of source", once: led(bare)}
		whole := &figure{name: c.name, once: led(b.programs.AbriXdp), reach: c.reach}
		inTurns(t, 15, []*figure{yard, whole})
		after := b.ringCounts()
		if n := b.known(); !c.listed && n < conversations*9/10 {
			t.Errorf("%s: %d conversations are known", c.name, n)
		}
		t.Logf("%-44s added  %6.0f ns; %d copies and %d lost", c.name, whole.median()-yard.median(),
			after.Copies.Packets-before.Copies.Packets, after.Lost.Packets-before.Lost.Packets)
		b.Close()
	}
}

// What a test run puts in comes by the loopback, number 1: from inside where that is the inside port.
const fromInside, fromOutside = 1, 2

// underWay puts packets in from inside, which opens their conversations, and then from outside, from where all that follows comes.
func (b *bench) underWay(some func() float64) {
	b.control.at.Inside = fromInside
	some()
	b.control.at.Inside = fromOutside
	some()
}

// known is how many conversations the gate knows.
func (b *bench) known() (n int) {
	b.t.Helper()
	var key kernelFlowKey
	var t kernelTally
	each := b.maps.Flows.Iterate()
	for each.Next(&key, &t) {
		n++
	}
	b.do(each.Err())
	return n
}

func (b *bench) ringCounts() Counters {
	b.t.Helper()
	n, err := b.Counters()
	b.do(err)
	return n
}

// million loads 1M IPv4 and 100k IPv6 prefixes, less those that hold what the figures take for honest, and tells whether
// an IPv4 address stands in them.
func (b *bench) million() (listed func(uint32) bool) {
	b.t.Helper()
	v4, v6 := randomLists(rand.New(rand.NewPCG(1, 1)), 1_000_000, 100_000)
	home := word4(netip.MustParseAddr("80.0.0.0"))
	v4 = slices.DeleteFunc(v4, func(e uint64) bool { return uint32(e>>8)>>24 == home>>24 })
	_, err := b.Load(v4, v6)
	b.do(err)
	b.do(b.Beat(Monotonic() + int64(time.Hour))) // the agent lives as long as we measure
	root := make([]uint32, 1<<24)
	t := table4{outline: make([]leaf4, 1<<16), root: root, leaves: make([]leaf4, leavesOf(root, slices.Values(v4)))}
	t.fill(slices.Values(v4))
	return t.has
}

// listedFrame is from an address of the loaded list.
func (b *bench) listedFrame() frame {
	a := netip.AddrFrom4([4]byte{45, 9, 20, 1})
	b.do(b.Ban(netip.PrefixFrom(a, 32), 0))
	return frame{src: a.String(), dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 20}
}

package gate

import (
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
)

// model is the order of checks in plain Go, over sets of prefixes.
type model struct {
	lists, bans, trusted, exempt []netip.Prefix
	own                          map[netip.Addr]bool
	protect                      bool
	begun                        map[string]bool // conversations: true when they did not begin outside
}

func holds(set []netip.Prefix, a netip.Addr) bool {
	for _, p := range set {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func (f frame) whole() bool {
	need := map[uint8]int{protoTCP: 14, protoUDP: 4, protoICMP: 1, protoICMPv6: 1}[f.proto]
	return f.offset == 0 && (f.cut == 0 || f.cut >= need) && len(f.extensions) <= 6
}

// key names a conversation whichever way the packet goes.
func (f frame) key() string {
	sport, dport := f.sport, f.dport
	if f.proto != protoTCP && f.proto != protoUDP {
		sport, dport = 0, 0
	}
	a := netip.AddrPortFrom(netip.MustParseAddr(f.src), sport).String()
	b := netip.AddrPortFrom(netip.MustParseAddr(f.dst), dport).String()
	return string(rune(f.proto)) + min(a, b) + max(a, b)
}

func (m *model) judge(side int, f frame) Reason {
	if len(f.tags) > 2 {
		return PassNonIP
	}
	src, dst := netip.MustParseAddr(f.src), netip.MustParseAddr(f.dst)
	reason := m.addresses(src, dst)
	if reason == PassTrusted {
		m.learn(side, f)
		return reason
	}
	if reason.Dropped() {
		if m.protect {
			return reason
		}
		reason -= DropListSrc - WouldListSrc
	}
	if side == out && m.own[dst] && m.refuses(f) {
		return DropOwn
	}
	m.learn(side, f)
	return reason
}

func (m *model) addresses(src, dst netip.Addr) Reason {
	bad := func(a netip.Addr) bool { return holds(m.lists, a) && !holds(m.exempt, a) }
	switch {
	case holds(m.trusted, src) || holds(m.trusted, dst):
		return PassTrusted
	case holds(m.bans, src) || holds(m.bans, dst):
		return DropBan
	case bad(src):
		return DropListSrc
	case bad(dst):
		return DropListDst
	case holds(m.lists, src) || holds(m.lists, dst):
		return PassExempt
	}
	return Pass
}

func (m *model) refuses(f frame) bool {
	whole, known := f.whole(), m.begun[f.key()]
	later := f.offset > 0
	switch f.proto {
	case protoTCP:
		return !whole || f.flags&(syn|ack) == syn
	case protoUDP:
		dhcp := f.dport == 67 || f.dport == 68 || f.dport == 546 || f.dport == 547
		return !later && (!whole || (!dhcp && !known))
	case protoICMP:
		return !later && (!whole || (f.icmp == 8 && !known))
	case protoICMPv6:
		return !later && (!whole || (f.icmp == 128 && !known))
	}
	return !whole || !known
}

func (m *model) learn(side int, f frame) {
	if _, known := m.begun[f.key()]; known || !f.whole() || (side == out && f.proto != protoTCP) {
		return
	}
	here := side != out
	if f.proto == protoTCP && f.flags&(syn|ack) == syn|ack {
		here = !here
	}
	m.begun[f.key()] = here
}

// TestModel compares the kernel with the model on 20,000 random packets among few addresses, so that rules meet.
func TestModel(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	b := newBench(t, abri.Observe)
	m := &model{own: map[netip.Addr]bool{}, begun: map[string]bool{}}
	m.install(b)
	for i := range 20000 {
		if i%2500 == 0 {
			m.protect = !m.protect
			b.do(b.SetMode(map[bool]abri.Mode{true: abri.Protect, false: abri.Observe}[m.protect]))
		}
		f, side := randomFrame(random), 1+random.IntN(3)
		data := f.bytes()
		if got, want := b.run(side, data), m.judge(side, f); got != want {
			t.Fatalf("packet %d, side %d, %+v: kernel %v, model %v", i, side, f, got, want)
		}
		if i%64 == 0 {
			b.copies()
		}
	}
}

// install puts the same sets into the model and the kernel.
func (m *model) install(b *bench) {
	for _, c := range []struct {
		to       *[]netip.Prefix
		prefixes []string
		put      func(netip.Prefix, int64) error
	}{
		{&m.lists, []string{"45.9.0.0/30", "45.9.0.8/32", "45.9.1.0/24", "2a0b::/127", "2a0b::8/128", "2a0b:1::/32"}, nil},
		{&m.bans, []string{"45.9.0.4/32", "45.9.2.0/23", "2a0b::4/128", "2a0b:2::/64", "2a0b:3::/48"}, b.Ban},
		{&m.trusted, []string{"45.9.0.6/31", "2a0b::6/127"}, b.Trust},
		{&m.exempt, []string{"45.9.0.1/32", "45.9.1.128/25", "2a0b::1/128", "2a0b:1:8000::/33"}, b.Exempt},
	} {
		for _, s := range c.prefixes {
			p := netip.MustParsePrefix(s)
			*c.to = append(*c.to, p)
			if c.put != nil {
				b.do(c.put(p, 0))
			}
		}
	}
	v4, v6 := entries("45.9.0.0/30", "45.9.0.8/32", "45.9.1.0/24", "2a0b::/127", "2a0b::8/128", "2a0b:1::/32")
	_, err := b.Load(v4, v6)
	b.do(err)
	own := []netip.Addr{netip.MustParseAddr("45.9.0.10"), netip.MustParseAddr("2a0b::10")}
	for _, a := range own {
		m.own[a] = true
	}
	b.do(b.Own(own))
}

var (
	some4 = []string{"45.9.0.0", "45.9.0.1", "45.9.0.3", "45.9.0.4", "45.9.0.5", "45.9.0.6", "45.9.0.8", "45.9.0.9", "45.9.0.10", "45.9.0.10", "45.9.1.3", "45.9.1.200", "45.9.3.255", "45.9.4.0"}
	some6 = []string{"2a0b::", "2a0b::1", "2a0b::2", "2a0b::4", "2a0b::6", "2a0b::8", "2a0b::9", "2a0b::10", "2a0b::10", "2a0b:1::1", "2a0b:1:8000::1", "2a0b:2::5", "2a0b:2:0:1::5", "2a0b:3::1", "2a0b:4::1"}
)

func randomFrame(r *rand.Rand) frame {
	any16 := func(from ...uint16) uint16 { return from[r.IntN(len(from))] }
	addrs := some4
	if r.IntN(2) == 0 {
		addrs = some6
	}
	f := frame{
		src: addrs[r.IntN(len(addrs))], dst: addrs[r.IntN(len(addrs))],
		sport: any16(53, 67, 5000, 5001), dport: any16(22, 53, 68, 546, 5000),
		flags: uint8(any16(syn, ack, syn|ack, flagRST, flagFIN|ack)), icmp: uint8(any16(0, 3, 8, 128, 129, 135)),
		payload: r.IntN(40), pppoe: r.IntN(8) == 0,
		tags: [][]uint16{nil, nil, nil, {0x8100}, {0x88a8, 0x8100}, {0x8100, 0x8100, 0x8100}}[r.IntN(6)],
		more: r.IntN(10) == 0,
	}
	f.proto = uint8(any16(protoTCP, protoTCP, protoUDP, protoUDP, protoICMP, protoICMPv6, protoGRE))
	if r.IntN(10) == 0 {
		f.offset = uint16(1 + r.IntN(100))
	}
	if r.IntN(10) == 0 {
		f.cut = 1 + r.IntN(16)
	}
	if !f.is6() {
		f.options = r.IntN(11)
	} else if !f.more && f.offset == 0 {
		for range r.IntN(8) {
			f.extensions = append(f.extensions, uint8(any16(0, 43, 51, 60)))
		}
	}
	return f
}

// TestHostile mutilates packets: each must be counted once, with a fate that is that of its reason (run checks both).
func TestHostile(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	b := newBench(t, abri.Protect)
	m := &model{own: map[netip.Addr]bool{}, begun: map[string]bool{}}
	m.install(b)
	for range 5000 {
		data := randomFrame(random).bytes()
		for range random.IntN(6) {
			data[random.IntN(len(data))] = byte(random.Uint32())
		}
		side := 1 + random.IntN(3)
		if side != sideBox { // a test run takes no skb shorter than its headers
			data = data[:max(14, random.IntN(len(data)+1))]
		}
		b.run(side, data)
	}
}

package gate

import (
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"abri.example/abri"
)

// model is the order of checks in plain Go, over sets of prefixes.
type model struct {
	lists, bans, trusted, exempt []netip.Prefix
	own                          map[netip.Addr]bool
	narrow                       []NarrowEntry
	isolated                     map[netip.Addr]bool
	repairs                      []Repair
	line                         Line
	closed                       bool // the agent is gone, and the gate fails closed
	protect                      bool
	begun                        map[string]bool // conversations: true when they did not begin outside
	blocked                      map[string]bool // conversations
	ways                         map[way]int     // the side that each of their directions last entered by
	flood                        *floodModel     // nil: without bars
}

// way is one direction of a conversation.
type way struct{ key, from string }

func (p seen) ways() (one, other way) {
	a := netip.AddrPortFrom(p.src.Unmap(), p.sport).String()
	b := netip.AddrPortFrom(p.dst.Unmap(), p.dport).String()
	return way{p.key(), a}, way{p.key(), b}
}

// wired reports whether a packet that passed takes the short way: both directions of its conversation enter by the ports.
func (m *model) wired(side int, p seen) bool {
	if _, known := m.begun[p.key()]; !known || p.level != wholePacket {
		return false
	}
	one, other := p.ways()
	if side == sideBox {
		return false
	}
	m.ways[one] = side
	return one != other && m.ways[other] == out+in-side
}

func holds(set []netip.Prefix, a netip.Addr) bool {
	for _, p := range set {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// key names a conversation whichever way the packet goes.
func (p seen) key() string {
	a := netip.AddrPortFrom(p.src.Unmap(), p.sport).String()
	b := netip.AddrPortFrom(p.dst.Unmap(), p.dport).String()
	return string(rune(p.proto)) + min(a, b) + max(a, b)
}

func (m *model) judge(side int, p seen) Reason {
	if m.closed {
		return m.shut(side, p)
	}
	if p.level == notIP {
		return PassNonIP
	}
	if held := m.turnsAway(side, p); held.Flood() {
		return held
	}
	if side != sideBox && m.isolates(p) && !m.callsHelp(side, p) {
		return DropIsolated
	}
	reason := m.addresses(p)
	if reason == PassTrusted {
		m.learn(side, p)
		return reason
	}
	if !reason.Dropped() && p.level == wholePacket && m.blocked[p.key()] {
		if p.proto == protoTCP && p.flags&(syn|ack) == syn { // another connection on the same ports
			one, other := p.ways()
			delete(m.blocked, p.key())
			delete(m.begun, p.key())
			if m.flood != nil {
				delete(m.flood.talks, p.key())
			}
			delete(m.ways, one)
			delete(m.ways, other)
		} else {
			reason = DropFlow
		}
	}
	if reason.Dropped() {
		if m.protect {
			return reason
		}
		reason -= DropListSrc - WouldListSrc
	}
	if side == out && m.own[p.dst.Unmap()] && m.refuses(p) {
		return DropOwn
	}
	return m.measured(side, p, reason)
}

// measured measures what passes, and learns from it.
func (m *model) measured(side int, p seen, reason Reason) Reason {
	if m.flood != nil && reason <= PassExempt {
		if held := m.flood.press(side, p); held != 0 {
			reason = m.heldBack(held)
		}
	}
	if _, known := m.begun[p.key()]; !reason.Dropped() && (known || !reason.Flood()) {
		m.learn(side, p)
	}
	return reason
}

// turnsAway is the reason of who is turned away before anything else is asked.
func (m *model) turnsAway(side int, p seen) Reason {
	if m.flood == nil || !m.protect || holds(m.trusted, p.src.Unmap()) || holds(m.trusted, p.dst.Unmap()) {
		return Pass
	}
	if held := m.flood.turnsAway(side, p); held != 0 {
		return m.heldBack(held)
	}
	return Pass
}

func (m *model) heldBack(p Pressure) Reason {
	if m.protect {
		return DropFloodOpenings + Reason(p-Openings)
	}
	return WouldFloodOpenings + Reason(p-Openings)
}

// addresses is the order of checks. The sets of people's choices and of bans know an IPv4 address in its IPv6 form too;
// the lists do not, for no list may hold it.
func (m *model) addresses(p seen) Reason {
	src, dst := p.src, p.dst
	in := func(set []netip.Prefix, a netip.Addr) bool { return holds(set, a.Unmap()) }
	bad := func(a netip.Addr) bool { return holds(m.lists, a) && !in(m.exempt, a) }
	switch {
	case in(m.trusted, src) || in(m.trusted, dst):
		return PassTrusted
	case in(m.bans, src) || in(m.bans, dst):
		return DropBan
	case p.level == wholePacket && (m.narrowly(p, src, p.sport, p.dport) || m.narrowly(p, dst, p.dport, p.sport)):
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

// narrowly reports whether an end, whose own port is mine, is banned at the door of the packet.
func (m *model) narrowly(p seen, a netip.Addr, mine, other uint16) bool {
	for _, e := range m.narrow {
		door := other
		if e.Door.Far {
			door = mine
		}
		if e.Prefix.Contains(a.Unmap()) && e.Door.Proto == p.proto && e.Door.Port == door {
			return true
		}
	}
	return false
}

func (m *model) isolates(p seen) bool {
	from, to := m.isolated[p.src.Unmap()], m.isolated[p.dst.Unmap()]
	repairs := func(far netip.Addr, port uint16) bool {
		for _, r := range m.repairs {
			if r.Prefix.Contains(far.Unmap()) && (r.Port == 0 || r.Port == port) {
				return true
			}
		}
		return m.own[far.Unmap()]
	}
	switch {
	case !from && !to:
		return false
	case p.level != wholePacket:
		return true
	case isDHCP(p):
		return false
	case p.proto == protoICMPv6 && p.icmp >= 133 && p.icmp <= 137:
		return false
	}
	return !(from && repairs(p.dst, p.dport)) && !(to && repairs(p.src, p.sport))
}

// shut is what a gate says that fails closed.
func (m *model) shut(side int, p seen) Reason {
	lifeline := p.level == wholePacket && (isDHCP(p) || p.proto == protoICMPv6 && p.icmp >= 133 && p.icmp <= 137)
	switch {
	case !lifeline && !m.callsHelp(side, p):
		return DropClosed
	case side == out && m.own[p.dst.Unmap()] && m.refuses(p):
		return DropOwn
	}
	m.learn(side, p)
	return PassOpen
}

// callsHelp reports whether a packet is of the telephone, by which help is called.
func (m *model) callsHelp(side int, p seen) bool {
	if p.level == notIP {
		return false
	}
	if holds(m.line.Operators, p.src.Unmap()) || holds(m.line.Operators, p.dst.Unmap()) {
		return true
	}
	if p.level != wholePacket || p.proto != protoTCP && p.proto != protoUDP {
		return false
	}
	voice := p.proto == protoUDP && p.sport >= 1024 && p.dport >= 1024
	if side != out {
		return slices.Contains(m.line.Devices, p.src.Unmap()) && (voice || p.dport == 53)
	}
	return slices.Contains(m.line.Devices, p.dst.Unmap()) && (voice || p.sport == 53) && m.begun[p.key()]
}

func isDHCP(p seen) bool {
	return p.proto == protoUDP && (p.dport == 67 || p.dport == 68 || p.dport == 546 || p.dport == 547)
}

func (m *model) refuses(p seen) bool {
	whole, known := p.level == wholePacket, m.begun[p.key()]
	later := p.level == laterFragment
	switch p.proto {
	case protoTCP:
		return !whole || p.flags&(syn|ack) == syn
	case protoUDP:
		return !later && (!whole || (!isDHCP(p) && !known))
	case protoICMP:
		return !later && (!whole || (p.icmp == 8 && !known))
	case protoICMPv6:
		return !later && (!whole || (p.icmp == 128 && !known))
	}
	return !whole || !known
}

func (m *model) learn(side int, p seen) {
	if m.flood != nil {
		m.flood.counts(side, p)
	}
	if p.level != wholePacket || !opens(side, p) {
		return
	}
	if _, known := m.begun[p.key()]; known {
		return
	}
	one, _ := p.ways()
	m.ways[one] = side
	here := side != out
	if p.proto == protoTCP && p.flags&ack != 0 && (p.flags&syn != 0 || p.sport < 1024 && p.dport >= 1024) {
		here = !here
	}
	m.begun[p.key()] = here
}

// opens reports whether a packet opens a conversation: from outside only a SYN, from inside all but a reset.
func opens(side int, p seen) bool {
	if side == out {
		return p.proto == protoTCP && p.flags&(syn|ack) == syn
	}
	return p.proto != protoTCP || p.flags&flagRST == 0
}

// forget empties the conversations of both, before the kernel's table could push one out by itself.
func (m *model) forget(b *bench) {
	b.t.Helper()
	m.begun, m.ways = map[string]bool{}, map[way]int{}
	if m.flood != nil {
		m.flood.talks = map[string]*talk{}
	}
	var keys []kernelFlowKey
	var key kernelFlowKey
	var t kernelTally
	each := b.maps.Flows.Iterate()
	for each.Next(&key, &t) {
		keys = append(keys, key)
	}
	b.do(each.Err())
	for i := range keys {
		b.do(b.maps.Flows.Delete(&keys[i]))
	}
}

// packets is how many a comparison takes: ABRI_MODEL_PACKETS, or few enough for every day.
func packets(t *testing.T) int {
	t.Helper()
	if s := os.Getenv("ABRI_MODEL_PACKETS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("ABRI_MODEL_PACKETS: %v", err)
		}
		return n
	}
	if testing.Short() {
		return 5_000
	}
	return 20_000
}

// seedOf is ABRI_MODEL_SEED, to see a failure again, or another every time.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("ABRI_MODEL_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("ABRI_MODEL_SEED: %v", err)
		}
	}
	t.Logf("seed %d, %d packets", seed, packets(t))
	return seed
}

// TestModel compares the kernel with the model, packet by packet, among few addresses and with low bars, so that rules meet: whole
// packets, and the same cut, lying about their lengths and with bytes changed anywhere.
func TestModel(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*rand.Rand, int, []byte) []byte
	}{
		{"random", func(_ *rand.Rand, _ int, b []byte) []byte { return b }},
		{"hostile", mutilate},
	} {
		t.Run(c.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seedOf(t), 0))
			b := newBench(t, abri.Observe)
			m := &model{own: map[netip.Addr]bool{}, begun: map[string]bool{}, blocked: map[string]bool{}, ways: map[way]int{}}
			m.install(b)
			b.wire()
			m.besiege(b)
			wired, forgot := 0, m.flood.now
			reasons := map[Reason]int{}
			for i := range packets(t) {
				if i%2500 == 0 {
					m.block(b, []string{"45.9.0.3", "45.9.0.5", "45.9.0.9", "45.9.4.0"})
					m.block(b, []string{"2a0b::2", "2a0b::9", "2a0b:2:0:1::5", "2a0b:4::1"})
					m.protect = !m.protect
					b.do(b.SetMode(map[bool]abri.Mode{true: abri.Protect, false: abri.Observe}[m.protect]))
				}
				// Before the table could push one out, and before ports count as used again after a reset.
				m.wait(b, time.Duration(random.IntN(int(2*time.Millisecond))))
				if i%2000 == 1999 || m.flood.now-forgot > second {
					m.forget(b)
					forgot = m.flood.now
				}
				f, side := randomFrame(random), 1+random.IntN(3)
				if random.IntN(3) == 0 {
					f, side = randomPress(random), out
				}
				data := c.edit(random, side, f.bytes())
				packet := seeFrame(data)
				got, want := b.run(side, data), m.judge(side, packet)
				short := !want.Dropped() && m.wired(side, packet)
				if got != want || b.wired != short {
					t.Fatalf("packet %d, side %d, %+v, %x: kernel %v, redirected %v; model %v, %v", i, side, f, data, got, b.wired, want, short)
				}
				if short {
					wired++
				}
				reasons[got]++
				if i%64 == 0 {
					b.copies()
				}
			}
			t.Log(reasons, wired, "redirected")
			if wired == 0 && c.name == "random" {
				t.Error("no packet took the short way")
			}
			for _, r := range Reasons {
				if reasons[r] == 0 && c.name == "random" && r != PassOpen && r != DropClosed && !ofCrowds[r] && !ofNames[r] {
					t.Errorf("no packet met %v", r)
				}
			}
		})
	}
}

// ofCrowds are the reasons of who holds too many connections, which TestCrowds meets.
var ofCrowds = map[Reason]bool{WouldFloodCrowd: true, DropFloodCrowd: true}

// ofNames are the reasons of questions, which TestNamesModel meets.
var ofNames = map[Reason]bool{WouldName: true, DropName: true, WouldResolver: true, DropResolver: true}

// mutilate changes bytes anywhere, mostly in the headers, and cuts.
func mutilate(r *rand.Rand, side int, data []byte) []byte {
	for range r.IntN(5) {
		at := r.IntN(len(data))
		if r.IntN(2) == 0 {
			at = min(len(data)-1, 12+r.IntN(30)) // types, lengths, fragments, protocols
		}
		data[at] = byte(r.Uint32())
		if r.IntN(4) == 0 {
			data[at] = []byte{0, 1, 0x45, 0x46, 0x60, 0x81, 0x88, 6, 17, 44, 51, 60, 255}[r.IntN(13)]
		}
	}
	if side != sideBox && r.IntN(2) == 0 { // a test run takes no skb shorter than its headers
		data = data[:max(14, r.IntN(len(data)+1))]
	}
	return data
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
	for _, e := range []NarrowEntry{
		{Entry{Prefix: netip.MustParsePrefix("45.9.0.9/32")}, abri.Door{Proto: protoTCP, Port: 22, Far: false}},
		{Entry{Prefix: netip.MustParsePrefix("45.9.4.0/32")}, abri.Door{Proto: protoUDP, Port: 53, Far: true}},
		{Entry{Prefix: netip.MustParsePrefix("2a0b::9/128")}, abri.Door{Proto: protoTCP, Port: 5000, Far: false}},
		{Entry{Prefix: netip.MustParsePrefix("2a0b:4::/64")}, abri.Door{Proto: protoUDP, Port: 53, Far: true}},
	} {
		m.narrow = append(m.narrow, e)
		b.do(b.BanAt(e.Prefix, e.Door, 0))
	}
	i := Isolation{
		Addresses: []netip.Addr{netip.MustParseAddr("45.9.0.5"), netip.MustParseAddr("2a0b::2")},
		Repairs:   []Repair{{netip.MustParsePrefix("45.9.0.9/32"), 53}, {netip.MustParsePrefix("2a0b:4::/32"), 0}},
	}
	m.isolated, m.repairs = map[netip.Addr]bool{}, i.Repairs
	for _, a := range i.Addresses {
		m.isolated[a] = true
	}
	b.do(b.Isolate(i))
	m.line = Line{
		Operators: []netip.Prefix{netip.MustParsePrefix("45.9.1.200/32"), netip.MustParsePrefix("2a0b:3::/48")},
		Devices:   []netip.Addr{netip.MustParseAddr("45.9.0.5"), netip.MustParseAddr("45.9.3.255"), netip.MustParseAddr("2a0b::2"), netip.MustParseAddr("2a0b:1:8000::1")},
	}
	b.do(b.Follow(m.line))
}

// block blocks every conversation of TCP, and some of ICMPv6, among these addresses.
func (m *model) block(b *bench, among []string) {
	b.t.Helper()
	for _, x := range among {
		for _, y := range among {
			for _, ports := range [][2]uint16{{53, 22}, {67, 53}, {5000, 22}, {5000, 5000}, {5001, 5000}, {0, 0}} {
				c := Conversation{netip.AddrPortFrom(netip.MustParseAddr(x), ports[0]), netip.AddrPortFrom(netip.MustParseAddr(y), ports[1]), protoTCP}
				if ports[0] == 0 {
					c.Proto = protoICMPv6
				}
				b.do(b.Block(c, time.Hour))
				m.blocked[seen{src: c.Client.Addr(), dst: c.Server.Addr(), sport: c.Client.Port(), dport: c.Server.Port(), proto: c.Proto}.key()] = true
			}
		}
	}
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
		flags: uint8(any16(syn, ack, syn|ack, flagRST, flagFIN|ack, flagPSH|ack, 0, syn|flagFIN)), icmp: uint8(any16(0, 3, 8, 128, 129, 135)),
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

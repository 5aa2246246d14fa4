package gate

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"

	miekg "github.com/miekg/dns"

	"abri.example/abri"
)

var evil = NameSet{Seed: testSeed, Keys: []uint64{testSeed.Of([]byte("evil.com")) | scopeBits}}

// answered puts a question in from inside, and gives the message that comes back; everything about its frame is checked.
func (b *bench) answered(f frame, message []byte) *miekg.Msg {
	b.t.Helper()
	f.proto, f.sport, f.dport, f.body = protoUDP, 40000, dnsPort, message
	data := f.bytes()
	fate, out := b.through(in, append(data, make([]byte, max(0, 60-len(data)))...))
	if fate != fateAnswer {
		b.t.Fatalf("%+v: fate %d, want an answer", f, fate)
	}
	was, now := seeFrame(data), seeFrame(out)
	if now.src != was.dst || now.dst != was.src || now.sport != was.dport || now.dport != was.sport || now.at != was.at || now.level != wholePacket {
		b.t.Errorf("%+v: the answer goes %+v", f, now)
	}
	if string(out[:6]) != string(data[6:12]) || string(out[6:12]) != string(data[:6]) || string(out[12:14]) != string(data[12:14]) {
		b.t.Errorf("%+v: cards or type are %x", f, out[:14])
	}
	b.checkLengths(f, out, now)
	var m miekg.Msg
	if err := m.Unpack(out[now.at+8:]); err != nil {
		b.t.Fatalf("%+v: %v: %x", f, err, out[now.at+8:])
	}
	return &m
}

// checkLengths holds each length and checksum against what is there.
func (b *bench) checkLengths(f frame, out []byte, p seen) {
	b.t.Helper()
	be := binary.BigEndian
	udp := out[p.at:]
	network := p.at - 40
	pseudo := binary.BigEndian.AppendUint32(nil, uint32(len(udp)))
	if f.is6() {
		for range f.extensions {
			network -= 16
		}
		if int(be.Uint16(out[network+4:])) != len(out)-network-40 || out[network+7] != 64 {
			b.t.Errorf("%+v: the header of IPv6 is %x", f, out[network:network+40])
		}
	} else {
		network = p.at - 20 - 4*f.options
		if int(be.Uint16(out[network+2:])) != len(out)-network || checksum(out[network:p.at]) != 0 || out[network+8] != 64 {
			b.t.Errorf("%+v: the header of IPv4 is %x", f, out[network:p.at])
		}
	}
	if f.pppoe && int(be.Uint16(out[network-4:])) != len(out)-network+2 {
		b.t.Errorf("%+v: PPPoE says %d bytes", f, be.Uint16(out[network-4:]))
	}
	pseudo = append(append(append(pseudo, 0, 0, 0, protoUDP), p.src.AsSlice()...), p.dst.AsSlice()...)
	whole := append(pseudo, udp...)
	if len(whole)%2 == 1 {
		whole = append(whole, 0)
	}
	if int(be.Uint16(udp[4:])) != len(udp) || be.Uint16(udp[6:]) == 0 || sum(whole) != 0 {
		b.t.Errorf("%+v: the UDP header is %x of %d bytes, sum %x", f, udp[:8], len(udp), sum(whole))
	}
}

// sum is the Internet checksum of any length (RFC 1071).
func sum(b []byte) uint16 {
	var n uint32
	for i := 0; i < len(b); i += 2 {
		n += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for n > 0xffff {
		n = n>>16 + n&0xffff
	}
	return ^uint16(n)
}

// TestAnswersAreWhole has a real library read what comes back, whatever the packet lies in.
func TestAnswersAreWhole(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.loadNames(evil)
	long := ""
	for len(long) < 200 {
		long += "Abcdefghij."
	}
	for _, ends := range [][2]string{{"192.168.1.20", "9.9.9.9"}, {"2a0b::20", "2620:fe::fe"}} {
		for _, tags := range [][]uint16{nil, {0x8100}, {0x88a8, 0x8100}} {
			for _, pppoe := range []bool{false, true} {
				for odd := range 3 {
					f := frame{src: ends[0], dst: ends[1], tags: tags, pppoe: pppoe}
					if f.is6() {
						f.extensions = [][]uint8{nil, {0}, {0, 60}}[odd]
					} else {
						f.options = odd
					}
					for _, name := range []string{"evil.com.", "wWw.EVIL.Com.", `a\.b\000.evil.com.`, long + "evil.com."} {
						for _, edns := range []bool{false, true} {
							q := query(t, name, miekg.TypeHTTPS, edns)
							m := b.answered(f, q)
							b.checkRefusal(fmt.Sprintf("%s %v %v", name, f, edns), q, m, edns)
						}
					}
				}
			}
		}
	}
}

// checkRefusal wants NXDOMAIN as resolvers say it.
func (b *bench) checkRefusal(what string, query []byte, m *miekg.Msg, edns bool) {
	b.t.Helper()
	var q miekg.Msg
	b.do(q.Unpack(query))
	if m.Id != q.Id || !m.Response || m.Rcode != miekg.RcodeNameError || m.Authoritative || m.Truncated || !m.RecursionAvailable ||
		m.RecursionDesired != q.RecursionDesired || len(m.Question) != 1 || m.Question[0] != q.Question[0] || len(m.Answer) != 0 || len(m.Ns) != 1 {
		b.t.Fatalf("%s: %v", what, m)
	}
	if soa, ok := m.Ns[0].(*miekg.SOA); !ok || soa.Hdr.Ttl != 10 || soa.Minttl != 10 {
		b.t.Errorf("%s: %v", what, m.Ns[0])
	}
	opt := m.IsEdns0()
	if (opt != nil) != edns {
		b.t.Fatalf("%s: OPT is %v", what, opt)
	}
	if !edns {
		return
	}
	e, ok := opt.Option[0].(*miekg.EDNS0_EDE)
	if !ok || e.InfoCode != miekg.ExtendedErrorCodeBlocked || opt.Do() != q.IsEdns0().Do() || len(opt.Option) != 1 || opt.Version() != 0 {
		b.t.Errorf("%s: %v", what, opt)
	}
}

// TestAnswersLeadToThePage gives the page's address where the question is for one, and no such record else.
func TestAnswersLeadToThePage(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.loadNames(NameSet{Seed: testSeed, Keys: evil.Keys, Rules: []NameRule{{testSeed.Of([]byte("canary.net"))&^scopeBits | 1, NameResolver}}})
	v4, v6 := netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("2a0b::2")
	for _, c := range []struct {
		v4, v6 netip.Addr
		kind   uint16
		want   string
	}{
		{v4, v6, miekg.TypeA, "192.168.1.2"}, {v4, v6, miekg.TypeAAAA, "2a0b::2"}, {v4, v6, miekg.TypeMX, ""},
		{v4, netip.Addr{}, miekg.TypeAAAA, ""}, {netip.Addr{}, v6, miekg.TypeA, ""}, {netip.Addr{}, v6, miekg.TypeAAAA, "2a0b::2"},
	} {
		b.do(b.SetPage(c.v4, c.v6))
		for _, src := range [][2]string{{"192.168.1.20", "9.9.9.9"}, {"2a0b::20", "2620:fe::fe"}} {
			m := b.answered(frame{src: src[0], dst: src[1]}, query(t, "evil.com.", c.kind, true))
			got := ""
			for _, rr := range m.Answer {
				switch r := rr.(type) {
				case *miekg.A:
					got = r.A.String()
				case *miekg.AAAA:
					got = r.AAAA.String()
				}
			}
			if m.Rcode != miekg.RcodeSuccess || got != c.want || (len(m.Ns) == 0) != (got != "") || m.IsEdns0() == nil {
				t.Errorf("%+v: %v", c, m)
			}
			m = b.answered(frame{src: src[0], dst: src[1]}, query(t, "canary.net.", c.kind, false))
			if m.Rcode != miekg.RcodeNameError || len(m.Answer) != 0 { // there is no page for what nobody attacked
				t.Errorf("%+v: the canary gets %v", c, m)
			}
		}
	}
	if err := b.SetPage(v6, netip.Addr{}); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("an IPv6 address for IPv4: %v", err)
	}
}

// TestQuestionsAreAttempts: who asked for what is in the table, once, whatever the ring took.
func TestQuestionsAreAttempts(t *testing.T) {
	b := newBench(t, abri.Observe)
	b.loadNames(evil)
	ask := func(client, name string) Reason {
		return b.run(in, frame{src: client, dst: "9.9.9.9", proto: protoUDP, sport: 4321, dport: 53, body: query(t, name, miekg.TypeA, false)}.bytes())
	}
	if r := ask("192.168.1.20", "www.Evil.com."); r != WouldName {
		t.Fatalf("in watch-only: %v", r)
	}
	ask("192.168.1.21", "evil.com.")
	b.do(b.SetMode(abri.Protect))
	if r := ask("192.168.1.20", "www.evil.com."); r != DropName {
		t.Fatalf("in protect: %v", r)
	}
	if r := ask("192.168.1.20", "evil.community."); r != Pass {
		t.Fatalf("another name: %v", r)
	}
	b.do(b.Trust(netip.MustParsePrefix("192.168.1.30/32"), 0))
	if r := ask("192.168.1.30", "evil.com."); r != PassTrusted {
		t.Fatalf("a trusted device: %v", r)
	}
	got := map[string]Question{}
	b.do(b.SweepQuestions(func(q *Question) {
		q.Name = append([]byte(nil), q.Name...)
		got[q.Client.Addr().String()] = *q
	}))
	q := got["192.168.1.20"]
	if len(got) != 2 || q.Packets != 2 || q.Reason != DropName || string(q.Name) != "\x03www\x04Evil\x03com\x00" || q.Side != abri.Inside ||
		q.Server.String() != "9.9.9.9:53" || q.Client.Port() != 4321 || q.First == 0 || q.Bytes != 2*(28+30) {
		t.Errorf("%d attempts, of them %+v", len(got), q)
	}
	drops := 0
	b.do(b.SweepDrops(func(*DropRecord) { drops++ }))
	if drops != 0 {
		t.Errorf("%d of them stand among the attempts by address too", drops)
	}
}

// TestNamesAreSwapped: what was loaded before is gone, rules with it; the count proves what stands.
func TestNamesAreSwapped(t *testing.T) {
	b := newBench(t, abri.Protect)
	is := func(name string, want Reason) {
		t.Helper()
		q := frame{src: "192.168.1.20", dst: "9.9.9.9", proto: protoUDP, sport: 1, dport: 53, body: query(t, name, miekg.TypeA, false)}
		if r := b.run(in, q.bytes()); r != want {
			t.Errorf("%s: %v, want %v", name, r, want)
		}
	}
	is("evil.com.", Pass)
	for range 3 {
		b.loadNames(NameSet{Seed: testSeed, Keys: evil.Keys, Rules: []NameRule{{testSeed.Of([]byte("good.evil.com"))&^scopeBits | 1, NamePasses}}})
		is("evil.com.", DropName)
		is("good.evil.com.", Pass)
		if n, r := b.NameEntries(); n != 1 || r != 1 {
			t.Errorf("%d names and %d rules stand", n, r)
		}
		b.loadNames(evil)
		is("good.evil.com.", DropName)
	}
	gen := b.control.at.NameGen & 1
	buckets, free, err := array[nameBucket](b.Gate, b.maps.Names, kernelMapNames, gen, 1)
	fatal(t, err)
	clear(buckets)
	free()
	if n, _ := b.NameEntries(); n != 0 {
		t.Errorf("%d names are said to stand in an empty table", n)
	}
	b.loadNames(NameSet{Seed: testSeed})
	is("evil.com.", Pass)
	if b.control.at.Names != 1 {
		t.Error("more than the name of the proof is asked for")
	}
	if _, err := b.LoadNames(NameSet{Rules: make([]NameRule, MaxNameRules+1)}); abri.CodeOf(err) != abri.CodeFull {
		t.Errorf("too many rules: %v", err)
	}
}

// TestClosedResolvers: only what others can't read along is closed, and only from inside.
func TestClosedResolvers(t *testing.T) {
	b := newBench(t, abri.Protect)
	b.do(b.CloseResolvers([]netip.Addr{netip.MustParseAddr("1.1.1.1"), netip.MustParseAddr("2606:4700:4700::1111")}))
	for _, c := range []struct {
		side  int
		dst   string
		proto uint8
		port  uint16
		want  Reason
	}{
		{in, "1.1.1.1", protoTCP, 853, DropResolver}, {in, "1.1.1.1", protoUDP, 853, DropResolver}, {in, "1.1.1.1", protoTCP, 443, DropResolver},
		{in, "1.1.1.1", protoUDP, 443, DropResolver}, {in, "1.1.1.1", protoUDP, 53, Pass}, {in, "1.1.1.1", protoTCP, 80, Pass},
		{in, "1.1.1.2", protoTCP, 853, Pass}, {in, "2606:4700:4700::1111", protoTCP, 443, DropResolver}, {out, "1.1.1.1", protoTCP, 443, Pass},
	} {
		src := "192.168.1.20"
		if netip.MustParseAddr(c.dst).Is6() {
			src = "2a0b::20"
		}
		f := frame{src: src, dst: c.dst, proto: c.proto, sport: 40000, dport: c.port, flags: syn}
		if r := b.run(c.side, f.bytes()); r != c.want {
			t.Errorf("%+v: %v", c, r)
		}
	}
	drops := 0
	b.do(b.SweepDrops(func(*DropRecord) { drops++ }))
	b.do(b.CloseResolvers(nil))
	if r := b.run(in, frame{src: "192.168.1.20", dst: "1.1.1.1", proto: protoTCP, dport: 443, flags: syn}.bytes()); r != Pass || drops != 0 {
		t.Errorf("opened again: %v; %d attempts", r, drops)
	}
}

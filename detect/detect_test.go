package detect

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

var start = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

const (
	stranger = "192.0.2.1"
	censys   = "167.94.138.44"
	mail     = "192.168.1.10"
	web      = "192.168.1.11"
)

// site runs conversations through real flows past every detector, as the box does.
type site struct {
	flows     *flow.Table
	detectors []Detector
	found     []abri.Finding
	judge     func(*flow.Flow) // of new flows; nil passes them
	now       time.Time
}

func newSite() *site {
	return &site{flows: flow.NewTable(flow.Options{}), detectors: All(), now: start}
}

func (s *site) emit(f abri.Finding) { s.found = append(s.found, f) }

// see lets one packet pass.
func (s *site) see(side abri.Side, h packet.Headers) {
	h.Known = true
	if h.Length == 0 {
		h.Length = 60
	}
	f, isNew := s.flows.Observe(s.now, side, &h)
	if isNew && s.judge != nil {
		s.judge(f)
	}
	up, down := uint64(0), uint64(h.Length)
	if fromClient(f, &h) {
		up, down = down, up
	}
	weigh(s.detectors, s.now, f, up, down, s.emit)
	for _, d := range s.detectors {
		d.Observe(s.now, f, &h, s.emit)
	}
}

// wait lets time pass, and ends what is over.
func (s *site) wait(d time.Duration) {
	s.now = s.now.Add(d)
	s.flows.Expire(s.now, func(f *flow.Flow) {
		for _, d := range s.detectors {
			d.End(s.now, f, s.emit)
		}
	})
	for _, d := range s.detectors {
		if t, ok := d.(Ticker); ok {
			t.Tick(s.now, s.emit)
		}
	}
}

// syn is the packet that asks for a TCP connection.
func syn(from, to string, port uint16) packet.Headers {
	return packet.Headers{
		Src: netip.MustParseAddr(from), Dst: netip.MustParseAddr(to), Proto: packet.TCP,
		SrcPort: 40_000, DstPort: port, Flags: packet.SYN, Window: 64_240,
	}
}

// reply is what the server sends to the packet, with these flags.
func reply(h packet.Headers, flags packet.TCPFlags) packet.Headers {
	h.Src, h.Dst, h.SrcPort, h.DstPort, h.Flags = h.Dst, h.Src, h.DstPort, h.SrcPort, flags
	return h
}

func udp(from, to string, port uint16) packet.Headers {
	h := syn(from, to, port)
	h.Proto, h.Flags = packet.UDP, 0
	return h
}

func icmp(from, to string, kind uint8) packet.Headers {
	return packet.Headers{Src: netip.MustParseAddr(from), Dst: netip.MustParseAddr(to), Proto: packet.ICMP, ICMPType: kind}
}

// "Noise: a lone probe that leads to nothing, and self-declared research scanners."
func TestNoise(t *testing.T) {
	from := func(h packet.Headers, port uint16) packet.Headers { h.SrcPort = port; return h }
	knock := syn(stranger, mail, 25)
	for name, tt := range map[string]struct {
		in   []packet.Headers // by the outside port, all within the minute
		out  []packet.Headers // by the inside port, after them
		want []abri.Rule
	}{
		"a lone knock":                       {[]packet.Headers{knock}, nil, []abri.Rule{abri.RuleProbe}},
		"it knocks again":                    {[]packet.Headers{knock, knock, knock}, nil, []abri.Rule{abri.RuleProbe}},
		"from another port of its own":       {[]packet.Headers{knock, from(knock, 40_001)}, nil, []abri.Rule{abri.RuleProbe}},
		"turned away":                        {[]packet.Headers{knock}, []packet.Headers{reply(knock, packet.RST|packet.ACK)}, []abri.Rule{abri.RuleProbe}},
		"let in":                             {[]packet.Headers{knock}, []packet.Headers{reply(knock, packet.SYN|packet.ACK)}, nil},
		"two strangers":                      {[]packet.Headers{knock, syn("192.0.2.2", mail, 25)}, nil, []abri.Rule{abri.RuleProbe, abri.RuleProbe}},
		"a second port":                      {[]packet.Headers{knock, syn(stranger, mail, 110)}, nil, nil},
		"a second target":                    {[]packet.Headers{knock, syn(stranger, web, 25)}, nil, nil},
		"UDP without an answer":              {[]packet.Headers{udp(stranger, mail, 53)}, nil, []abri.Rule{abri.RuleProbe}},
		"UDP with an answer":                 {[]packet.Headers{udp(stranger, mail, 53)}, []packet.Headers{reply(udp(stranger, mail, 53), 0)}, nil},
		"an echo request":                    {[]packet.Headers{icmp(stranger, mail, 8)}, nil, []abri.Rule{abri.RuleProbe}},
		"an answer that nobody asked for":    {[]packet.Headers{reply(syn(mail, stranger, 80), packet.SYN|packet.ACK)}, nil, nil},
		"an error that nobody asked for":     {[]packet.Headers{icmp(stranger, mail, 3)}, nil, nil},
		"a redirect":                         {[]packet.Headers{icmp(stranger, mail, 5)}, nil, nil},
		"a stream of one direction":          {slices.Repeat([]packet.Headers{udp(stranger, mail, 5004)}, 50), nil, nil},
		"a stream to a group":                {[]packet.Headers{udp(stranger, "239.1.2.3", 5004)}, nil, nil},
		"from inside":                        {nil, []packet.Headers{syn(mail, stranger, 443)}, nil},
		"a neighbour on the outside port":    {[]packet.Headers{syn("192.168.1.66", mail, 25)}, nil, nil},
		"a research scanner":                 {[]packet.Headers{syn(censys, mail, 25)}, nil, []abri.Rule{abri.RuleScanner}},
		"a research scanner let in":          {[]packet.Headers{syn(censys, mail, 25)}, []packet.Headers{reply(syn(censys, mail, 25), packet.SYN|packet.ACK)}, []abri.Rule{abri.RuleScanner}},
		"a research scanner on two ports":    {[]packet.Headers{syn(censys, mail, 25), syn(censys, mail, 80)}, nil, []abri.Rule{abri.RuleScanner, abri.RuleScanner}},
		"its pages read from inside":         {nil, []packet.Headers{syn(mail, censys, 443)}, nil},
		"a research scanner by IPv6, let in": {[]packet.Headers{syn("2620:96:e000::5", "2001:db8:1::1", 25)}, nil, []abri.Rule{abri.RuleScanner}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			for _, h := range tt.in {
				s.see(abri.Outside, h)
			}
			for _, h := range tt.out {
				s.see(abri.Inside, h)
			}
			s.wait(2 * time.Hour)
			var rules []abri.Rule
			for _, f := range s.found {
				rules = append(rules, f.Why.Rule)
				if !f.Noise || f.Kind != abri.Scan || f.Direction != abri.In {
					t.Errorf("%+v is not noise on its way in", f)
				}
			}
			if !slices.Equal(rules, tt.want) {
				t.Errorf("found %v, want %v", rules, tt.want)
			}
		})
	}
}

// What lists and people already spoke of is left alone: it is not counted twice.
func TestWhatIsSettledIsLeftAlone(t *testing.T) {
	for name, judge := range map[string]func(*flow.Flow){
		"listed": func(f *flow.Flow) { f.Judgement = &flow.Judgement{Finding: abri.Finding{Kind: abri.KnownAttacker}} },
		"trusted": func(f *flow.Flow) {
			f.Judgement = &flow.Judgement{Verdict: abri.Verdict{Why: abri.Why{Rule: abri.RuleTrusted}}}
		},
	} {
		s := newSite()
		s.judge = judge
		s.see(abri.Outside, syn(stranger, mail, 25))
		s.see(abri.Outside, syn(censys, mail, 25))
		s.wait(2 * time.Hour)
		if len(s.found) != 0 {
			t.Errorf("%s, and found %+v", name, s.found)
		}
	}
}

func BenchmarkObserve(b *testing.B) {
	s := newSite()
	h := syn(stranger, mail, 25)
	h.Known = true
	f, _ := s.flows.Observe(start, abri.Outside, &h)
	emit := s.emit
	b.ReportAllocs()
	for b.Loop() {
		for _, d := range s.detectors {
			d.Observe(start, f, &h, emit)
		}
	}
}

package pipeline

import (
	"net/netip"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"abri.example/abri"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/feed"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

var start = time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)

var (
	mail     = netip.MustParseAddrPort("192.168.10.25:25")
	desk     = netip.MustParseAddrPort("192.168.10.100:50000")
	criminal = netip.MustParseAddrPort("45.155.205.9:40000")
	fence    = netip.MustParseAddrPort("185.220.101.7:443")
	honest   = netip.MustParseAddrPort("80.10.20.30:41000")
)

// listed is what the list of the tests holds: the criminal and the fence.
type listed struct{}

func (listed) Find(a netip.Addr) (abri.Listing, bool) {
	if a != criminal.Addr() && a != fence.Addr() {
		return abri.Listing{}, false
	}
	why := abri.Why{Rule: abri.RuleList, List: "test", Entry: netip.PrefixFrom(a, a.BitLen())}
	return abri.Listing{Why: why, Inward: abri.KnownAttacker, Outward: abri.KnownDestination}, true
}

// watcher is a detector that remembers what it was shown, and finds what it is told to.
type watcher struct {
	shown, ended []string
	at           time.Time // of the last end
	finds        *abri.Finding
}

func (w *watcher) Observe(at time.Time, f *flow.Flow, _ *packet.Headers, emit func(abri.Finding)) {
	w.shown = append(w.shown, f.Client.Addr().String())
	if w.finds != nil {
		x := *w.finds
		x.At, x.Outside, x.Inside, x.Ends = at, f.Outside, f.Inside, [2]netip.AddrPort{f.Client, f.Server}
		emit(x)
	}
}

func (w *watcher) End(at time.Time, f *flow.Flow, _ func(abri.Finding)) {
	w.at, w.ended = at, append(w.ended, f.Client.Addr().String())
}

// line is a pipeline with its counter and its watcher.
type line struct {
	*Pipeline
	counter *count.Counter
	watcher *watcher
}

func newLine(t *testing.T, live bool) line {
	t.Helper()
	l := line{counter: count.New(count.Options{Seed: "test"}), watcher: &watcher{}}
	l.Pipeline = New(Options{
		Policy: rules(t, abri.Protect, listed{}), Detectors: []detect.Detector{l.watcher}, Counter: l.counter, Live: live,
	})
	return l
}

func rules(t *testing.T, mode abri.Mode, lists abri.Listings) *policy.Policy {
	t.Helper()
	if lists == nil {
		lists = feed.Merge(nil, nil)
	}
	p, err := policy.New(policy.Options{Mode: mode, Listings: lists})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// one is the only attack that is counted.
func (l line) one(t *testing.T) abri.Attack {
	t.Helper()
	open := l.counter.Open()
	if len(open) != 1 {
		t.Fatalf("%d attacks, want 1: %+v", len(open), open)
	}
	return open[0]
}

// tcp is the Ethernet frame of a segment with the flags, and so many bytes of data.
func tcp(t testing.TB, from, to netip.AddrPort, flags packet.TCPFlags, data int) []byte {
	t.Helper()
	b := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true},
		&layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv4},
		&layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: from.Addr().AsSlice(), DstIP: to.Addr().AsSlice()},
		&layers.TCP{SrcPort: layers.TCPPort(from.Port()), DstPort: layers.TCPPort(to.Port()),
			SYN: flags.Has(packet.SYN), ACK: flags.Has(packet.ACK), PSH: flags.Has(packet.PSH), RST: flags.Has(packet.RST)},
		gopacket.Payload(make([]byte, data)))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pass puts a segment through as a capture has it.
func (l line) pass(t *testing.T, after time.Duration, from, to netip.AddrPort, flags packet.TCPFlags, data int) {
	frame := tcp(t, from, to, flags, data)
	l.Packet(start.Add(after), packet.Ethernet, frame, len(frame))
}

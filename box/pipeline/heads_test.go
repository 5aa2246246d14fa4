package pipeline

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/detect"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

// Connections that keep a server busy are ended at both ends, at once and with the numbers that each awaits, and their source
// gets no other; in watch-only nothing is said, and a proven address is not asked for: nobody else is harmed.
func TestSlowConnectionsAreEnded(t *testing.T) {
	for _, mode := range []abri.Mode{abri.Protect, abri.Observe} {
		l, h := newCutting(t)
		l.Pipeline = New(Options{
			Policy: rules(t, mode, nil), Detectors: detect.All(), Counter: l.counter, Live: true, Hand: h,
			Measures: policy.NewMeasures(start, policy.MeasureOptions{}), Act: func(abri.Finding, policy.Measure) { t.Error("a ban") },
		})
		server := netip.AddrPortFrom(mail.Addr(), 80)
		const many = 25
		for i := range many {
			client := netip.AddrPortFrom(honest.Addr(), uint16(20_000+i))
			l.Copy(start, abri.Outside, order.Passed, tcp(t, client, server, packet.SYN, 0))
			l.Copy(start, abri.Inside, order.Passed, tcp(t, server, client, packet.SYN|packet.ACK, 0))
			l.Copy(start, abri.Outside, order.Passed, segment(t, client, server, uint32(5001+i), 9001, 0, "GET / HTTP/1.1\r\nHost: a\r\n"))
		}
		for i := range 7 {
			l.Tick(start.Add(time.Duration(i) * time.Second))
		}
		if mode == abri.Observe {
			if len(h.blocked)+len(h.injected)+len(h.crowds) > 0 {
				t.Errorf("watch-only acted: %+v", h)
			}
			continue
		}
		if len(h.blocked) != many || len(h.injected) != 2*many {
			t.Fatalf("%d blocked, %d resets", len(h.blocked), len(h.injected))
		}
		for _, x := range h.injected {
			i := x.To.Port() - 20_000
			seq, ack := uint32(9001), uint32(5001+25)+uint32(i)
			if x.To == server {
				i = x.From.Port() - 20_000
				seq, ack = uint32(5001+25)+uint32(i), 9001
			}
			if x.Flags != uint8(packet.RST|packet.ACK) || x.Seq != seq || x.Ack != ack || len(x.Head) != 14 {
				t.Errorf("said %+v, want numbers %d and %d", x, seq, ack)
			}
		}
		if want := netip.PrefixFrom(honest.Addr(), 32); len(h.crowds) == 0 || h.crowds[0].Prefix != want {
			t.Errorf("no other for %+v", h.crowds)
		}
		a := l.one(t)
		if a.Kind != abri.SlowDoS || a.Outcome != abri.Blocked || a.Attempts != many {
			t.Errorf("told as %+v", a)
		}
	}
}

package telephone

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri/packet"
)

// described is a message with a session description.
func described(text, address string, port int, kind string) string {
	body := fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 %[1]s\r\ns=-\r\nc=IN IP4 %[1]s\r\nt=0 0\r\nm=%[3]s %[2]d RTP/AVP 8\r\n", address, port, kind)
	return text[:len(text)-len("Content-Length: 0\r\n\r\n")] + fmt.Sprintf("Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// talks lets voice cross between two ends, for so long.
func (w *wire) talks(from, to netip.AddrPort, lasts time.Duration, both bool) {
	for end := w.now.Add(lasts); w.now.Before(end); {
		w.send(from, to, "\x80\x08voice")
		if both {
			w.send(to, from, "\x80\x08voice")
		}
		w.wait(10 * time.Second)
	}
}

// The minutes of a call whose end is never heard are those of its voice: both ways or one, from another address than was
// said, of a fax; and with pauses in it. A call that is ended is as long as its messages say.
func TestMinutesByVoice(t *testing.T) {
	pbxVoice, gateway := netip.MustParseAddrPort("192.168.1.14:16000"), netip.MustParseAddrPort("198.51.100.77:20000")
	other := netip.MustParseAddrPort("198.51.100.99:30000")
	const spoken = 20 * time.Minute
	for name, c := range map[string]struct {
		kind  string
		speak func(w *wire)
		bye   bool
		want  time.Duration
	}{
		"both ways":            {"audio", func(w *wire) { w.talks(pbxVoice, gateway, spoken, true) }, false, spoken},
		"one way":              {"audio", func(w *wire) { w.talks(pbxVoice, gateway, spoken, false) }, false, spoken},
		"from another gateway": {"audio", func(w *wire) { w.talks(pbxVoice, other, spoken, true) }, false, spoken},
		"a fax":                {"image", func(w *wire) { w.talks(pbxVoice, gateway, spoken, true) }, false, spoken},
		"reports only": {"audio", func(w *wire) {
			w.talks(netip.AddrPortFrom(pbxVoice.Addr(), 16001), netip.AddrPortFrom(gateway.Addr(), 20001), spoken, true)
		}, false, spoken},
		"with a pause": {"audio", func(w *wire) {
			w.talks(pbxVoice, gateway, spoken/2, true)
			w.wait(2 * time.Minute)
			w.talks(pbxVoice, gateway, spoken/2, true)
		}, false, spoken + 2*time.Minute},
		"hung up":       {"audio", func(w *wire) { w.talks(pbxVoice, gateway, spoken, true) }, true, spoken},
		"somebody else": {"audio", func(w *wire) { w.talks(netip.MustParseAddrPort("192.168.1.99:16000"), other, spoken, true) }, false, 0},
	} {
		w := newWire(Options{})
		w.proto = packet.UDP
		w.send(pbx, operator, described(request("INVITE", "+2526123456", "a"), "192.168.1.14", 16000, c.kind))
		w.send(operator, pbx, described(answer(200, "INVITE", "+2526123456", "a"), "198.51.100.77", 20000, c.kind))
		answered := w.now
		c.speak(w)
		if c.bye {
			w.send(pbx, operator, request("BYE", "x", "a"))
			w.wait(time.Second)
		} else {
			w.wait(5 * time.Hour)
		}
		var call *Call
		for i := range w.ended {
			call = &w.ended[i]
		}
		if c.bye {
			call = w.heard[len(w.heard)-1].Call
		}
		if call == nil {
			t.Fatalf("%s: the call did not end", name)
		}
		got := call.End.Sub(answered)
		if got < c.want-15*time.Second || got > c.want+15*time.Second {
			t.Errorf("%s: %v long, want %v", name, got, c.want)
		}
	}
}

// Who announces voice without end takes no room.
func TestVoicesAreBounded(t *testing.T) {
	w := newWire(Options{})
	for n := range 3 * mostWanted {
		w.send(pbx, operator, described(request("INVITE", "1", fmt.Sprint("c", n)), fmt.Sprintf("10.%d.%d.%d", n>>16, n>>8&255, n&255), 16000, "audio"))
		w.Line.attempts.open, w.Line.attempts.queue = nil, nil
		if n%4 == 0 {
			w.send(netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 168, byte(n >> 8), byte(n)}), 9), netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), 16000), "\x80")
		}
	}
	if n := w.voices.wanted.len(); n > 2*mostWanted || len(w.voices.flows) > mostVoices {
		t.Errorf("%d wanted, %d conversations", n, len(w.voices.flows))
	}
}

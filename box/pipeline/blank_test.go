package pipeline

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"abri.example/abri"
	"abri.example/abri/detect"
	"abri.example/abri/packet"
	"abri.example/abri/telephone"
)

const dear = "INVITE sip:0025261234567@x SIP/2.0\r\nFrom: <sip:a@x>;tag=f\r\nTo: <sip:0025261234567@x>\r\nCall-ID: dear\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"

// barring is a line whose night's budget for calls abroad is spent.
func barring(t *testing.T, at time.Time) *detect.Telephone {
	t.Helper()
	phone := detect.NewTelephone(detect.TelephoneOptions{TelephoneChoices: detect.TelephoneChoices{Abroad: time.Minute, Refuse: true}})
	l := newLine(t, true)
	l.detectors = []detect.Detector{phone}
	say := func(at time.Time, side abri.Side, text string) {
		from, to := netip.MustParseAddrPort("192.168.1.14:5060"), netip.MustParseAddrPort("198.51.100.20:5060")
		if side == abri.Outside {
			from, to = to, from
		}
		h := packet.Headers{Known: true, Src: from.Addr(), SrcPort: from.Port(), Dst: to.Addr(), DstPort: to.Port(), Proto: packet.UDP, Payload: []byte(text), DataLength: len(text), Length: 28 + len(text)}
		l.headers = h
		l.crossed(at, side)
	}
	say(at.Add(-time.Hour), abri.Inside, dear)
	say(at.Add(-time.Hour), abri.Outside, strings.Replace(dear, "INVITE sip:0025261234567@x SIP/2.0", "SIP/2.0 200 OK", 1))
	say(at, abri.Inside, strings.Replace(strings.Replace(dear, "INVITE", "BYE", 2), "@x>\r\nCall", "@x>;tag=t\r\nCall", 1))
	if !phone.Refuses(at) {
		t.Fatal("no call is refused")
	}
	return phone
}

// refusals are the attempts of the frauds that are counted, and whether any of it was stopped.
func (l line) refusals() (attempts uint64, refused bool) {
	for _, a := range l.counter.Open() {
		attempts += a.Attempts
		refused = refused || a.Neutralised()
	}
	return attempts, refused
}

// Of a held segment the numbers that are refused are put out, and nothing else; its checksum is right, over either family, in
// VLANs. Calls for help go on as they are, and in watch-only all do.
func TestNumbersArePutOut(t *testing.T) {
	night := time.Date(2026, 3, 5, 22, 0, 0, 0, time.UTC)
	help := strings.ReplaceAll(strings.Replace(dear, "Call-ID: dear", "Call-ID: help", 1), "0025261234567", "112")
	again := strings.Replace(dear, "Call-ID: dear", "Call-ID: again", 1)
	put := strings.Replace(again, "sip:0025261234567@x SIP", "sip:xxxxxxxxxxxxx@x SIP", 1)
	for _, ends := range [][2]netip.AddrPort{
		{netip.MustParseAddrPort("192.168.1.14:40000"), netip.MustParseAddrPort("198.51.100.20:5060")},
		{netip.MustParseAddrPort("[2a01:e0a::14]:40000"), netip.MustParseAddrPort("[2a02:26f0::20]:5060")},
	} {
		for _, c := range []struct {
			name, words, want string
			mode              abri.Mode
			refused           bool
		}{
			{"a call", again, put, abri.Protect, true},
			{"a call for help", help, "", abri.Protect, false},
			{"both", help + again, help + put, abri.Protect, true},
			{"the first segment of one", again[:60], put[:60], abri.Protect, false},
			{"in watch-only", again, "", abri.Observe, false},
		} {
			l, hand := newCutting(t)
			l.detectors = []detect.Detector{barring(t, night)}
			l.SetPolicy(rules(t, c.mode, listed{}))
			frame := segment(t, ends[0], ends[1], 1000, 5000, 0, c.words)
			l.Hold(night, abri.Inside, frame, 9)
			if c.want == "" {
				if len(hand.written) != 0 || len(hand.ruled) != 1 || !hand.ruled[0].Pass {
					t.Errorf("%s: written %+v, ruled %+v", c.name, hand.written, hand.ruled)
				}
				continue
			}
			if len(hand.written) != 1 || hand.written[0].Held != 9 || len(hand.ruled) != 0 {
				t.Fatalf("%s: written %+v, ruled %+v", c.name, hand.written, hand.ruled)
			}
			for _, p := range hand.written[0].Patches {
				copy(frame[p.At:], p.Data)
			}
			read := gopacket.NewPacket(frame, layers.LayerTypeEthernet, gopacket.Default)
			tcp := read.Layer(layers.LayerTypeTCP).(*layers.TCP)
			if string(tcp.Payload) != c.want {
				t.Errorf("%s: %q goes on, want %q", c.name, tcp.Payload, c.want)
			}
			if err := tcp.SetNetworkLayerForChecksum(read.NetworkLayer()); err != nil {
				t.Fatal(err)
			}
			if ok, sum := tcp.VerifyChecksum(); ok != nil || !sum.Valid {
				t.Errorf("%s: checksum %+v, %v", c.name, sum, ok)
			}
			attempts, refused := l.refusals()
			if refused != c.refused {
				t.Errorf("%s: counted as refused: %v", c.name, refused)
			}
			l.Hold(night.Add(time.Second), abri.Inside, segment(t, ends[0], ends[1], 1000, 5000, 0, c.words), 10)
			if len(hand.written) != 2 {
				t.Errorf("%s: what is sent again goes on as it is", c.name)
			}
			if again, _ := l.refusals(); again != attempts {
				t.Errorf("%s: what is sent again is counted again", c.name)
			}
		}
	}
}

// Whatever the header, nothing but the numbers and the checksum is touched.
func FuzzBlanked(f *testing.F) {
	f.Add(make([]byte, 100), 3, 5)
	f.Fuzz(func(t *testing.T, frame []byte, from, to int) {
		var h packet.Headers
		packet.Decode(packet.Ethernet, frame, &h)
		if h.Proto != packet.TCP || from < 0 || to <= from || to > len(h.Payload) {
			return
		}
		for _, p := range blanked(frame, &h, []telephone.Span{{From: from, To: to}}) {
			if int(p.At)+len(p.Data) > len(frame) || len(p.Data) == 0 || p.At < 14 {
				t.Errorf("%+v of %d", p, len(frame))
			}
		}
	})
}

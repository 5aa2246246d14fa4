package testnet_test

import (
	"bytes"
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"abri.example/abri/capture"
	"abri.example/abri/packet"
	"abri.example/abri/testnet"
)

// said is one packet of the test's capture: a datagram between two ends.
type said struct{ from, to, text string }

var conversation = []said{
	{"192.168.10.100:40000", "45.155.205.10:53", "question"},
	{"45.155.205.10:53", "192.168.10.100:40000", "answer"},
	{"141.98.10.125:5060", "192.168.10.60:5060", "knock"},
	{"192.168.10.100:40000", "45.155.205.10:53", "thanks"},
}

// recorded writes the conversation as a capture file of the given link.
func recorded(t *testing.T, link layers.LinkType) *capture.Reader {
	t.Helper()
	var file bytes.Buffer
	w := pcapgo.NewWriter(&file)
	if err := w.WriteFileHeader(65535, link); err != nil {
		t.Fatal(err)
	}
	for i, s := range conversation {
		data := datagram(t, s, link)
		at := time.Unix(1_700_000_000+int64(i), 0)
		if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: at, CaptureLength: len(data), Length: len(data)}, data); err != nil {
			t.Fatal(err)
		}
	}
	r, err := capture.Open(&file, "conversation.pcap")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// datagram is one packet; all Ethernet frames have the same MAC addresses, as in captures of a loopback.
func datagram(t *testing.T, s said, link layers.LinkType) []byte {
	t.Helper()
	from, to := netip.MustParseAddrPort(s.from), netip.MustParseAddrPort(s.to)
	ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolUDP, SrcIP: from.Addr().AsSlice(), DstIP: to.Addr().AsSlice()}
	udp := &layers.UDP{SrcPort: layers.UDPPort(from.Port()), DstPort: layers.UDPPort(to.Port())}
	if err := udp.SetNetworkLayerForChecksum(ip); err != nil {
		t.Fatal(err)
	}
	stack := []gopacket.SerializableLayer{ip, udp, gopacket.Payload(s.text)}
	if link == layers.LinkTypeEthernet {
		same := []byte{2, 0, 0, 0, 0, 9}
		stack = append([]gopacket.SerializableLayer{&layers.Ethernet{SrcMAC: same, DstMAC: same, EthernetType: layers.EthernetTypeIPv4}}, stack...)
	}
	out := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(out, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, stack...); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReplaySendsEachSideFromItsPort(t *testing.T) {
	for _, link := range []layers.LinkType{layers.LinkTypeEthernet, layers.LinkTypeRaw} {
		n := testnet.New(t)
		far, near := n.Host("far"), n.Host("near")
		n.Cable(far, near, "a", "b") // each end hears what the other sends
		outside, inside := tap(t, far, "a"), tap(t, near, "b")
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		sent, err := testnet.Replay{Outside: outside, Inside: inside}.Run(ctx, recorded(t, link))
		if err != nil || sent != (testnet.Replayed{Outside: 2, Inside: 2}) {
			t.Errorf("%s: sent %+v, %v", link, sent, err)
		}
		for side, want := range map[*testnet.Tap][]string{inside: {"answer", "knock"}, outside: {"question", "thanks"}} {
			for _, text := range want {
				hears(t, ctx, side, text)
			}
		}
	}
}

func tap(t *testing.T, h *testnet.Host, port string) *testnet.Tap {
	t.Helper()
	found, err := h.Tap(port)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// hears receives until an IPv4 datagram comes, which must say text and be addressed to this side of a bridge.
func hears(t *testing.T, ctx context.Context, on *testnet.Tap, text string) {
	t.Helper()
	for {
		frame, err := on.Receive(ctx)
		if err != nil {
			t.Fatalf("%q was not heard: %v", text, err)
		}
		var h packet.Headers
		packet.Decode(packet.Ethernet, frame, &h)
		if !h.Known || h.Src.Is6() {
			continue // the hosts' own neighbour discovery
		}
		if string(h.Payload) != text || h.SrcMAC == h.DstMAC {
			t.Errorf("heard %q from %x to %x, not %q", h.Payload, h.SrcMAC, h.DstMAC, text)
		}
		return
	}
}

func TestReplayEntersByTheRightPort(t *testing.T) {
	s := bridged(t)
	outside, inside := tap(t, s.Box, testnet.OutsidePort), tap(t, s.Box, testnet.InsidePort)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	sent, err := s.Replay(ctx, recorded(t, layers.LinkTypeEthernet), nil, 0)
	if err != nil || sent != (testnet.Replayed{Outside: 2, Inside: 2}) {
		t.Errorf("sent %+v, %v", sent, err)
	}
	for side, want := range map[*testnet.Tap][]string{outside: {"answer", "knock"}, inside: {"question", "thanks"}} {
		for _, text := range want {
			hears(t, ctx, side, text)
		}
	}
}

// TestReplayOfARealCapture sends one that holds IPv4 and IPv6, and counts what reaches the box from outside.
func TestReplayOfARealCapture(t *testing.T) {
	shared := os.Getenv("ABRI_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(shared, "captures", "benign", "packets__http_ip4and6.pcapng")
	file, err := os.Open(path)
	if err != nil {
		t.Skipf("no shared captures here: %v", err)
	}
	defer file.Close()
	from, err := capture.Open(file, path)
	if err != nil {
		t.Fatal(err)
	}
	s := bridged(t)
	far := tap(t, s.Box, testnet.OutsidePort)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	sent, err := s.Replay(ctx, from, nil, 50*time.Microsecond)
	if err != nil || sent.Outside == 0 || sent.Inside == 0 {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	for heard := 0; heard < sent.Outside; {
		frame, err := far.Receive(ctx)
		if err != nil {
			t.Fatalf("%d frames of %d reached the box: %v", heard, sent.Outside, err)
		}
		if bytes.Equal(frame[6:12], []byte{2, 0, 0, 0, 0, 1}) {
			heard++
		}
	}
}

func TestTapNeedsAPort(t *testing.T) {
	h := testnet.New(t).Host("lonely")
	if _, err := h.Tap("nothing"); err == nil {
		t.Error("a port that is not there was tapped")
	}
}

package pipeline

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"abri.example/abri"
	"abri.example/abri/packet"
)

func TestACaptureCountsEachPacketOfWhatIsListed(t *testing.T) {
	l := newLine(t, false)
	l.pass(t, 0, desk, fence, packet.SYN, 0)
	if a := l.one(t); a.Answered || a.Attempts != 1 || a.Packets != 1 {
		t.Errorf("after the first packet %+v", a)
	}
	l.pass(t, time.Second, fence, desk, packet.SYN|packet.ACK, 0)
	l.pass(t, 2*time.Second, desk, fence, packet.PSH|packet.ACK, 100)
	a := l.one(t)
	if a.Kind != abri.KnownDestination || a.Direction != abri.Out || a.Outcome != abri.WouldBlock || !a.Answered ||
		a.Attempts != 1 || a.Packets != 3 || a.Bytes != 40+40+140 || !a.First.Equal(start) || !a.Last.Equal(start.Add(2*time.Second)) {
		t.Errorf("got %+v", a)
	}
	if packets, bytes := l.Seen(); packets != 3 || bytes != 60+60+154 { // Ethernet pads to 60
		t.Errorf("seen %d packets, %d bytes", packets, bytes)
	}
}

// What is stopped never takes place: what listens to conversations must not hear it, on a link and in a capture alike.
func TestDetectorsSeeOnlyWhatPasses(t *testing.T) {
	l := newLine(t, false)
	l.pass(t, 0, criminal, mail, packet.SYN, 0)
	l.pass(t, 0, honest, mail, packet.SYN, 0)
	l.Flush()
	only := []string{honest.Addr().String()}
	if !slices.Equal(l.watcher.shown, only) || !slices.Equal(l.watcher.ended, only) {
		t.Errorf("shown %v, ended %v, want the honest one", l.watcher.shown, l.watcher.ended)
	}
}

func TestWhatIsNoPacketIsOnlyCounted(t *testing.T) {
	l := newLine(t, false)
	l.Packet(start, packet.Ethernet, []byte{1, 2, 3}, 3)
	if packets, bytes := l.Seen(); packets != 1 || bytes != 3 || len(l.watcher.shown) != 0 || len(l.counter.Open()) != 0 {
		t.Errorf("%d packets, %d bytes, shown %v", packets, bytes, l.watcher.shown)
	}
}

func TestAFindingIsJudgedAndCounted(t *testing.T) {
	l := newLine(t, false)
	l.watcher.finds = &abri.Finding{Kind: abri.Scan, Service: abri.Mail, Direction: abri.In, Port: 25, Proto: "tcp"}
	l.pass(t, 0, honest, mail, packet.SYN, 0)
	if a := l.one(t); a.Kind != abri.Scan || a.Outcome != abri.WouldBlock || a.Attempts != 1 || a.Packets != 0 {
		t.Errorf("got %+v", a)
	}
	l = newLine(t, false)
	l.watcher.finds = &abri.Finding{Kind: abri.Scan, Noise: true}
	l.pass(t, 0, honest, mail, packet.SYN, 0)
	if n := l.counter.Noise("2026-03-05"); n != 1 || len(l.counter.Open()) != 0 {
		t.Errorf("noise %d, attacks %v", n, l.counter.Open())
	}
}

func TestASilentConversationEnds(t *testing.T) {
	l := newLine(t, false)
	l.pass(t, 0, honest, mail, packet.SYN, 0)
	l.Tick(start.Add(30 * time.Second))
	if len(l.watcher.ended) != 0 {
		t.Error("it ended while a retry may still come")
	}
	l.Tick(start.Add(2 * time.Minute))
	if len(l.watcher.ended) != 1 || !l.watcher.at.Equal(start.Add(2*time.Minute)) {
		t.Errorf("ended %v at %s", l.watcher.ended, l.watcher.at)
	}
}

func TestAQuietAttackEnds(t *testing.T) {
	l := newLine(t, false)
	l.pass(t, 0, criminal, mail, packet.SYN, 0)
	l.Tick(start.Add(30 * time.Minute))
	if a := l.one(t); a.Ended {
		t.Error("it ended after half an hour")
	}
	l.Tick(start.Add(time.Hour))
	if changed := l.counter.Changed(); len(changed) != 1 || !changed[0].Ended {
		t.Errorf("after an hour of quiet %+v", changed)
	}
}

// A change of lists is for new conversations: the verdict on one that is under way stands.
func TestANewPolicyJudgesNewConversations(t *testing.T) {
	l := newLine(t, false)
	l.pass(t, 0, criminal, mail, packet.SYN, 0)
	l.SetPolicy(rules(t, abri.Protect, nil))
	l.pass(t, time.Second, criminal, mail, packet.SYN, 0)
	l.pass(t, 2*time.Second, fence, mail, packet.SYN, 0)
	if a := l.one(t); a.Outside != criminal.Addr() || a.Packets != 2 {
		t.Errorf("got %+v", a)
	}
	if !slices.Equal(l.watcher.shown, []string{fence.Addr().String()}) {
		t.Errorf("shown %v, want the one that no list holds any more", l.watcher.shown)
	}
}

// In a capture, too: of a listed address that only answers nobody knows that it was called.
func TestAnAnswerAloneIsNoise(t *testing.T) {
	l := newLine(t, false)
	l.pass(t, 0, fence, desk, packet.SYN|packet.ACK, 0)
	l.pass(t, time.Second, desk, fence, packet.RST, 0)
	if n := l.counter.Noise("2026-03-05"); n != 1 || len(l.counter.Open()) != 0 {
		t.Errorf("noise %d, attacks %+v", n, l.counter.Open())
	}
	l = newLine(t, false)
	l.pass(t, 0, fence, desk, packet.PSH|packet.ACK, 10)
	l.pass(t, time.Second, desk, fence, packet.ACK, 0)
	if a := l.one(t); a.Attempts != 1 || a.Packets != 1 || a.Direction != abri.Out {
		t.Errorf("the device that takes it is %+v", a)
	}
}

// The gate drops a later fragment of a listed address, and counts no attempt when it never saw the first; nor is one
// counted here.
func TestALaterFragmentAloneIsNoAttempt(t *testing.T) {
	l := newLine(t, false)
	frame := tcp(t, criminal, mail, packet.SYN, 100)
	frame[14+6], frame[14+7] = 0, 185 // from byte 1480 on
	l.Packet(start, packet.Ethernet, frame, len(frame))
	l.Packet(start.Add(time.Second), packet.Ethernet, frame, len(frame))
	if open := l.counter.Open(); len(open) != 0 || len(l.watcher.shown) != 0 {
		t.Errorf("got %+v, shown %v", open, l.watcher.shown)
	}
}

// An address of IPv4 written in IPv6 stands on no list of the gate's, and so not here.
func TestAMappedAddressIsOnNoList(t *testing.T) {
	b := gopacket.NewSerializeBuffer()
	src, dst := criminal.Addr().As16(), netip.MustParseAddr("fd00:10::25").As16()
	err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true},
		&layers.Ethernet{SrcMAC: make([]byte, 6), DstMAC: make([]byte, 6), EthernetType: layers.EthernetTypeIPv6},
		&layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: src[:], DstIP: dst[:]},
		&layers.TCP{SrcPort: 40000, DstPort: 25, SYN: true})
	if err != nil {
		t.Fatal(err)
	}
	l := newLine(t, false)
	l.Packet(start, packet.Ethernet, b.Bytes(), len(b.Bytes()))
	if open := l.counter.Open(); len(open) != 0 || len(l.watcher.shown) != 1 {
		t.Errorf("got %+v, shown %v", open, l.watcher.shown)
	}
}

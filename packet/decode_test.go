package packet

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"testing"
)

// tell writes what h says, for tables to compare with.
func tell(h *Headers) string {
	s := ""
	for _, id := range h.VLANs[:h.Tags] {
		s += fmt.Sprintf("vlan %d ", id)
	}
	if !h.Known {
		return s + fmt.Sprintf("unknown %04x", h.EtherType)
	}
	s += fmt.Sprintf("%v > %v %s ", netip.AddrPortFrom(h.Src, h.SrcPort), netip.AddrPortFrom(h.Dst, h.DstPort), ProtoName(h.Proto))
	switch {
	case h.Proto == TCP && !h.Fragment:
		if h.Flags != 0 {
			s += h.Flags.String() + " "
		}
		s += fmt.Sprintf("seq %d ack %d window %d ", h.Seq, h.Ack, h.Window)
	case h.Proto == ICMP, h.Proto == ICMPv6:
		s += fmt.Sprintf("%d/%d ", h.ICMPType, h.ICMPCode)
	}
	s += fmt.Sprintf("ttl %d length %d data %d", h.TTL, h.Length, h.DataLength)
	if bytes.HasPrefix(data, h.Payload) && len(h.Payload) > 0 {
		s += " " + string(h.Payload)
	}
	switch {
	case h.Fragment && h.MoreFragments:
		s += fmt.Sprintf(" fragment later, more %d at %d", h.FragmentID, h.FragmentAt)
	case h.Fragment:
		s += fmt.Sprintf(" fragment last %d at %d", h.FragmentID, h.FragmentAt)
	case h.MoreFragments:
		s += fmt.Sprintf(" fragment first %d at %d", h.FragmentID, h.FragmentAt)
	case h.FragmentID != 0:
		s += fmt.Sprintf(" whole, with an identification of %d", h.FragmentID)
	}
	return s
}

func TestDecode(t *testing.T) {
	for _, c := range frames {
		h := Headers{Seq: 9, Known: true, Payload: data} // what was there before must go
		Decode(c.link, c.frame, &h)
		if got := tell(&h); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestDecodeLies(t *testing.T) {
	for _, c := range lies {
		var h Headers
		Decode(RawIP, c.frame, &h)
		if got := tell(&h); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestHardwareAddresses(t *testing.T) {
	for _, c := range frames {
		var h Headers
		Decode(c.link, c.frame, &h)
		from, to := [6]byte{2, 0, 0, 0, 0, 2}, [6]byte{2, 0, 0, 0, 0, 1}
		switch c.link {
		case LinuxSLL, LinuxSLL2:
			to = [6]byte{}
		case Ethernet:
		default:
			from, to = [6]byte{}, [6]byte{}
		}
		if h.SrcMAC != from || h.DstMAC != to {
			t.Errorf("%s: got %x > %x, want %x > %x", c.name, h.SrcMAC, h.DstMAC, from, to)
		}
	}
}

// TestDecodeCut cuts every frame at every byte: what is said then is not known, or is what the whole frame says.
func TestDecodeCut(t *testing.T) {
	for _, c := range frames {
		var whole Headers
		Decode(c.link, c.frame, &whole)
		for cut := range c.frame {
			var h Headers
			Decode(c.link, slices.Clone(c.frame[:cut]), &h)
			if h.Known && (h.Src != whole.Src || h.Dst != whole.Dst || h.Length != whole.Length ||
				h.SrcPort != 0 && h.SrcPort != whole.SrcPort || h.DstPort != 0 && h.DstPort != whole.DstPort ||
				h.Flags != 0 && h.Flags != whole.Flags || len(h.Payload) > cut) {
				t.Errorf("%s cut at %d: got %s, whole is %s", c.name, cut, tell(&h), tell(&whole))
			}
		}
	}
}

func TestDecodeAllocatesNothing(t *testing.T) {
	var h Headers
	for _, c := range frames {
		if n := testing.AllocsPerRun(100, func() { Decode(c.link, c.frame, &h) }); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
	for _, c := range lies {
		if n := testing.AllocsPerRun(100, func() { Decode(RawIP, c.frame, &h) }); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, c := range frames {
		f.Add(uint8(c.link), c.frame)
	}
	for _, c := range lies {
		f.Add(uint8(RawIP), c.frame)
	}
	f.Fuzz(func(t *testing.T, link uint8, frame []byte) {
		var h Headers
		Decode(Link(link), frame, &h)
		if h.Known != (h.Src.IsValid() && h.Dst.IsValid()) || h.Src.Is4In6() || h.Dst.Is4In6() || h.Mapped && !h.Src.Is4() && !h.Dst.Is4() {
			t.Fatalf("known %v, %v > %v", h.Known, h.Src, h.Dst)
		}
		if h.Fragment && (h.SrcPort != 0 || h.DstPort != 0 || h.Flags != 0) {
			t.Fatal("a later fragment with ports or flags")
		}
		if int(h.Tags) > len(h.VLANs) || h.DataLength < 0 || len(h.Payload) > len(frame) {
			t.Fatalf("%d tags, %d bytes of data, %d of %d held", h.Tags, h.DataLength, len(h.Payload), len(frame))
		}
		if h.Known && (h.Length < 20 || h.DataLength > h.Length || len(h.Payload) > h.Length) {
			t.Fatalf("%d bytes with %d of data, %d held", h.Length, h.DataLength, len(h.Payload))
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	var h Headers
	packets := 0
	for b.Loop() {
		for i := range frames {
			Decode(frames[i].link, frames[i].frame, &h)
		}
		packets += len(frames)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(packets), "ns/packet")
}

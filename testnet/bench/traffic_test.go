package main

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"abri.example/abri/capture"
	"abri.example/abri/feed"
	"abri.example/abri/packet"
)

// What is measured must be what the table says: a frame is decoded as the packet it was drawn as.
func TestFramesAreWhatTheySay(t *testing.T) {
	for _, c := range captures {
		next := c.traffic(rand.New(rand.NewPCG(1, 2)))
		var h packet.Headers
		for range 20_000 {
			s := next()
			frame := s.frame(nil)
			packet.Decode(packet.Ethernet, frame, &h)
			want := max(s.length, 60)
			if s.from.Addr().Is4() {
				want = s.length
			}
			if !h.Known || h.Src != s.from.Addr() || h.Dst != s.to.Addr() || h.SrcPort != s.from.Port() || h.DstPort != s.to.Port() ||
				h.Proto != s.proto || h.Length != want || (h.Tags == 1) != s.tagged || s.proto == packet.TCP && h.Flags != s.flags {
				t.Fatalf("%s: %+v became %+v", c.name, s, h)
			}
		}
	}
}

func TestMixedIsAsItIsDescribed(t *testing.T) {
	next := mixed(rand.New(rand.NewPCG(1, 2)))
	const n = 1_000_000
	var tcp, six, tagged, withListed, bytes float64
	for range n {
		s := next()
		bytes += float64(s.length)
		for what, is := range map[*float64]bool{
			&tcp: s.proto == packet.TCP, &six: s.from.Addr().Is6(), &tagged: s.tagged,
			&withListed: listed.Contains(s.from.Addr()) || listed.Contains(s.to.Addr()),
		} {
			if is {
				*what++
			}
		}
	}
	for name, c := range map[string][3]float64{
		"TCP": {tcp / n, 0.7, 0.02}, "IPv6": {six / n, 0.25, 0.02}, "tagged": {tagged / n, 0.1, 0.02},
		"listed": {withListed / n, 0.01, 0.003}, "bytes": {bytes / n, 340, 20},
	} {
		if math.Abs(c[0]-c[1]) > c[2] {
			t.Errorf("%s: %.3f, want about %.3f", name, c[0], c[1])
		}
	}
}

func TestARecordIsTheSameEachTimeAndCanBeRead(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a.pcap"), filepath.Join(t.TempDir(), "b.pcap")
	for _, name := range []string{a, b} {
		if err := record(name, 1000, mixed); err != nil {
			t.Fatal(err)
		}
	}
	one, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := os.ReadFile(b); err != nil || !bytes.Equal(one, two) {
		t.Errorf("two records differ (%v)", err)
	}
	in, err := capture.Open(bytes.NewReader(one), a)
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	var last time.Time
	n := 0
	for ; ; n++ {
		if err := in.Next(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if n > 0 && p.Time.Sub(last) != 20*time.Microsecond {
			t.Fatalf("packet %d is %s after the one before", n, p.Time.Sub(last))
		}
		last = p.Time
	}
	if n != 1000 {
		t.Errorf("%d packets", n)
	}
}

// The lists hold as many prefixes as they promise, none inside another, none that the box would refuse.
func TestListsHoldWhatIsCounted(t *testing.T) {
	name4, name6 := filepath.Join(t.TempDir(), "v4"), filepath.Join(t.TempDir(), "v6")
	if err := writeLists(name4, name6, 1); err != nil {
		t.Fatal(err)
	}
	var lists []*feed.List
	for _, name := range []string{name4, name6} {
		l, err := parse(name)
		if err != nil {
			t.Fatal(err)
		}
		if n, first := l.Refused(); n != 0 {
			t.Errorf("%d lines are refused, such as %+v", n, first[0])
		}
		lists = append(lists, l)
	}
	if set := feed.Merge(lists, nil); len(set.V4()) != wanted4 || len(set.V6()) != wanted6 {
		t.Errorf("%d + %d prefixes", len(set.V4()), len(set.V6()))
	}
}

package flow

import (
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// fragments of one datagram: the first has the ports, the second only the identification.
func fragmentsOf(id uint32, from, to string) (first, later *packet.Headers) {
	first, later = sent(packet.UDP, from, to), sent(packet.UDP, from, to)
	first.MoreFragments, first.FragmentID = true, id
	later.Fragment, later.FragmentID, later.SrcPort, later.DstPort = true, id, 0, 0
	return first, later
}

func TestFragmentsJoin(t *testing.T) {
	for _, ends := range [][2]string{{crook + ":40000", clerk + ":53"}, {"[2001:db8::1]:40000", "[2001:db8::2]:53"}} {
		table := NewTable(Options{})
		first, later := fragmentsOf(7, ends[0], ends[1])
		if first.Src.Is6() {
			later.Proto = 60 // in IPv6 a later fragment may name an extension header (RFC 8200, 4.5)
		}
		table.Observe(start, abri.Outside, first)
		f, isNew := table.Observe(start.Add(time.Second), abri.Outside, later)
		if isNew || f.Port != 53 || f.Up.Packets != 2 {
			t.Errorf("%v: got a flow of %d packets to port %d, new %v, want the first fragment's", ends, f.Up.Packets, f.Port, isNew)
		}
		_, stranger := fragmentsOf(8, ends[0], ends[1])
		if f, isNew := table.Observe(start, abri.Outside, stranger); !isNew || f.Port != 0 || f.Client.Port() != 0 {
			t.Errorf("%v: a fragment of another datagram went to port %d", ends, f.Port)
		}
		if f, _ := table.Observe(start.Add(fragmentLife+time.Second), abri.Outside, later); f.Port != 0 {
			t.Errorf("%v: a fragment of %v later still joins", ends, fragmentLife)
		}
	}
}

// TestFragmentsAreBounded: of more first fragments than are remembered the oldest is forgotten.
func TestFragmentsAreBounded(t *testing.T) {
	table := NewTable(Options{})
	for id := range uint32(3*maxFragments + 1) {
		first, _ := fragmentsOf(id, crook+":40000", clerk+":53")
		table.Observe(start, abri.Outside, first)
		table.Observe(start, abri.Outside, first) // come again, it takes no second place
	}
	if n := len(table.fragments.known); n != maxFragments || len(table.fragments.ring) != maxFragments {
		t.Errorf("%d first fragments are remembered, want %d", n, maxFragments)
	}
	for id, want := range map[uint32]uint16{2 * maxFragments: 0, 2*maxFragments + 1: 53, 3 * maxFragments: 53} {
		_, later := fragmentsOf(id, crook+":40000", clerk+":53")
		if f, _ := table.Observe(start, abri.Outside, later); f.Port != want {
			t.Errorf("fragment %d went to port %d, want %d", id, f.Port, want)
		}
	}
}

package store

import (
	"net/netip"
	"path/filepath"
	"testing"
	"time"
)

// What left adds up by hour, is found by network, and goes after its time.
func TestDeparturesAddUpAndGo(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	desk := netip.MustParseAddr("192.168.1.9")
	at := func(h int) time.Time { return time.Date(2026, 3, 5, h, 0, 0, 0, time.UTC) }
	d := func(to string, h int, sent, received uint64) Departure {
		return Departure{Hour: at(h), Outside: netip.MustParseAddr(to), Device: desk, Called: "SECRETARIAT-2", Flows: 1, Sent: sent, Received: received}
	}
	for _, batch := range [][]Departure{
		{d("203.0.113.9", 2, 1000, 10), d("203.0.113.200", 3, 500, 5), d("203.0.114.1", 3, 7, 7), d("2001:db8::1", 3, 9, 9)},
		{d("203.0.113.9", 2, 24, 2)},
	} {
		must(t, s.AddDepartures(t.Context(), batch))
	}
	got, err := s.DeparturesTo(t.Context(), netip.MustParsePrefix("203.0.113.77/24"), desk, at(0))
	must(t, err)
	if len(got) != 2 || got[0].Sent != 1024 || got[0].Received != 12 || got[0].Flows != 2 || !got[0].Hour.Equal(at(2)) || got[1].Sent != 500 || got[1].Called != "SECRETARIAT-2" {
		t.Errorf("to the network: %+v", got)
	}
	for to, want := range map[string]int{"203.0.113.9/32": 1, "2001:db8::/48": 1, "198.51.100.0/24": 0, "0.0.0.0/0": 3} {
		if got, err := s.DeparturesTo(t.Context(), netip.MustParsePrefix(to), desk, at(0)); err != nil || len(got) != want {
			t.Errorf("to %s: %d rows, %v; want %d", to, len(got), err, want)
		}
	}
	if got, err := s.DeparturesTo(t.Context(), netip.MustParsePrefix("203.0.113.0/24"), desk, at(3)); err != nil || len(got) != 1 {
		t.Errorf("from three on: %+v, %v", got, err)
	}
	if got, err := s.DeparturesSince(t.Context(), at(3)); err != nil || len(got) != 3 {
		t.Errorf("since three: %+v, %v", got, err)
	}
	keep := Retention{Rows: 90 * 24 * time.Hour, Counters: 90 * 24 * time.Hour}
	if n, err := s.Sweep(t.Context(), at(3).Add(DeparturesFor), keep); err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
}

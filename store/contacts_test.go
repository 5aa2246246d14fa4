package store

import (
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"abri.example/abri"
)

// Contacts of a day add up, whoever they are told by, and go with the rows.
func TestContactsAddUpAndGo(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	at := func(d, h int) time.Time { return time.Date(2026, 3, d, h, 0, 0, 0, time.UTC) }
	c := func(d, first, last int, flows, bytes uint64) Contact {
		return Contact{Day: abri.DayOf(at(d, 0), time.UTC), Outside: netip.MustParseAddr("62.210.1.1"), Device: netip.MustParseAddr("192.168.1.9"),
			Flows: flows, Bytes: bytes, First: at(d, first), Last: at(d, last)}
	}
	for _, batch := range [][]Contact{{c(3, 9, 10, 1, 100), c(4, 9, 9, 1, 5)}, {c(3, 8, 9, 2, 50)}, {c(3, 11, 12, 0, 1)}} {
		if err := s.AddContacts(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	with := netip.MustParseAddr("::ffff:62.210.1.1")
	got, err := s.ContactsWith(t.Context(), with, "2026-03-03")
	if err != nil {
		t.Fatal(err)
	}
	want := []Contact{c(3, 8, 12, 3, 151), c(4, 9, 9, 1, 5)}
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got, err := s.ContactsWith(t.Context(), with, "2026-03-04"); err != nil || len(got) != 1 {
		t.Errorf("since the fourth: %v, %v", got, err)
	}
	if met, err := s.Met(t.Context(), "2026-03-03"); err != nil || len(met) != 1 || met[0] != (Met{netip.MustParseAddr("62.210.1.1"), 2}) {
		t.Errorf("met %v, %v", met, err)
	}
	if met, err := s.Met(t.Context(), "2026-03-05"); err != nil || len(met) != 0 {
		t.Errorf("met since the fifth: %v, %v", met, err)
	}
	if n, err := s.Sweep(t.Context(), at(4, 12), Retention{Rows: 24 * time.Hour, Counters: 24 * time.Hour}); err != nil || n != 0 {
		t.Errorf("swept %d, %v", n, err)
	}
	if n, err := s.Sweep(t.Context(), at(5, 12), Retention{Rows: 24 * time.Hour, Counters: 24 * time.Hour}); err != nil || n != 1 {
		t.Errorf("swept %d, %v", n, err)
	}
}

package reader

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
	"abri.example/abri/store"
)

// spoke tells the reader that a device turned to an address, and was answered or not.
func (s *site) spoke(device, outside string, bytes uint64, answered bool) {
	now := monotonic()
	f := order.Flow{
		Client: netip.AddrPortFrom(netip.MustParseAddr(device), 40000), Server: netip.AddrPortFrom(netip.MustParseAddr(outside), 443),
		Proto: 6, Side: abri.Inside, First: now - int64(time.Second), Last: now, Up: order.Count{Packets: 3, Bytes: bytes / 2},
		Packets: 6, Bytes: bytes, Began: true,
	}
	if answered {
		f.Down = order.Count{Packets: 3, Bytes: bytes / 2}
	}
	(&listener{Reader: s.reader, ctx: s.Context()}).Flow(f)
}

// hunted are the attacks of the store that were found by looking back, as "first day..last day device bytes".
func (s *site) hunted() []string {
	s.Helper()
	s.reader.record.write(s.Context())
	all, err := s.reader.record.opened().ByAddress(s.Context(), netip.MustParseAddr("62.210.1.7"), 100)
	if err != nil {
		s.Fatal(err)
	}
	var out []string
	for _, a := range all {
		if a.Why.Rule == abri.RuleLooked {
			out = append(out, fmt.Sprintf("%s %s..%s %s %d %s %s", a.Kind, a.Day, abri.DayOf(a.Last, paris), a.Inside, a.Bytes, a.Outcome, a.Why.List))
		}
	}
	return out
}

// "SECRETARIAT-2 spoke with this command server on 3 May": a list that names it later makes an attack of that day.
func TestAListLooksBack(t *testing.T) {
	s := newSite(t)
	address, text, settings := publisher(s)
	text.Store("62.210.9.9\n")
	r := s.live()
	list := "[[list]]\nname = \"c2\"\noutward = \"command-and-control\"\nurl = \"" + address + "\"\n"
	r.resettle(s.config(settings+list), false)
	if err := r.RefreshList(t.Context(), root, ""); err != nil {
		t.Fatal(err)
	}
	day := s.clock
	for n, bytes := range []uint64{100, 200} { // two days running
		s.clock = day.AddDate(0, 0, n)
		s.spoke("192.168.10.22", "62.210.1.7", bytes, true)
	}
	s.clock = day.AddDate(0, 0, 10)
	s.spoke("192.168.10.22", "62.210.1.7", 400, true)
	s.spoke("192.168.10.23", "62.210.1.7", 60, false) // nobody answered
	s.spoke("192.168.10.23", "62.210.1.8", 60, true)
	if got := s.hunted(); len(got) > 0 {
		t.Fatalf("before any list names it: %v", got)
	}
	text.Store("62.210.9.9\n62.210.1.7\n")
	if err := r.RefreshList(t.Context(), root, ""); err != nil {
		t.Fatal(err)
	}
	want := "command-and-control 2026-03-15..2026-03-15 192.168.10.22 400 observed c2|command-and-control 2026-03-05..2026-03-06 192.168.10.22 300 observed c2"
	if got := strings.Join(s.hunted(), "|"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	text.Store("62.210.1.7\n62.210.9.8\n") // a third version says nothing new of it
	if err := r.RefreshList(t.Context(), root, ""); err != nil {
		t.Fatal(err)
	}
	if got := s.hunted(); len(got) != 2 {
		t.Errorf("told again: %v", got)
	}
	s.die()
}

// A list with a supplier on it waits for a person, who sees why.
func TestASupplierIsNotCutOff(t *testing.T) {
	s := newSite(t)
	address, text, settings := publisher(s)
	text.Store("62.210.1.7\n")
	r := s.live()
	r.resettle(s.config(settings), false)
	day := s.clock
	for n := range 5 {
		s.clock = day.AddDate(0, 0, n)
		s.spoke("192.168.10.22", "62.210.1.7", 1000, true)
	}
	if err := r.AddList(t.Context(), root, control.NewList{Name: "ours", URL: address}); err != nil {
		t.Fatal(err)
	}
	if err := r.RefreshList(t.Context(), root, ""); err != nil {
		t.Fatal(err)
	}
	s.enforced(0)
	all, err := r.Lists(t.Context())
	if err != nil || all[0].Held == nil || !strings.Contains(all[0].Held.Why, "1 contacts of the last week, of which 1") {
		t.Fatalf("%+v, %v", all, err)
	}
	if err := r.AcceptList(t.Context(), root, "ours"); err != nil {
		t.Fatal(err)
	}
	s.enforced(1)
	s.die()
}

func TestContactsAreBounded(t *testing.T) {
	var c contacts
	for i := range mostContacts + 10 {
		c.note("2026-03-05", netip.MustParseAddr("192.168.1.2"), netip.AddrFrom4([4]byte{62, byte(i >> 16), byte(i >> 8), byte(i)}), "", true, 1, time.Time{}, time.Time{})
	}
	c.note("2026-03-05", netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("62.0.0.0"), "", true, 1, time.Time{}, time.Time{})
	got := c.take()
	if len(got) != mostContacts || len(c.take()) != 0 {
		t.Errorf("%d contacts", len(got))
	}
	for _, x := range got {
		if x.Outside == netip.MustParseAddr("62.0.0.0") && (x.Flows != 2 || x.Bytes != 2) {
			t.Errorf("%+v", x)
		}
	}
}

// Two lists that name one contact make one attack of it.
func TestALookBackIsToldOnce(t *testing.T) {
	at := time.Date(2026, 3, 5, 10, 0, 0, 0, time.UTC)
	contacts := []store.Contact{{Day: "2026-03-05", Outside: netip.MustParseAddr("62.210.1.7"), Device: netip.MustParseAddr("192.168.1.2"), Flows: 1, Bytes: 9, First: at, Last: at}}
	ids := map[string]bool{}
	for _, name := range []string{"one", "two"} {
		list := feed.Info{Name: name, Outward: abri.CommandAndControl}
		for _, a := range lookBack(contacts, abri.Why{Entry: netip.MustParsePrefix("62.210.1.0/24")}, list, "seed", at) {
			ids[a.ID] = true
		}
	}
	if len(ids) != 1 {
		t.Errorf("%d attacks", len(ids))
	}
}

package library

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/feed"
)

func contact(last byte, days int) Contact {
	return Contact{Outside: netip.AddrFrom4([4]byte{62, 210, 1, last}), Days: days}
}

// A list with a supplier on it waits for a person; one with a command server, to which a device turns daily, must not.
func TestARehearsalBeforeAListIsEnforced(t *testing.T) {
	p := &publishers{texts: map[string]string{"https://x.example/a": "62.210.1.1\n"}}
	l := openLibrary(t, t.TempDir(), p)
	l.options.Contacts = func() []Contact { return []Contact{contact(1, 1), contact(2, 5)} }
	var changes []string
	l.options.Changed = func(name string, _, _ *feed.List) { changes = append(changes, name) }
	use(t, l, fetched("a"))
	l.Refresh(t.Context(), at(monday), nobody)
	if l.Set().Len() != 1 || len(changes) != 1 {
		t.Fatalf("a lone rare contact holds the list back: %+v", l.Reports(monday)[0])
	}
	p.texts["https://x.example/a"] = "62.210.1.1\n62.210.1.2\n"
	for hour := range 5 {
		l.Refresh(t.Context(), at(monday.Add(time.Duration(2*hour+2)*time.Hour)), nobody)
	}
	r := l.Reports(monday)[0]
	if r.Held == nil || !strings.Contains(r.Held.Why, "cut 1 contacts of the last week, of which 1") || l.Set().Len() != 1 || len(changes) != 1 {
		t.Fatalf("%+v, %v", r.Held, changes)
	}
	if err := l.Accept("a", monday); err != nil || l.Set().Len() != 2 || len(changes) != 2 {
		t.Errorf("%v, %d addresses, %v", err, l.Set().Len(), changes)
	}
	command := fetched("a")
	command.Name, command.Outward = "c", abri.CommandAndControl
	use(t, l, command)
	l.Refresh(t.Context(), at(monday), nobody)
	if l.Set().Len() != 2 {
		t.Error("a list of command servers waits because a device turns to one")
	}
}

func TestTheBarOfARehearsal(t *testing.T) {
	next := mustList(t, "62.210.1.0/24\n||supplier.fr^\n")
	for _, c := range []struct {
		contacts []Contact
		waits    bool
	}{
		{nil, false},
		{[]Contact{contact(1, 3), contact(2, 1)}, false},
		{[]Contact{contact(1, 4)}, true},
		{[]Contact{contact(1, 1), contact(2, 1), contact(3, 1), contact(4, 1), contact(5, 1)}, false},
		{[]Contact{contact(1, 1), contact(2, 1), contact(3, 1), contact(4, 1), contact(5, 1), contact(6, 1)}, true},
		{[]Contact{{Outside: netip.MustParseAddr("62.211.1.1"), Days: 7}}, false},
		{[]Contact{{Name: "www.supplier.fr", Days: 5}}, true},
		{[]Contact{{Name: "www.supplier.fr", Days: 1}}, false},
		{[]Contact{{Name: "www.other.fr", Days: 7}}, false},
	} {
		if got := rehearsal(nil, next, c.contacts); (got != "") != c.waits {
			t.Errorf("%v: %q", c.contacts, got)
		}
		if got := rehearsal(next, next, c.contacts); got != "" {
			t.Errorf("what was cut before is no news: %q", got)
		}
	}
	for _, w := range []config.List{{Outward: abri.MalwareDownload}, {Outward: abri.KnownDestination, Observe: true}} {
		if rehearsed(w) {
			t.Errorf("%+v", w)
		}
	}
}

func mustList(t *testing.T, text string) *feed.List {
	t.Helper()
	l, err := feed.Parse(strings.NewReader(text), feed.Info{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

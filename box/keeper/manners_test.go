package keeper

import (
	"net/netip"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/gate"
)

// Of those whom a service let in just before too many came it is known who said nothing to its answer, and who did; nothing of
// others: who came long before or after, to another service, whom it did not answer, or who may still speak.
func TestManners(t *testing.T) {
	const (
		syn, ack, rst = 2, 16, 4
		first         = int64(time.Hour)
		now           = first + int64(time.Second)
	)
	web := front{netip.MustParseAddr("192.168.10.25"), gate.Openings, abri.Web}
	// A client that asked so long before the first that was held back, and was answered at once.
	client := func(earlier time.Duration, edit func(*gate.FlowRecord)) gate.FlowRecord {
		began := first - int64(earlier)
		r := gate.FlowRecord{
			Client: netip.MustParseAddrPort("45.9.1.7:4000"), Server: netip.AddrPortFrom(web.target, 443), Proto: 6, Side: abri.Outside,
			First: began, Up: gate.Half{Packets: 1, First: began, Flags: syn}, Down: gate.Half{Packets: 1, First: began + 1, Flags: syn | ack},
		}
		if edit != nil {
			edit(&r)
		}
		return r
	}
	for _, c := range []struct {
		name           string
		met            gate.FlowRecord
		silent, joined uint64
	}{
		{"whose address is forged", client(time.Second, nil), 1, 0},
		{"whose address is somebody's, who says that he never asked", client(time.Second, func(r *gate.FlowRecord) { r.Up.Flags |= rst }), 1, 0},
		{"a visitor", client(time.Second, func(r *gate.FlowRecord) { r.Up.Flags |= ack }), 0, 1},
		{"a visitor who came last", client(0, func(r *gate.FlowRecord) { r.Up.Flags |= ack }), 0, 1},
		{"who was answered less than a second ago", client(time.Second, func(r *gate.FlowRecord) { r.Down.First = now - int64(time.Second) + 1 }), 0, 0},
		{"whom nobody answered", client(time.Second, func(r *gate.FlowRecord) { r.Down = gate.Half{} }), 0, 0},
		{"whom the machine refused", client(time.Second, func(r *gate.FlowRecord) { r.Down.Flags = rst | ack }), 0, 0},
		{"who came long before", client(4*time.Second, nil), 0, 0},
		{"who came later", client(-1, nil), 0, 0},
		{"who went to another service", client(time.Second, func(r *gate.FlowRecord) { r.Server = netip.AddrPortFrom(web.target, 25) }), 0, 0},
		{"who went to another machine", client(time.Second, func(r *gate.FlowRecord) { r.Server = netip.MustParseAddrPort("192.168.10.26:443") }), 0, 0},
		{"a machine of the site", client(time.Second, func(r *gate.FlowRecord) { r.Side = abri.Inside }), 0, 0},
	} {
		m := newManners(now)
		m.ask(web, first)
		m.meet(&c.met)
		if silent, joined := m.of(web); silent != c.silent || joined != c.joined {
			t.Errorf("%s: %d silent and %d joined, want %d and %d", c.name, silent, joined, c.silent, c.joined)
		}
	}
}

// The table is looked through only while it is not decided what comes, and for openings alone.
func TestMannersAreAskedAboutForAWhile(t *testing.T) {
	now := int64(time.Hour)
	site := netip.MustParseAddr("192.168.10.25")
	for _, c := range []struct {
		name  string
		at    front
		first int64
		want  bool
	}{
		{"openings held back since a moment", front{site, gate.Openings, abri.Web}, now - int64(time.Second), true},
		{"since long ago", front{site, gate.Openings, abri.Web}, now - int64(time.Minute), false},
		{"never", front{site, gate.Openings, abri.Web}, 0, false},
		{"what found no place of its own", front{netip.Addr{}, gate.Openings, abri.Other}, now, false},
		{"datagrams", front{site, gate.Datagrams, abri.Other}, now, false},
	} {
		m := newManners(now)
		if m.ask(c.at, c.first); m.asked() != c.want {
			t.Errorf("%s: asked %v", c.name, m.asked())
		}
	}
}

// Whom a service let in is asked about from the first that is held back after a pause: so a flood is known that begins when a crowd
// has gone. What was held back before anybody looked is asked about from when it began.
func TestWhoIsAskedAboutBeginsAnewAfterAPause(t *testing.T) {
	second := int64(time.Second)
	siege := func(first int64, packets uint64) gate.Siege {
		return gate.Siege{First: first, Held: gate.Count{Packets: packets}}
	}
	var g glimpse
	for _, c := range []struct {
		name        string
		at          int64 // seconds, as are the others; the last glance was one before
		siege       gate.Siege
		first, last int64
	}{
		{"nothing is held back", 9, siege(0, 0), 0, 0},
		{"a crowd comes, and began within the second", 11, siege(10*second+5, 40), 10*second + 5, 11 * second},
		{"it goes on", 13, siege(10*second+5, 90), 10*second + 5, 13 * second},
		{"it is over", 14, siege(10*second+5, 90), 10*second + 5, 13 * second},
		{"a flood begins", 20, siege(10*second+5, 500), 19 * second, 20 * second},
		{"another, after a minute of quiet", 90, siege(90*second-5, 500), 90*second - 5, 90 * second},
	} {
		g = g.next(c.siege, (c.at-1)*second, c.at*second)
		if g.first != c.first || g.latest != c.last {
			t.Errorf("%s: from %d to %d, want %d to %d", c.name, g.first, g.latest, c.first, c.last)
		}
	}
}

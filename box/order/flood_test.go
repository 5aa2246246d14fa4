package order

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	abri "abri.example/abri"
	"abri.example/abri/siege"
)

// Bars arrive as they were given; what would itself shut people out is refused by the keeper's end.
func TestFlood(t *testing.T) {
	c, m := converse(t)
	pace := siege.Pace{Rate: 50, Burst: 100}
	good := Flood{
		Bars:      siege.Bars{abri.Openings: {Source: pace, Net: pace, Target: pace}},
		Challenge: []netip.Addr{netip.MustParseAddr("192.168.10.25")}, Connections: 256,
	}
	if err := c.Flood(good); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(good, m.flood, cmpopts.EquateComparable(netip.Addr{})); d != "" {
		t.Error(d)
	}
	for name, bad := range map[string]Flood{
		"a bar of nothing": {Bars: siege.Bars{abri.Openings: {}}}, "one connection": {Connections: 1},
		"no server": {Challenge: []netip.Addr{{}}}, "too many servers": {Challenge: make([]netip.Addr, 257)},
	} {
		if err := c.Flood(bad); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What presses arrives as it was told, and more of it than a gate can know does not.
func TestPressing(t *testing.T) {
	want := Pressing{Came: 1000, Reports: []siege.Report{{Target: netip.MustParseAddr("192.168.10.25"), Pressure: abri.Echoes, Service: abri.Other, Arrived: 9, Held: 5, Bytes: 420, Sources: 3, Would: true}}}
	var wire bytes.Buffer
	if err := NewTeller(&wire).Pressing(want); err != nil {
		t.Fatal(err)
	}
	var h gathered
	if err := Listen(&wire, &h); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, h.pressing, cmpopts.EquateComparable(netip.Addr{})); d != "" {
		t.Error(d)
	}
	if err := NewTeller(&wire).Pressing(Pressing{Reports: make([]siege.Report, MostReports+1)}); err != nil {
		t.Fatal(err)
	}
	if err := Listen(&wire, &h); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("too much: %v", err)
	}
}

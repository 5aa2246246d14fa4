package keeper

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/gate"
)

// Who holds more open connections than one may is known by his address, or his /64; and a network by its /24, or /48, when its
// sources hold more than four may, each of them few.
func TestACrowdIsKnownBySourceAndNetwork(t *testing.T) {
	const most = 8
	now := int64(time.Hour)
	open := func(client string, n int, edit func(*gate.FlowRecord)) (all []gate.FlowRecord) {
		for i := range n {
			r := gate.FlowRecord{
				Client: netip.AddrPortFrom(netip.MustParseAddr(client), uint16(4000+i)), Proto: 6, Side: abri.Outside, Last: now,
				Up: gate.Half{Flags: 2 | 16}, Down: gate.Half{Packets: 1, Flags: 2 | 16},
			}
			if edit != nil {
				edit(&r)
			}
			all = append(all, r)
		}
		return all
	}
	neighbours := func(format string, n int) (all []gate.FlowRecord) {
		for i := range n {
			all = append(all, open(fmt.Sprintf(format, i+1), 3, nil)...)
		}
		return all
	}
	for _, c := range []struct {
		name string
		held []gate.FlowRecord
		want []string
	}{
		{"as many as one may", open("80.1.1.7", most, nil), nil},
		{"one more", open("80.1.1.7", most+1, nil), []string{"80.1.1.7/32"}},
		{"two addresses of one household", append(open("2a0c:1:2:3::7", most, nil), open("2a0c:1:2:3::8", 1, nil)...), []string{"2a0c:1:2:3::/64"}},
		{"a quiet neighbourhood", neighbours("80.1.1.%d", 10), nil},
		{"a network of many with few each", neighbours("80.1.1.%d", 11), []string{"80.1.1.0/24"}},
		{"the same by IPv6", neighbours("2a0c:1:2:%x::7", 11), []string{"2a0c:1:2::/48"}},
		{"what has ended", open("80.1.1.7", 20, func(r *gate.FlowRecord) { r.Down.Flags |= 1 }), nil},
		{"what was reset", open("80.1.1.7", 20, func(r *gate.FlowRecord) { r.Up.Flags |= 4 }), nil},
		{"what the site never answered: anybody can forge it", open("80.1.1.7", 20, func(r *gate.FlowRecord) { r.Down = gate.Half{} }), nil},
		{"what a machine of the site began", open("80.1.1.7", 20, func(r *gate.FlowRecord) { r.Side = abri.Inside }), nil},
		{"calls and videos", open("80.1.1.7", 20, func(r *gate.FlowRecord) { r.Proto = 17 }), nil},
		{"what was quiet for longer than ten minutes", open("80.1.1.7", 20, func(r *gate.FlowRecord) { r.Last -= int64(11 * time.Minute) }), nil},
	} {
		crowd := newCrowd()
		for i := range c.held {
			crowd.meet(&c.held[i], now)
		}
		var got []string
		for _, p := range crowd.beyond(most) {
			got = append(got, p.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: no other for %v, want %v", c.name, got, c.want)
		}
	}
}

package reader

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
)

// What a device sent is kept by the hour, over a restart, and makes the sheet of an attack; what was stopped did not leave.
func TestWhatLeftMakesASheet(t *testing.T) {
	s := newSite(t)
	r := s.live()
	s.introduced()
	device, thief := netip.MustParseAddr("192.168.10.22"), netip.MustParseAddr("198.51.100.77")
	tell := func(fate order.Fate, port uint16, sent, received, more uint64, began bool) {
		now := monotonic()
		(&listener{Reader: r, ctx: t.Context()}).Flow(order.Flow{
			Client: netip.AddrPortFrom(device, port), Server: netip.AddrPortFrom(thief, 443), Proto: 6, Side: abri.Inside, Fate: fate, First: 1, Last: now,
			Up: order.Count{Packets: 9, Bytes: sent, Flags: 0x18}, Down: order.Count{Packets: 9, Bytes: received, Flags: 0x18}, Packets: 2, Bytes: more, Began: began,
		})
	}
	tell(order.Passed, 40_000, 5_000_000, 1000, 5_001_000, true)
	r.writeLedger(t.Context())
	tell(order.Passed, 40_000, 8_000_000, 2000, 3_001_000, false)
	tell(order.Dropped, 40_001, 777, 0, 777, true)
	a := abri.Attack{
		ID: "288b016ad1d38d94725ddf75af649adf", Revision: 1, Kind: abri.CommandAndControl, Service: abri.Web, Direction: abri.Out, Outside: thief, Inside: device,
		Device: "SECRETARIAT-2", Port: 443, Proto: "tcp", First: r.now(), Last: r.now().Add(time.Hour), Day: "2026-03-05", Attempts: 1, Outcome: abri.Observed,
	}
	in := a
	in.ID, in.Direction = "388b016ad1d38d94725ddf75af649adf", abri.In
	if err := r.record.opened().Put(t.Context(), []abri.Attack{a, in}); err != nil {
		t.Fatal(err)
	}
	check := func(life string) {
		d, err := r.Departed(t.Context(), "288b")
		if got := d.Total(); err != nil || got.Sent != 8_000_000 || got.Received != 2000 || got.Flows != 1 || d.Attack.Device != "SECRETARIAT-2" {
			t.Errorf("%s: %+v, %v", life, d, err)
		}
		if all, err := r.Departures(t.Context()); err != nil || len(all) != 1 || all[0].Total().Sent != 8_000_000 {
			t.Errorf("%s: %+v, %v", life, all, err)
		}
	}
	check("in one life")
	for id, want := range map[string]abri.Code{"": abri.CodeNotFound, "ffff": abri.CodeNotFound, "388b": abri.CodeInvalid} {
		if _, err := r.Departed(t.Context(), id); abri.CodeOf(err) != want {
			t.Errorf("%q: %v, want %s", id, err, want)
		}
	}
	s.die()
	r = s.live()
	check("in the next")
	s.die()
}

// A tunnel by the operator's box, which stands in the site and asks outside, has its sheet too.
func TestATunnelByTheSitesResolverHasItsSheet(t *testing.T) {
	s := newSite(t)
	r := s.live()
	s.introduced()
	device, gateway := netip.MustParseAddr("192.168.10.22"), netip.MustParseAddr("192.168.10.1")
	for port, sent := range map[uint16]uint64{53: 70_000, 80: 9000} { // its page is no way out
		(&listener{Reader: r, ctx: t.Context()}).Flow(order.Flow{
			Client: netip.AddrPortFrom(device, 40_000), Server: netip.AddrPortFrom(gateway, port), Proto: 17, Side: abri.Inside, Fate: order.Passed, First: 1, Last: monotonic(),
			Up: order.Count{Packets: 9, Bytes: sent}, Down: order.Count{Packets: 9, Bytes: 500}, Packets: 18, Bytes: sent + 500, Began: true,
		})
	}
	a := abri.Attack{
		ID: "288b016ad1d38d94725ddf75af649adf", Revision: 1, Kind: abri.Tunnel, Service: abri.DNS, Direction: abri.Out, Outside: gateway, Inside: device,
		Port: 53, Proto: "udp", First: r.now(), Last: r.now().Add(time.Hour), Day: "2026-03-05", Attempts: 1, Outcome: abri.Observed,
	}
	if err := r.record.opened().Put(t.Context(), []abri.Attack{a}); err != nil {
		t.Fatal(err)
	}
	if d, err := r.Departed(t.Context(), a.ID); err != nil || len(d.Hours) != 1 || d.Total().Sent != 70_000 {
		t.Errorf("%+v, %v", d, err)
	}
	s.die()
}

// A scanner inside does not fill the disk.
func TestRowsOfAnHourAreBounded(t *testing.T) {
	var d departures
	hour := time.Date(2026, 3, 5, 2, 0, 0, 0, time.UTC)
	for i := range mostDepartures + 100 {
		d.note(store.Departure{Hour: hour, Outside: netip.AddrFrom4([4]byte{11, byte(i >> 16), byte(i >> 8), byte(i)}), Sent: 1}, true)
	}
	if len(d.fresh) != mostDepartures {
		t.Errorf("%d rows in an hour", len(d.fresh))
	}
	d.note(store.Departure{Hour: hour.Add(time.Hour), Sent: 1}, true)
	if len(d.fresh) != mostDepartures+1 {
		t.Error("the next hour has no room")
	}
}

// "For each outward attack a sheet": whatever its kind, with the device, the destination, its bytes and hours.
func TestEveryKindThatLeavesHasItsSheet(t *testing.T) {
	s := newSite(t)
	r := s.live()
	s.introduced()
	device := netip.MustParseAddr("192.168.10.22")
	kinds := []abri.Kind{
		abri.KnownDestination, abri.Exfiltration, abri.Tunnel, abri.CommandAndControl, abri.Beacon, abri.MalwareDownload, abri.DGA, abri.Worm,
		abri.Spambot, abri.PhishingSite, abri.Lookalike, abri.Flood, abri.Scan, abri.TollFraud,
	}
	var all []abri.Attack
	for i, k := range kinds {
		far, sent := netip.AddrFrom4([4]byte{198, 51, byte(100 + i), 77}), uint64(1000+i)
		(&listener{Reader: r, ctx: t.Context()}).Flow(order.Flow{
			Client: netip.AddrPortFrom(device, uint16(40_000+i)), Server: netip.AddrPortFrom(far, 443), Proto: 6, Side: abri.Inside, Fate: order.Passed, First: 1, Last: monotonic(),
			Up: order.Count{Packets: 9, Bytes: sent, Flags: 0x18}, Down: order.Count{Packets: 9, Bytes: 500, Flags: 0x18}, Packets: 18, Bytes: sent + 500, Began: true,
		})
		all = append(all, abri.Attack{
			ID: fmt.Sprintf("%032x", i+1), Revision: 1, Kind: k, Service: abri.Web, Direction: abri.Out, Outside: far, Inside: device, Device: "SECRETARIAT-2",
			Port: 443, Proto: "tcp", First: r.now(), Last: r.now().Add(time.Hour), Day: "2026-03-05", Attempts: 1, Outcome: abri.Observed,
		})
	}
	if err := r.record.opened().Put(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	sheets, err := r.Departures(t.Context())
	if err != nil || len(sheets) != len(kinds) {
		t.Fatalf("%d sheets of %d, %v", len(sheets), len(kinds), err)
	}
	for i, a := range all {
		d, err := r.Departed(t.Context(), a.ID)
		if err != nil || len(d.Hours) != 1 || d.Total().Sent != uint64(1000+i) || d.Total().Received != 500 || d.Hours[0].Outside != a.Outside || d.Attack.Device != "SECRETARIAT-2" {
			t.Errorf("%s: %+v, %v", a.Kind, d, err)
		}
	}
	s.die()
}

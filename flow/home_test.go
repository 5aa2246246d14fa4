package flow

import (
	"net/netip"
	"testing"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// TestPlace gives who spoke first to whom, and wants which end is outside and the direction.
func TestPlace(t *testing.T) {
	office := Home{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8:1::/48")}
	for _, c := range []struct {
		name    string
		from    string
		to      string
		side    abri.Side // of the packet
		home    Home
		outside string
		want    abri.Direction
	}{
		{"live, from outside", crook, clerk, abri.Outside, nil, crook, abri.In},
		{"live, from inside", clerk, web, abri.Inside, nil, web, abri.Out},
		{"live, behind a translation", crook, "203.0.113.5", abri.Outside, nil, crook, abri.In},
		{"live, a printer on the outside port", printer, clerk, abri.Outside, nil, printer, abri.LAN},
		{"live, to the printer", clerk, printer, abri.Inside, nil, printer, abri.LAN},
		{"live, to a group", clerk, "224.0.0.251", abri.Inside, nil, "224.0.0.251", abri.LAN},
		{"live, asking for an address", "0.0.0.0", "255.255.255.255", abri.Inside, nil, "255.255.255.255", abri.LAN},
		{"live, a neighbour's link-local address", "fe80::1", "2001:db8:1::5", abri.Outside, nil, "fe80::1", abri.LAN},
		{"live, home says nothing", "203.0.113.9", crook, abri.Inside, office, crook, abri.Out},
		{"replay, from outside", crook, clerk, abri.SideUnknown, nil, crook, abri.In},
		{"replay, from inside", clerk, web, abri.SideUnknown, nil, web, abri.Out},
		{"replay, both at home: the one contacted is inside", clerk, printer, abri.SideUnknown, nil, clerk, abri.LAN},
		{"replay, neither at home: likewise", crook, web, abri.SideUnknown, nil, crook, abri.In},
		{"replay, a carrier's address is home", "100.64.3.2", web, abri.SideUnknown, nil, web, abri.Out},
		{"replay, a unique local address is home", "fd00::3", "2001:db8::1", abri.SideUnknown, nil, "2001:db8::1", abri.Out},
		{"replay, at a given home", crook, "203.0.113.9", abri.SideUnknown, office, crook, abri.In},
		{"replay, from a given home", "2001:db8:1::9", "2001:db8:2::1", abri.SideUnknown, office, "2001:db8:2::1", abri.Out},
		{"replay, both at a given home", "203.0.113.9", "203.0.113.10", abri.SideUnknown, office, "203.0.113.9", abri.LAN},
		{"replay, private is not home when home is given", "203.0.113.9", clerk, abri.SideUnknown, office, clerk, abri.LAN},
		{"replay, to a group", clerk, "239.255.255.250", abri.SideUnknown, nil, "239.255.255.250", abri.LAN},
	} {
		h := &packet.Headers{Known: true, Proto: 47, Src: netip.MustParseAddr(c.from), Dst: netip.MustParseAddr(c.to)}
		f, _ := NewTable(Options{Home: c.home}).Observe(start, c.side, h)
		inside := c.from
		if c.outside == c.from {
			inside = c.to
		}
		if f.Outside.String() != c.outside || f.Inside.String() != inside || f.Direction != c.want {
			t.Errorf("%s: got %v outside, %v inside, %s, want %s, %s, %s", c.name, f.Outside, f.Inside, f.Direction, c.outside, inside, c.want)
		}
	}
}

// TestPlaceMidStream: seen first from its server, a conversation began on the other side of the box.
func TestPlaceMidStream(t *testing.T) {
	for side, want := range map[abri.Side]abri.Direction{abri.Outside: abri.Out, abri.Inside: abri.In} {
		f, _ := NewTable(Options{}).Observe(start, side, segment(packet.ACK, "203.0.113.80:443", "198.51.100.66:50000"))
		if f.Direction != want {
			t.Errorf("the server's packet came by the %v port: got %s, want %s", side, f.Direction, want)
		}
	}
}

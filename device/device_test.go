package device

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	miekg "github.com/miekg/dns"

	"abri.example/abri"
)

// A computer asks for an address by its own name, and is given one.
func TestDHCPNamesADevice(t *testing.T) {
	b := NewBook(Options{})
	name := layers.NewDHCPOption(layers.DHCPOptHostname, []byte("SECRETARIAT-2"))
	ask := bytesOf(t, dhcpMessage(layers.DHCPOpRequest, layers.DHCPMsgTypeRequest, 7, netip.AddrFrom4([4]byte{}), name))
	b.listen(0, abri.Inside, udp(t, desk, port("0.0.0.0:68"), port("255.255.255.255:67"), 64, ask))
	if d := b.All(); len(d) != 1 || d[0].Name != "SECRETARIAT-2" || len(d[0].Addresses) != 0 {
		t.Fatalf("after the question %+v", d)
	}
	forged := bytesOf(t, dhcpMessage(layers.DHCPOpReply, layers.DHCPMsgTypeAck, 8, printerAddr))
	b.listen(time.Second, abri.Outside, udp(t, printer, port("192.168.10.1:67"), port("255.255.255.255:68"), 64, forged))
	answer := bytesOf(t, dhcpMessage(layers.DHCPOpReply, layers.DHCPMsgTypeAck, 7, deskAddr))
	b.listen(time.Second, abri.Outside, udp(t, printer, port("192.168.10.1:67"), port("255.255.255.255:68"), 64, answer))
	d := b.find(t, deskAddr)
	if d.MAC != desk || d.Name != "SECRETARIAT-2" || d.NamedBy != DHCP || d.Maker() != "Raspberry Pi Foundation" || d.Side != abri.Inside ||
		!d.First.Equal(start) || !d.Last.Equal(start.Add(time.Second)) {
		t.Errorf("got %+v", d)
	}
	if _, ok := b.Find(printerAddr); ok {
		t.Error("an answer that nobody asked for was believed")
	}
}

// Whoever is told to ask a server of the site for names is answered through it: what that server asks is no device's own.
func TestDHCPTellsTheServersOfNames(t *testing.T) {
	b := NewBook(Options{})
	ask := bytesOf(t, dhcpMessage(layers.DHCPOpRequest, layers.DHCPMsgTypeRequest, 7, netip.AddrFrom4([4]byte{})))
	servers := layers.NewDHCPOption(layers.DHCPOptDNS, []byte{192, 168, 10, 5, 9, 9, 9, 9})
	forged := bytesOf(t, dhcpMessage(layers.DHCPOpReply, layers.DHCPMsgTypeAck, 8, deskAddr, layers.NewDHCPOption(layers.DHCPOptDNS, []byte{192, 168, 10, 66})))
	answer := bytesOf(t, dhcpMessage(layers.DHCPOpReply, layers.DHCPMsgTypeAck, 7, deskAddr, servers))
	b.listen(0, abri.Inside, udp(t, desk, port("0.0.0.0:68"), port("255.255.255.255:67"), 64, ask))
	for _, p := range [][]byte{forged, answer} {
		b.listen(time.Second, abri.Outside, udp(t, printer, port("192.168.10.1:67"), port("255.255.255.255:68"), 64, p))
	}
	if got := b.NameServers(); !slices.Equal(got, []netip.Addr{netip.MustParseAddr("192.168.10.5")}) {
		t.Errorf("got %v", got)
	}
}

func TestFullNameOfDHCP(t *testing.T) {
	for name, value := range map[string][]byte{
		"letters": append([]byte{0, 0, 0}, "accueil.mairie.lan"...),
		"wire":    append([]byte{4, 0, 0}, "\x07accueil\x06mairie\x03lan\x00"...),
	} {
		ask := bytesOf(t, dhcpMessage(layers.DHCPOpRequest, layers.DHCPMsgTypeDiscover, 7, netip.AddrFrom4([4]byte{}), layers.NewDHCPOption(81, value)))
		if m, ok := parseDHCP(ask); !ok || m.name != "accueil" || m.client != desk {
			t.Errorf("%s: %+v, %v", name, m, ok)
		}
	}
	solicit := "\x01\x00\x00\x07" + "\x00\x01\x00\x0a\x00\x03\x00\x01\xb8\x27\xeb\x01\x02\x03" + "\x00\x27\x00\x09\x00\x07accueil"
	if name := parseDHCP6([]byte(solicit)); name != "accueil" {
		t.Errorf("DHCP for IPv6 says %q", name)
	}
}

func TestWindowsSaysItsName(t *testing.T) {
	registration := "\x12\x34\x29\x10\x00\x01\x00\x00\x00\x00\x00\x01\x20" + netbiosLetters("ACCUEIL", 0) + "\x00\x00\x20\x00\x01" +
		"\xc0\x0c\x00\x20\x00\x01\x00\x04\x93\xe0\x00\x06"
	for _, c := range []struct{ name, data, want string }{
		{"its own", registration + "\x00\x00\xc0\xa8\x0a\x14", "ACCUEIL"},
		{"its group's", registration + "\x80\x00\xc0\xa8\x0a\x14", ""},
		{"cut", registration, ""},
	} {
		b := NewBook(Options{})
		b.listen(0, abri.Inside, udp(t, desk, port("192.168.10.20:137"), port("192.168.10.255:137"), 128, []byte(c.data)))
		if d := b.find(t, deskAddr); d.Name != c.want {
			t.Errorf("%s: %q, want %q", c.name, d.Name, c.want)
		}
	}
	datagram := "\x11\x02\x00\x01\xc0\xa8\x0a\x14\x00\x8a\x00\xbb\x00\x00\x20" + netbiosLetters("COMPTA", 0x20) + "\x00"
	b := NewBook(Options{})
	b.listen(0, abri.Inside, udp(t, desk, port("192.168.10.20:138"), port("192.168.10.255:138"), 128, []byte(datagram)))
	if d := b.find(t, deskAddr); d.Name != "COMPTA" || d.NamedBy != NetBIOS {
		t.Errorf("got %+v", d)
	}
}

// netbiosLetters writes a name as RFC 1002 does.
func netbiosLetters(name string, of byte) string {
	full := name + strings.Repeat(" ", 15-len(name)) + string(rune(of))
	var b strings.Builder
	for i := range len(full) {
		b.WriteByte('A' + full[i]>>4)
		b.WriteByte('A' + full[i]&15)
	}
	return b.String()
}

// announcement is what a printer tells everybody of itself.
func announcement(t testing.TB, host, address string) []byte {
	m := &miekg.Msg{}
	m.Response = true
	rr, err := miekg.NewRR(host + " 120 IN A " + address)
	if err != nil {
		t.Fatal(err)
	}
	m.Answer = []miekg.RR{rr}
	b, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAPrinterAnnouncesItself(t *testing.T) {
	for _, c := range []struct {
		name, address string
		ttl           uint8
		want          string
	}{
		{"its own address", printerAddr.String(), 255, "copieur"},
		{"another's address", deskAddr.String(), 255, ""},
		{"from another link", printerAddr.String(), 64, ""},
	} {
		b := NewBook(Options{})
		b.listen(0, abri.Inside, udp(t, printer, netip.AddrPortFrom(printerAddr, 5353), port("224.0.0.251:5353"), c.ttl, announcement(t, "Copieur.local.", c.address)))
		if got := b.Name(printerAddr); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Who knows better speaks last: the name of DHCP stands before that of NetBIOS, and this before that of mDNS.
func TestTheBetterNameStands(t *testing.T) {
	b := NewBook(Options{})
	b.listen(0, abri.Inside, arp(t, desk, deskAddr))
	e := b.byAddr[deskAddr]
	for _, c := range []struct {
		name string
		by   Source
		want string
	}{
		{"desk", MDNS, "desk"}, {"DESK", NetBIOS, "DESK"}, {"desk", MDNS, "DESK"}, {"ACCUEIL", DHCP, "ACCUEIL"}, {"DESK", NetBIOS, "ACCUEIL"},
		{"PC-2", DHCP, "PC-2"}, {"<script>", DHCP, "PC-2"}, {"", DHCP, "PC-2"}, {"localhost", DHCP, "PC-2"}, {strings.Repeat("a", 64), DHCP, "PC-2"},
	} {
		if b.name(e, c.name, c.by); e.Name != c.want {
			t.Errorf("after %s by %s it is %q, want %q", c.name, c.by, e.Name, c.want)
		}
	}
	if got := b.Lookup("pc-2"); len(got) != 1 || got[0].MAC != desk {
		t.Errorf("looked up by its name: %+v", got)
	}
	if got := b.Lookup(desk.String()); len(got) != 1 || got[0].Name != "PC-2" {
		t.Errorf("looked up by its card: %+v", got)
	}
	if got := b.Lookup(deskAddr.String()); len(got) != 1 || len(b.Lookup("nobody")) != 0 {
		t.Errorf("looked up by its address: %+v", got)
	}
}

// Neighbour discovery tells which card has which address.
func TestNeighbours(t *testing.T) {
	linkLocal, global := netip.MustParseAddr("fe80::20"), netip.MustParseAddr("2a01:cb00::20")
	neighbour := func(kind uint8, src netip.Addr, hops uint8, body gopacket.SerializableLayer) []byte {
		return frame(t, desk, layers.EthernetTypeIPv6,
			&layers.IPv6{Version: 6, HopLimit: hops, NextHeader: layers.IPProtocolICMPv6, SrcIP: src.AsSlice(), DstIP: netip.MustParseAddr("ff02::1").AsSlice()},
			&layers.ICMPv6{TypeCode: layers.CreateICMPv6TypeCode(kind, 0)}, body)
	}
	b := NewBook(Options{})
	b.listen(0, abri.Inside, neighbour(layers.ICMPv6TypeNeighborSolicitation, linkLocal, 255, &layers.ICMPv6NeighborSolicitation{
		TargetAddress: netip.MustParseAddr("fe80::1").AsSlice(), Options: layers.ICMPv6Options{{Type: layers.ICMPv6OptSourceAddress, Data: desk[:]}},
	}))
	b.listen(0, abri.Inside, neighbour(layers.ICMPv6TypeNeighborAdvertisement, linkLocal, 255, &layers.ICMPv6NeighborAdvertisement{
		TargetAddress: global.AsSlice(), Options: layers.ICMPv6Options{{Type: layers.ICMPv6OptTargetAddress, Data: desk[:]}},
	}))
	if d := b.find(t, global); d.MAC != desk || !slices.Contains(d.Addresses, linkLocal) || b.Len() != 1 {
		t.Errorf("got %+v", d)
	}
	far := NewBook(Options{})
	far.listen(0, abri.Outside, neighbour(layers.ICMPv6TypeNeighborAdvertisement, linkLocal, 64, &layers.ICMPv6NeighborAdvertisement{
		TargetAddress: linkLocal.AsSlice(), Options: layers.ICMPv6Options{{Type: layers.ICMPv6OptTargetAddress, Data: desk[:]}},
	}))
	if far.Len() != 0 {
		t.Errorf("a neighbour from afar: %+v", far.All())
	}
}

// Who sends with a whole hop limit stands on this link; another is behind a router of the site, whose card is not his.
func TestConversationsTellWhoIsThere(t *testing.T) {
	b := NewBook(Options{})
	b.listen(0, abri.Inside, udp(t, desk, port("192.168.10.20:5000"), port("9.9.9.9:53"), 64, nil))
	b.listen(time.Second, abri.Inside, udp(t, desk, port("192.168.77.5:5000"), port("9.9.9.9:53"), 127, nil))
	if d := b.find(t, deskAddr); d.MAC != desk || len(d.Addresses) != 1 {
		t.Errorf("on the link: %+v", d)
	}
	routed := netip.MustParseAddr("192.168.77.5")
	if d := b.find(t, routed); !d.MAC.IsZero() || d.Called() != "192.168.77.5" {
		t.Errorf("behind a router: %+v", d)
	}
	b.listen(2*time.Second, abri.Inside, arp(t, printer, routed))
	if d := b.find(t, routed); d.MAC != printer || !d.First.Equal(start.Add(time.Second)) || b.Len() != 2 {
		t.Errorf("seen on the link later: %+v of %d", d, b.Len())
	}
	b.listen(3*time.Second, abri.Outside, udp(t, printer, port("51.75.1.9:443"), port("192.168.10.20:5000"), 64, nil))
	if b.Len() != 2 {
		t.Errorf("the Internet is in the book: %+v", b.All())
	}
}

// What comes by the outside port takes no address from a device inside, and gives none a name.
func TestTheOutsideMovesNobody(t *testing.T) {
	b := NewBook(Options{})
	b.listen(0, abri.Inside, arp(t, desk, deskAddr))
	b.listen(time.Second, abri.Outside, arp(t, printer, deskAddr))
	datagram := "\x11\x02\x00\x01\xc0\xa8\x0a\x14\x00\x8a\x00\xbb\x00\x00\x20" + netbiosLetters("PIRATE", 0x20) + "\x00"
	b.listen(time.Second, abri.Outside, udp(t, printer, port("192.168.10.20:138"), port("192.168.10.255:138"), 64, []byte(datagram)))
	if d := b.find(t, deskAddr); d.MAC != desk || d.Name != "" {
		t.Errorf("got %+v", d)
	}
	b.listen(time.Second, abri.Outside, arp(t, printer, printerAddr))
	if d := b.find(t, printerAddr); d.Side != abri.Outside {
		t.Errorf("before the box: %+v", d)
	}
	b.listen(2*time.Second, abri.Inside, arp(t, printer, printerAddr))
	if d := b.find(t, printerAddr); d.Side != abri.Inside {
		t.Errorf("it moved inside: %+v", d)
	}
}

// An address goes from one device to the next, and the name stays with the device.
func TestAnAddressChangesHands(t *testing.T) {
	b := NewBook(Options{})
	b.listen(0, abri.Inside, arp(t, desk, deskAddr))
	b.name(b.byMAC[desk], "ACCUEIL", DHCP)
	b.listen(time.Hour, abri.Inside, arp(t, printer, deskAddr))
	if d := b.find(t, deskAddr); d.MAC != printer || d.Name != "" {
		t.Errorf("got %+v", d)
	}
	if got := b.Lookup("ACCUEIL"); len(got) != 1 || len(got[0].Addresses) != 0 {
		t.Errorf("got %+v", got)
	}
}

// A forger inside fills the book, and pushes out no device that has a name.
func TestABookIsBounded(t *testing.T) {
	b := NewBook(Options{})
	b.listen(0, abri.Inside, arp(t, desk, deskAddr))
	b.name(b.byMAC[desk], "ACCUEIL", DHCP)
	for i := range 3 * MaxDevices {
		a := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		b.listen(time.Duration(i)*time.Millisecond, abri.Inside, arp(t, MAC{2, 0, 0, byte(i >> 16), byte(i >> 8), byte(i)}, a))
		b.listen(time.Duration(i)*time.Millisecond, abri.Inside, arp(t, printer, netip.AddrFrom4([4]byte{172, 16, byte(i >> 8), byte(i)})))
	}
	if b.Len() > MaxDevices || len(b.byAddr) > MaxDevices*MaxAddresses || len(b.byMAC) > MaxDevices || len(b.changed) > MaxDevices {
		t.Errorf("%d devices, %d addresses, %d cards", b.Len(), len(b.byAddr), len(b.byMAC))
	}
	if d := b.find(t, deskAddr); d.Name != "ACCUEIL" {
		t.Errorf("got %+v", d)
	}
	if n := len(b.byMAC[printer].Addresses); n != MaxAddresses {
		t.Errorf("one card has %d addresses", n)
	}
}

// What a book tells of its changes makes another one the same.
func TestABookIsTakenUpAgain(t *testing.T) {
	b := NewBook(Options{})
	b.listen(0, abri.Inside, arp(t, desk, deskAddr))
	b.name(b.byMAC[desk], "ACCUEIL", DHCP)
	b.listen(0, abri.Inside, udp(t, desk, port("192.168.77.5:5000"), port("9.9.9.9:53"), 63, nil))
	kept := b.Changed()
	if len(kept) != 2 || len(b.Changed()) != 0 {
		t.Fatalf("told %+v", kept)
	}
	b.listen(time.Minute, abri.Inside, arp(t, desk, deskAddr))
	if n := len(b.Changed()); n != 0 {
		t.Errorf("a minute later %d changed", n)
	}
	b.listen(tellEvery, abri.Inside, arp(t, desk, deskAddr))
	if n := len(b.Changed()); n != 1 {
		t.Errorf("five minutes later %d changed", n)
	}
	next := NewBook(Options{})
	next.listen(time.Hour, abri.Inside, arp(t, desk, deskAddr))
	next.Restore(kept)
	d := next.find(t, deskAddr)
	if d.Name != "ACCUEIL" || !d.First.Equal(start) || !d.Last.Equal(start.Add(time.Hour)) || next.Len() != 2 || len(next.Lookup("192.168.77.5")) != 1 {
		t.Errorf("got %+v of %d", d, next.Len())
	}
}

func TestMAC(t *testing.T) {
	for _, text := range []string{"b8:27:eb:01:02:03", "B8-27-EB-01-02-03"} {
		if m, err := ParseMAC(text); err != nil || m != desk {
			t.Errorf("%s is %v, %v", text, m, err)
		}
	}
	for _, text := range []string{"", "b8:27:eb:01:02", "b8:27:eb:01:02:0g", "b8:27:eb:01:02:033", "b827eb0102030405x"} {
		if _, err := ParseMAC(text); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%q: %v", text, err)
		}
	}
	text, err := json.Marshal([]MAC{desk, {}})
	var back []MAC
	if err != nil || string(text) != `["b8:27:eb:01:02:03",""]` || json.Unmarshal(text, &back) != nil || back[0] != desk {
		t.Errorf("%s, %v", text, err)
	}
}

// FuzzObserve puts whatever comes into a book by either port: it stays bounded, and every name can stand on a page.
func FuzzObserve(f *testing.F) {
	f.Add(arp(f, desk, deskAddr), true)
	ask := bytesOf(f, dhcpMessage(layers.DHCPOpRequest, layers.DHCPMsgTypeRequest, 7, netip.AddrFrom4([4]byte{}), layers.NewDHCPOption(layers.DHCPOptHostname, []byte("A"))))
	f.Add(udp(f, desk, port("0.0.0.0:68"), port("255.255.255.255:67"), 64, ask), true)
	f.Add(udp(f, printer, port("192.168.10.30:5353"), port("224.0.0.251:5353"), 255, announcement(f, "Copieur.local.", "192.168.10.30")), true)
	f.Add(udp(f, desk, port("192.168.10.20:138"), port("192.168.10.255:138"), 128, []byte("\x11\x02\x00\x01\xc0\xa8\x0a\x14\x00\x8a\x00\xbb\x00\x00\x20"+netbiosLetters("COMPTA", 0x20)+"\x00")), false)
	f.Fuzz(func(t *testing.T, bytes []byte, inside bool) {
		side := abri.Outside
		if inside {
			side = abri.Inside
		}
		b := NewBook(Options{})
		b.listen(0, side, bytes)
		b.listen(time.Second, abri.SideUnknown, bytes)
		for _, d := range b.All() {
			if d.Name != "" && !speaks(d.Name) || len(d.Addresses) > MaxAddresses {
				t.Errorf("got %+v", d)
			}
			for _, a := range d.Addresses {
				if x, ok := b.Find(a); !ok || x.MAC != d.MAC {
					t.Errorf("%s is not found", a)
				}
			}
		}
	})
}

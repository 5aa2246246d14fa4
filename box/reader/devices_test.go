package reader

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	miekg "github.com/miekg/dns"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/fleet"
)

var secretary = []byte{0x00, 0x14, 0x22, 1, 2, 3}

// hears tells the reader of a copied packet that the secretary's computer sent.
func (s *site) hears(all ...gopacket.SerializableLayer) {
	s.Helper()
	b := gopacket.NewSerializeBuffer()
	all = append([]gopacket.SerializableLayer{&layers.Ethernet{SrcMAC: secretary, DstMAC: []byte{255, 255, 255, 255, 255, 255}, EthernetType: layers.EthernetTypeIPv4}}, all...)
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true}, all...); err != nil {
		s.Fatal(err)
	}
	(&listener{Reader: s.reader, ctx: s.Context()}).Packet(order.Packet{At: monotonic(), Side: abri.Inside, Fate: order.Passed, Data: b.Bytes()})
}

func (s *site) hearsUDP(from, to string, data gopacket.SerializableLayer) {
	s.Helper()
	src, dst := netip.MustParseAddrPort(from), netip.MustParseAddrPort(to)
	s.hears(&layers.IPv4{Version: 4, TTL: 128, Protocol: layers.IPProtocolUDP, SrcIP: src.Addr().AsSlice(), DstIP: dst.Addr().AsSlice()},
		&layers.UDP{SrcPort: layers.UDPPort(src.Port()), DstPort: layers.UDPPort(dst.Port())}, data)
}

// introduced has the secretary's computer say its name and be given its address.
func (s *site) introduced() {
	s.Helper()
	s.hearsUDP("0.0.0.0:68", "255.255.255.255:67", &layers.DHCPv4{
		Operation: layers.DHCPOpRequest, HardwareType: layers.LinkTypeEthernet, HardwareLen: 6, Xid: 7, ClientHWAddr: secretary,
		ClientIP: make([]byte, 4), YourClientIP: make([]byte, 4), NextServerIP: make([]byte, 4), RelayAgentIP: make([]byte, 4),
		Options: layers.DHCPOptions{layers.NewDHCPOption(layers.DHCPOptHostname, []byte("SECRETARIAT-2"))},
	})
	s.asks("www.example.com.")
}

// asks has the secretary's computer ask for a name.
func (s *site) asks(name string) {
	s.Helper()
	q, err := new(miekg.Msg).SetQuestion(name, miekg.TypeA).Pack()
	if err != nil {
		s.Fatal(err)
	}
	s.hearsUDP("192.168.10.22:50000", "9.9.9.9:53", gopacket.Payload(q))
}

// An attack on its way out names the device, as do why, the devices and the look back; all of it outlives a restart.
func TestAnAttackNamesTheDevice(t *testing.T) {
	s := newSite(t)
	r := s.live()
	s.introduced()
	device := netip.MustParseAddr("192.168.10.22")
	now := monotonic()
	(&listener{Reader: r, ctx: t.Context()}).Flow(order.Flow{
		Client: netip.AddrPortFrom(device, 40000), Server: netip.MustParseAddrPort("45.155.205.9:443"), Proto: 6, Side: abri.Inside,
		Fate: order.Dropped, Cause: order.ByList, First: now, Last: now, Up: order.Count{Packets: 1, Bytes: 60, Flags: 2}, Packets: 1, Bytes: 60, Began: true,
	})
	s.step()
	r.writeLedger(t.Context())
	s.die()

	r = s.live()
	all, err := r.Devices(t.Context())
	if err != nil || len(all) != 1 || all[0].Called != "SECRETARIAT-2" || all[0].Maker != "Dell" || all[0].Addresses[0] != device || all[0].Before {
		t.Fatalf("devices %+v, %v", all, err)
	}
	why, err := r.Why(t.Context(), device)
	if err != nil || why.Device == nil || why.Device.Name != "SECRETARIAT-2" || len(why.Tried) != 1 || why.Tried[0].Device != "SECRETARIAT-2" {
		t.Errorf("why %+v, %v", why, err)
	}
	s.die()
}

// What the box knows of a device stays in it: neither the observatory is told of its name, card or address, nor the log.
func TestADeviceNeverLeavesTheBox(t *testing.T) {
	s := newSite(t)
	var log bytes.Buffer
	s.log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	r := s.live()
	s.introduced()
	now := monotonic()
	(&listener{Reader: r, ctx: t.Context()}).Flow(order.Flow{
		Client: netip.MustParseAddrPort("192.168.10.22:40000"), Server: netip.MustParseAddrPort("45.155.205.9:443"), Proto: 6, Side: abri.Inside,
		Fate: order.Dropped, Cause: order.ByList, First: now, Last: now, Up: order.Count{Packets: 1, Bytes: 60, Flags: 2}, Packets: 1, Bytes: 60, Began: true,
	})
	s.step()
	r.writeLedger(t.Context())
	untold, err := r.record.opened().Outbox(t.Context(), 10)
	if err != nil || len(untold) != 1 || untold[0].Device != "SECRETARIAT-2" {
		t.Fatalf("to be told are %+v, %v", untold, err)
	}
	left, err := json.Marshal([]any{fleet.Tell(untold[0].Attack, []byte("secret")), member{r}.Status()})
	if err != nil {
		t.Fatal(err)
	}
	for what, said := range map[string][]byte{"the observatory": left, "the log": log.Bytes()} {
		for _, private := range []string{"SECRETARIAT", "00:14:22", "001422", "192.168.10.22"} {
			if bytes.Contains(bytes.ToUpper(said), []byte(private)) {
				t.Errorf("%s is told %s: %s", what, private, said)
			}
		}
	}
	s.die()
}

// A list of names looks back too: who asked for a name that is listed only now.
func TestAListOfNamesLooksBack(t *testing.T) {
	s := newSite(t)
	address, text, settings := publisher(s)
	text.Store("other-evil.com\n")
	r := s.live()
	list := "[[list]]\nname = \"c2\"\noutward = \"command-and-control\"\nurl = \"" + address + "\"\n"
	r.resettle(s.config(settings+list), false)
	if err := r.RefreshList(t.Context(), root, ""); err != nil {
		t.Fatal(err)
	}
	s.introduced()
	s.asks("login.Late-Evil.com.")
	s.asks("www.impots.gouv.fr.") // guarded: nobody's list may hold it
	if n := len(r.questions.take()); n != 2 {
		t.Errorf("%d questions are remembered, want two", n)
	}
	s.asks("a.late-evil.com.")
	s.clock = s.clock.Add(24 * time.Hour)
	text.Store("other-evil.com\n||late-evil.com^\n")
	if err := r.RefreshList(t.Context(), root, ""); err != nil {
		t.Fatal(err)
	}
	v, err := r.View(t.Context())
	if err != nil || len(v.Found) != 1 {
		t.Fatalf("found %+v, %v", v.Found, err)
	}
	a := v.Found[0]
	if a.Device != "SECRETARIAT-2" || a.Day != "2026-03-05" || a.Kind != abri.CommandAndControl || a.Outcome != abri.Observed || a.Service != abri.DNS {
		t.Errorf("got %+v", a)
	}
	if said := a.Why.Sentence(abri.French); !strings.HasPrefix(said, "a parlé le 05/03/2026 avec") || !strings.Contains(said, "a.late-evil.com est sur la liste c2") {
		t.Errorf("it reads %q", said)
	}
	s.clock = s.clock.AddDate(0, 0, foundFor)
	if v, _ := r.View(t.Context()); len(v.Found) != 0 {
		t.Error("it is shown still a week later")
	}
	s.die()
}

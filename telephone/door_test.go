package telephone

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri/packet"
)

// A door is learnt where somebody answers who was called: the operator's, and the exchange's own. By an answer to nobody's
// question, which anybody outside can send, none is learnt, and none is where a link shows all of SIP anyway.
func TestDoorsAreLearnt(t *testing.T) {
	at := netip.MustParseAddrPort
	far, near, odd := at("198.51.100.20:5090"), at("192.168.1.14:40000"), at("192.168.1.14:7000")
	for name, c := range map[string]struct {
		proto uint8
		say   func(w *wire)
		want  []Door
	}{
		"the operator's": {packet.UDP, func(w *wire) {
			w.send(near, far, request("REGISTER", "a", "1"))
			w.send(far, near, answer(401, "REGISTER", "a", "1"))
		}, []Door{{far, packet.UDP}}},
		"by TCP": {packet.TCP, func(w *wire) {
			w.send(near, far, request("REGISTER", "a", "1"))
			w.send(far, near, answer(401, "REGISTER", "a", "1"))
		}, []Door{{far, packet.TCP}}},
		"the exchange's own": {packet.UDP, func(w *wire) {
			w.send(at("45.1.1.1:6000"), odd, request("OPTIONS", "a", "1"))
			w.send(odd, at("45.1.1.1:6000"), answer(200, "OPTIONS", "a", "1"))
		}, []Door{{odd, packet.UDP}}},
		"a question alone":    {packet.UDP, func(w *wire) { w.send(near, far, request("REGISTER", "a", "1")) }, nil},
		"an answer to nobody": {packet.UDP, func(w *wire) { w.send(far, near, answer(200, "REGISTER", "a", "1")) }, nil},
		"a usual port": {packet.UDP, func(w *wire) {
			w.send(near, operator, request("REGISTER", "a", "1"))
			w.send(operator, near, answer(401, "REGISTER", "a", "1"))
		}, nil},
	} {
		w := newWire(Options{})
		w.proto = c.proto
		c.say(w)
		if got := w.Doors.All(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Who makes up doors without end drives none out that is heard, and takes no room.
func TestDoorsAreBounded(t *testing.T) {
	w := newWire(Options{})
	from := netip.MustParseAddrPort("192.168.1.14:40000")
	say := func(to netip.AddrPort) {
		w.send(from, to, request("OPTIONS", "a", "1"))
		w.send(to, from, answer(200, "OPTIONS", "a", "1"))
		w.now = w.now.Add(time.Second)
	}
	heard := netip.MustParseAddrPort("198.51.100.20:5090")
	for n := range 3 * mostDoors {
		if n%(mostDoors/2) == 0 {
			w.now = w.now.Add(doorsFresh)
			say(heard)
		}
		say(netip.AddrPortFrom(netip.AddrFrom4([4]byte{45, 1, byte(n >> 8), byte(n)}), 5090))
	}
	if all := w.Doors.All(); len(all) != mostDoors || !slices.Contains(all, Door{heard, packet.UDP}) {
		t.Errorf("%d doors, the one that is heard among them: %v", len(all), slices.Contains(all, Door{heard, packet.UDP}))
	}
	w.now = w.now.Add(doorsStay + time.Hour)
	say(netip.MustParseAddrPort("198.51.100.21:5090"))
	if all := w.Doors.All(); len(all) != 1 {
		t.Errorf("%d doors that were not heard for long are remembered", len(all)-1)
	}
}

func TestDevicesThatTelephone(t *testing.T) {
	w := newWire(Options{})
	for n := range mostDevices + 10 {
		w.Operators.RecallDevice(w.now.Add(time.Duration(n)*time.Second), netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}))
	}
	w.now = w.now.Add(time.Hour)
	w.send(pbx, operator, request("REGISTER", "a", "1", proof))
	w.send(operator, pbx, answer(200, "REGISTER", "a", "1"))
	all := w.Operators.Devices()
	if len(all) != mostDevices || !slices.Contains(all, pbx.Addr()) || slices.Contains(all, netip.MustParseAddr("10.0.0.3")) {
		t.Errorf("%d devices: %v", len(all), all)
	}
}

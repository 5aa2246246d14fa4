package keeper

import (
	"testing"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/bridge"
	"abri.example/abri/gate"
)

// What the kernel says of a port and what it says of the gate make one word.
func TestWhatAilsAPort(t *testing.T) {
	well := bridge.Link{Name: "eth1", Index: 3, Side: abri.Inside, Bridged: true, Up: true, Carrier: true}
	for _, row := range []struct {
		name    string
		program uint32
		spoil   func(*bridge.Link)
		fault   order.PortFault
		up      bool
	}{
		{"well", 9, func(*bridge.Link) {}, "", true},
		{"no cable", 9, func(l *bridge.Link) { l.Carrier = false }, "", false},
		{"the program is off", 0, func(*bridge.Link) {}, order.PortBare, true},
		{"taken out of the bridge", 9, func(l *bridge.Link) { l.Bridged = false }, order.PortOut, true},
		{"pulled out", 0, func(l *bridge.Link) { *l = bridge.Link{Name: "eth1", Index: 3, Side: abri.Inside, Gone: true} }, order.PortGone, false},
		{"another card by its name", 9, func(l *bridge.Link) { l.Index = 4 }, order.PortGone, true},
	} {
		link := well
		row.spoil(&link)
		got := portsOf([]gate.Port{{Index: 3, Side: abri.Inside, Native: true, Program: row.program}}, []bridge.Link{link})
		if want := (order.Port{Name: "eth1", Side: "inside", Path: "native", Program: row.program, Up: row.up, Fault: row.fault}); got[0] != want {
			t.Errorf("%s: %+v, not %+v", row.name, got[0], want)
		}
	}
}

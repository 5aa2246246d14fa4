package faults

import (
	"encoding/binary"
	"net"
	"testing"

	"abri.example/abri"
	"abri.example/abri/box/control"
)

// Anybody can send an answer in the name of a listed address. In protect as in watch-only it makes no attack on its way
// out, no infected day and no storm: it is noise.
func TestAForgedAnswerIsNoTheft(t *testing.T) {
	h := townHall(t, nil)
	crook := h.Attackers[0]
	send := func(port uint16) {
		h.must(crook.Host.Do(func() error {
			c, err := net.ListenIP("ip4:tcp", &net.IPAddr{IP: crook.V4.AsSlice()})
			if err != nil {
				return err
			}
			defer c.Close()
			for i, flags := range []byte{0x12, 0x04, 0x10} { // SYN+ACK, RST, ACK
				segment := binary.BigEndian.AppendUint16(nil, 443)
				segment = binary.BigEndian.AppendUint16(segment, port+uint16(i))
				segment = append(segment, 0, 0, 0, 1, 0, 0, 0, 1, 5<<4, flags, 4, 0, 0, 0, 0, 0)
				if _, err := c.WriteToIP(segment, &net.IPAddr{IP: h.Desk.V4.AsSlice()}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	send(50_000)
	h.status("the forged answers are no noise", func(st control.Status) bool { return st.Noise == 3 })
	h.must(h.box.Mode(t.Context(), abri.Observe))
	send(50_100)
	st := h.status("those that passed are no noise", func(st control.Status) bool { return st.Noise == 6 && st.Weather.Sky != abri.Fog })
	if st.Attacks != 0 || st.Weather.Points != 0 || st.Weather.Sky != abri.Clear {
		t.Errorf("forged answers are %d attacks, %d points, %s", st.Attacks, st.Weather.Points, st.Weather.Sky)
	}
}

package faults

import (
	"net"
	"net/netip"
	"testing"

	"abri.example/abri/box/control"
)

// More attempts at once than the kernel's table holds: all are stopped, those that were pushed out of the table are
// counted as untold, and status and page tell that not all is told. None is told twice, and none is forgotten: what is
// told and what is not make what was stopped.
func TestOverflowIsTold(t *testing.T) {
	h := townHall(t, nil)
	const ports, table = 65_535, 65_536
	h.halt(h.box.Keeper(), func() {
		for range 2 {
			h.must(h.Attackers[0].Host.Do(func() error {
				from, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(h.Attackers[0].V4, 0)))
				if err != nil {
					return err
				}
				defer from.Close()
				for port := range uint16(ports) {
					if _, err := from.WriteToUDPAddrPort([]byte("x"), netip.AddrPortFrom(h.Mail.V4, port+1)); err != nil {
						return err
					}
				}
				return nil
			}))
		}
	})
	st := h.status("nothing is untold", func(st control.Status) bool { return st.Kernel.Untold > 0 })
	stopped := st.Kernel.Reasons["outside/drop-list-src"].Packets
	if stopped < 2*ports || st.Kernel.Untold < stopped-table || st.Kernel.Untold > stopped {
		t.Errorf("%d packets were stopped, %d are untold, and the table holds %d", stopped, st.Kernel.Untold, table)
	}
	h.says("Trop de trafic à lire d")
	h.through(h.Honest(t.Context(), honestLimit))
}

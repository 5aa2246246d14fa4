package testnet

import (
	"context"
	"net"
	"net/netip"
)

// Listen opens a TCP listener whose socket was made inside the host. It is closed with the network at the latest.
func (h *Host) Listen(at netip.AddrPort) (net.Listener, error) {
	var l net.Listener
	err := h.Do(func() (err error) {
		l, err = net.Listen("tcp", at.String())
		return err
	})
	if err == nil {
		h.net.t.Cleanup(func() { l.Close() })
	}
	return l, err
}

// ListenPacket opens a UDP socket that was made inside the host. It is closed with the network at the latest.
func (h *Host) ListenPacket(at netip.AddrPort) (*net.UDPConn, error) {
	var c *net.UDPConn
	err := h.Do(func() (err error) {
		c, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
		return err
	})
	if err == nil {
		h.net.t.Cleanup(func() { c.Close() })
	}
	return c, err
}

// Dial connects from one of the host's own addresses (the zero Addr lets the host choose) within ctx's deadline.
// Network is "tcp" or "udp". The caller closes the connection.
func (h *Host) Dial(ctx context.Context, network string, from netip.Addr, to netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{}
	if from.IsValid() {
		if network == "udp" {
			d.LocalAddr = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
		} else {
			d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
		}
	}
	var c net.Conn
	err := h.Do(func() (err error) {
		c, err = d.DialContext(ctx, network, to.String())
		return err
	})
	return c, err
}

package testnet

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// Peer is somebody with an address of each family on a host. Several peers may share a host: what they do comes from
// their own addresses. What a peer does as a client is beside each server: Deliver in mail.go, Fetch in web.go.
type Peer struct {
	Name string
	Host *Host
	V4   netip.Addr
	V6   netip.Addr
}

// Addresses are both of them.
func (p Peer) Addresses() []netip.Addr { return []netip.Addr{p.V4, p.V6} }

// facing is the peer's address in the family of the other end.
func (p Peer) facing(other netip.Addr) netip.Addr {
	if other.Is4() {
		return p.V4
	}
	return p.V6
}

// dial connects from the peer's own address; every later read and write has ctx's deadline too.
func (p Peer) dial(ctx context.Context, network string, to netip.AddrPort) (net.Conn, error) {
	c, err := p.Host.Dial(ctx, network, p.facing(to.Addr()), to)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(deadline); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

// patience is how long a server lets one connection last.
const patience = 15 * time.Second

// answer accepts TCP connections on a port of both addresses, and has each one handled with a deadline.
func (p Peer) answer(port uint16, tally *Tally, handle func(net.Conn)) {
	for _, addr := range p.Addresses() {
		l, err := p.Host.Listen(netip.AddrPortFrom(addr, port))
		p.Host.net.must(err, "listening on port %d of %s", port, p.Name)
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return // closed with the network
				}
				tally.add(c.RemoteAddr(), Count{Contacts: 1})
				go func() {
					defer c.Close()
					if c.SetDeadline(time.Now().Add(patience)) == nil {
						handle(c)
					}
				}()
			}
		}()
	}
}

// reply receives datagrams on a port of both addresses, and sends back what handle makes of each; nil is no answer.
func (p Peer) reply(port uint16, tally *Tally, handle func(datagram []byte) []byte) {
	for _, addr := range p.Addresses() {
		c, err := p.Host.ListenPacket(netip.AddrPortFrom(addr, port))
		p.Host.net.must(err, "receiving on port %d of %s", port, p.Name)
		go func() {
			datagram := make([]byte, 4096)
			for {
				n, from, err := c.ReadFromUDP(datagram)
				if err != nil {
					return // closed with the network
				}
				tally.add(from, Count{Contacts: 1, Bytes: int64(n)})
				if back := handle(datagram[:n]); back != nil {
					if _, err := c.WriteToUDP(back, from); err == nil {
						tally.add(from, Count{Served: 1})
					}
				}
			}
		}()
	}
}

// ask sends one datagram and gives the answer to it.
func (p Peer) ask(ctx context.Context, to netip.AddrPort, question []byte) ([]byte, error) {
	c, err := p.dial(ctx, "udp", to)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if _, err := c.Write(question); err != nil {
		return nil, err
	}
	answer := make([]byte, 4096)
	n, err := c.Read(answer)
	return answer[:n], err
}

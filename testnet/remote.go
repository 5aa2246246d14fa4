package testnet

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
)

// RemotePort is SSH's.
const RemotePort = 22

// RemoteAccess is a machine that lets people in from afar: it says its SSH version (RFC 4253 §4.2), hears the caller's,
// and hangs up.
type RemoteAccess struct {
	Peer
	Tally
}

// RemoteAccess starts one.
func (p Peer) RemoteAccess() *RemoteAccess {
	r := &RemoteAccess{Peer: p}
	p.answer(RemotePort, &r.Tally, r.greet)
	return r
}

func (r *RemoteAccess) greet(c net.Conn) {
	if _, err := io.WriteString(c, "SSH-2.0-mairie\r\n"); err != nil {
		return
	}
	line, err := bufio.NewReader(io.LimitReader(c, 255)).ReadString('\n')
	if err == nil && strings.HasPrefix(line, "SSH-2.0-") {
		r.add(c.RemoteAddr(), Count{Served: 1, Bytes: int64(len(line))})
	}
}

// Knock exchanges versions with a machine for remote access, as every SSH client begins.
func (p Peer) Knock(ctx context.Context, at netip.AddrPort) error {
	c, err := p.dial(ctx, "tcp", at)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := io.WriteString(c, "SSH-2.0-visitor\r\n"); err != nil {
		return err
	}
	line, err := bufio.NewReader(io.LimitReader(c, 255)).ReadString('\n')
	if err == nil && !strings.HasPrefix(line, "SSH-2.0-") {
		err = fmt.Errorf("%s answered %q", at, line)
	}
	return err
}

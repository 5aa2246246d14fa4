package testnet

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"abri.example/abri/telephone/sip"
)

// TrunkPort is where an exchange speaks with its operator.
const TrunkPort = 5080

// Trunk is the line from an exchange to its operator, over UDP or TCP: one flow for all its calls, as long as it lasts. Its
// calls may go on at the same time.
type Trunk struct {
	Peer
	conn    net.Conn
	own, to netip.AddrPort
	over    string // as a Via says it
	n       atomic.Int64
	mu      sync.Mutex
	waiting map[string]chan sip.Message // by Call-ID
}

// Trunk opens the line over UDP. It is closed with the network.
func (p Peer) Trunk(to netip.AddrPort) *Trunk { return p.TrunkAt(TrunkPort, to) }

// TrunkAt opens the line over UDP from a port. It is closed with the network.
func (p Peer) TrunkAt(port uint16, to netip.AddrPort) *Trunk {
	own := netip.AddrPortFrom(p.facing(to.Addr()), port)
	conn, err := p.Host.ListenPacket(own)
	p.Host.net.must(err, "opening a trunk at %s", p.Name)
	t := p.trunk(datagrams{conn, net.UDPAddrFromAddrPort(to)}, own, to, "UDP")
	go t.listen()
	return t
}

// TrunkTCP opens the line over TCP. It is closed with the network.
func (p Peer) TrunkTCP(ctx context.Context, to netip.AddrPort) *Trunk {
	conn, err := p.dial(ctx, "tcp", to)
	p.Host.net.must(err, "opening a trunk at %s", p.Name)
	t := p.trunk(conn, conn.LocalAddr().(*net.TCPAddr).AddrPort(), to, "TCP")
	go eachMessage(conn, t.hear)
	return t
}

func (p Peer) trunk(conn net.Conn, own, to netip.AddrPort, over string) *Trunk {
	return &Trunk{Peer: p, conn: conn, own: own, to: to, over: over, waiting: map[string]chan sip.Message{}}
}

// datagrams are a conversation over UDP with one end.
type datagrams struct {
	*net.UDPConn
	to *net.UDPAddr
}

func (d datagrams) Write(b []byte) (int, error) { return d.WriteToUDP(b, d.to) }

func (t *Trunk) listen() {
	for {
		datagram := make([]byte, 4096)
		n, err := t.conn.Read(datagram)
		if err != nil {
			return // closed with the network
		}
		var m sip.Message
		if m.Parse(datagram[:n]) {
			t.hear(&m)
		}
	}
}

// hear gives an answer to who waits for it.
func (t *Trunk) hear(m *sip.Message) {
	if m.Request() {
		return
	}
	t.mu.Lock()
	heard := t.waiting[string(m.CallID)]
	t.mu.Unlock()
	select {
	case heard <- *m:
	default: // nobody waits for it
	}
}

// Voice says something to the far end of a call, by RTP (RFC 3550), and hears it again.
func (t *Trunk) Voice(ctx context.Context) error {
	said := append([]byte{0x80, 8, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4}, make([]byte, 160)...)
	heard, err := t.ask(ctx, netip.AddrPortFrom(t.to.Addr(), VoicePort), said)
	if err == nil && !bytes.Equal(said, heard) {
		return fmt.Errorf("another voice is heard: %x", heard)
	}
	return err
}

// transaction sends a request until it has a final answer, and gives its status (RFC 3261, 17.1).
func (t *Trunk) transaction(ctx context.Context, request, call string) (int, error) {
	heard := make(chan sip.Message, 16)
	t.mu.Lock()
	t.waiting[call] = heard
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		delete(t.waiting, call)
		t.mu.Unlock()
	}()
	for {
		if _, err := t.conn.Write([]byte(request)); err != nil {
			return 0, err
		}
		again := time.After(500 * time.Millisecond)
		if t.over == "TCP" {
			again = nil // RFC 3261, 17.1.1.2: nothing is sent again
		}
		for waits := true; waits; {
			select {
			case <-ctx.Done():
				return 0, fmt.Errorf("the operator at %s does not answer: %w", t.to, ctx.Err())
			case m := <-heard:
				if m.Final() {
					return m.Status, nil
				}
				again = nil // it is being dealt with
			case <-again:
				waits = false
			}
		}
	}
}

// Register announces the exchange to the operator, with its password.
func (t *Trunk) Register(ctx context.Context) error {
	call := fmt.Sprintf("register-%d@%s", t.n.Add(1), t.own)
	if status, err := t.transaction(ctx, t.request("REGISTER", "mairie", call, ""), call); err != nil || status != 401 {
		return fmt.Errorf("no password was asked for: %d, %w", status, err)
	}
	status, err := t.transaction(ctx, t.request("REGISTER", "mairie", call, "Authorization: Digest username=\"mairie\"\r\nExpires: 300\r\n"), call)
	if err != nil || status != 200 {
		return fmt.Errorf("not registered: %d, %w", status, err)
	}
	return nil
}

// Call calls a number and gives the final answer. One that is answered is hung up at once.
func (t *Trunk) Call(ctx context.Context, number string) (int, error) {
	call := fmt.Sprintf("call-%d@%s", t.n.Add(1), t.own)
	status, err := t.transaction(ctx, t.request("INVITE", number, call, ""), call)
	if err != nil {
		return 0, err
	}
	if _, err := t.conn.Write([]byte(t.request("ACK", number, call, ""))); err != nil || status != 200 {
		return status, err
	}
	_, err = t.transaction(ctx, t.request("BYE", number, call, ""), call)
	return status, err
}

func (t *Trunk) request(method, user, call, more string) string {
	return strings.Join([]string{
		fmt.Sprintf("%s sip:%s@%s SIP/2.0", method, user, t.to),
		fmt.Sprintf("Via: SIP/2.0/%s %s;rport;branch=z9hG4bK%s%s", t.over, t.own, method, call),
		fmt.Sprintf("From: <sip:0477000000@%s>;tag=f%s", t.own.Addr(), call),
		fmt.Sprintf("To: <sip:%s@%s>", user, t.to.Addr()),
		"Call-ID: " + call,
		fmt.Sprintf("CSeq: 1 %s", method),
		fmt.Sprintf("Contact: <sip:0477000000@%s>", t.own),
		"Max-Forwards: 70",
	}, "\r\n") + "\r\n" + more + "Content-Length: 0\r\n\r\n"
}

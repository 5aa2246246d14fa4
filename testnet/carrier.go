package testnet

import (
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"abri.example/abri/telephone/sip"
)

// Carrier is a telephone operator that takes registrations with a password and carries calls over UDP and TCP (RFC 3261), on
// SIP's port and on OtherTelephonePort: each rings for a moment and is answered, unless it is withdrawn before or nobody has
// its number. What is said to it by VoicePort it says again.
type Carrier struct {
	Peer
	rings time.Duration

	mu    sync.Mutex
	calls map[string]*carried // by Call-ID
}

// carried is one call.
type carried struct {
	number              string
	answered, withdrawn bool
	ringing             *time.Timer
}

// Carrier starts one whose calls ring for so long.
func (p Peer) Carrier(rings time.Duration) *Carrier {
	c := &Carrier{Peer: p, rings: rings, calls: map[string]*carried{}}
	for _, addr := range p.Addresses() {
		for _, port := range []uint16{TelephonePort, OtherTelephonePort} {
			at := netip.AddrPortFrom(addr, port)
			conn, err := p.Host.ListenPacket(at)
			p.Host.net.must(err, "receiving telephony at %s", p.Name)
			go c.serve(conn)
			l, err := p.Host.Listen(at)
			p.Host.net.must(err, "receiving telephony at %s", p.Name)
			go c.accept(l)
		}
		conn, err := p.Host.ListenPacket(netip.AddrPortFrom(addr, VoicePort))
		p.Host.net.must(err, "carrying voice at %s", p.Name)
		go echo(conn)
	}
	return c
}

// The ports of a carrier beside SIP's.
const (
	OtherTelephonePort = 5090
	VoicePort          = 20000
)

func echo(conn *net.UDPConn) {
	datagram := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFromUDP(datagram)
		if err != nil {
			return // closed with the network
		}
		_, _ = conn.WriteToUDP(datagram[:n], from)
	}
}

func (c *Carrier) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return // closed with the network
		}
		go eachMessage(conn, func(m *sip.Message) {
			if m.Request() {
				text := string(m.Head)
				c.hear(m, func(status string) { _, _ = conn.Write(response(text, status)) })
			}
		})
	}
}

// eachMessage reads messages from a stream until it ends, or is none of SIP.
func eachMessage(r io.ReadCloser, heard func(*sip.Message)) {
	defer r.Close()
	var kept []byte
	piece := make([]byte, 4096)
	for {
		n, err := r.Read(piece)
		kept = append(kept, piece[:n]...)
		for {
			size, ok := sip.Size(kept)
			if !ok {
				return
			}
			if size == 0 || size > len(kept) {
				break
			}
			var m sip.Message
			if m.Parse(append([]byte(nil), kept[:size]...)) {
				heard(&m)
			}
			kept = kept[size:]
		}
		if err != nil {
			return
		}
	}
}

// Answered are the numbers whose calls were answered.
func (c *Carrier) Answered() []string { return c.all(func(x *carried) bool { return x.answered }) }

// Withdrawn are the numbers whose calls somebody gave up before.
func (c *Carrier) Withdrawn() []string { return c.all(func(x *carried) bool { return x.withdrawn }) }

func (c *Carrier) all(which func(*carried) bool) (numbers []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.calls {
		if which(x) {
			numbers = append(numbers, x.number)
		}
	}
	return numbers
}

func (c *Carrier) serve(conn *net.UDPConn) {
	datagram := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFromUDP(datagram)
		if err != nil {
			return // closed with the network
		}
		var m sip.Message
		text := strings.Clone(string(datagram[:n]))
		if m.Parse([]byte(text)) && m.Request() {
			c.hear(&m, func(status string) { _, _ = conn.WriteToUDP(response(text, status), from) })
		}
	}
}

// hear answers one request.
func (c *Carrier) hear(m *sip.Message, say func(status string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	x := c.calls[string(m.CallID)]
	switch m.Method {
	case sip.Register, sip.Options:
		if m.Method == sip.Register && !m.Credentials {
			say("401 Unauthorized")
			return
		}
		say("200 OK")
	case sip.Invite:
		say("100 Trying")
		if x != nil {
			return // sent again
		}
		if strings.Trim(string(m.Target.User), "+0123456789") != "" {
			say("404 Not Found")
			return
		}
		x = &carried{number: string(m.Target.User)}
		c.calls[string(m.CallID)] = x
		say("180 Ringing")
		x.ringing = time.AfterFunc(c.rings, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			if !x.withdrawn {
				x.answered = true
				say("200 OK")
			}
		})
	case sip.Cancel:
		if x == nil || x.answered {
			say("481 Call/Transaction Does Not Exist")
			return
		}
		x.withdrawn = true
		x.ringing.Stop()
		say("200 OK")
		say(inviteSays + "487 Request Terminated")
	case sip.Bye:
		say("200 OK")
	}
}

// inviteSays before a status says that the answer is to the INVITE, and not to the request in hand.
const inviteSays = "INVITE "

// response makes the response of RFC 3261 §8.2.6: the headers that identify the transaction are copied.
func response(request, status string) []byte {
	status, ofInvite := strings.CutPrefix(status, inviteSays)
	var b strings.Builder
	b.WriteString("SIP/2.0 " + status + "\r\n")
	for _, line := range strings.Split(request, "\r\n")[1:] {
		switch name, _, _ := strings.Cut(line, ":"); name {
		case "To":
			if !strings.Contains(line, ";tag=") {
				line += ";tag=carrier"
			}
			b.WriteString(line + "\r\n")
		case "CSeq":
			if ofInvite {
				line = strings.Replace(line, "CANCEL", "INVITE", 1)
			}
			b.WriteString(line + "\r\n")
		case "Via", "From", "Call-ID":
			b.WriteString(line + "\r\n")
		}
	}
	b.WriteString("Contact: <sip:gateway@198.51.100.61>\r\nContent-Length: 0\r\n\r\n")
	return []byte(b.String())
}

// To is where calls are sent.
func (c *Carrier) To() netip.AddrPort { return netip.AddrPortFrom(c.V4, TelephonePort) }

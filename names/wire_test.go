package names

import (
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

var start = time.Date(2026, 3, 5, 8, 0, 0, 0, time.UTC)

// wire is a table of flows, a Watch, and what the Watch told.
type wire struct {
	table *flow.Table
	watch *Watch
	at    time.Time
	told  []string
	lines []Line

	marked    []string // names beyond Reach
	tunnelled []string // names within tunnels
}

func newWire(memory int) *wire {
	w := &wire{watch: New(Options{Memory: memory}), at: start}
	w.table = flow.NewTable(flow.Options{Early: w.watch.End})
	return w
}

// send shows a packet to the Watch.
func (w *wire) send(h *packet.Headers) {
	h.Known, h.DataLength = true, max(h.DataLength, len(h.Payload))
	w.at = w.at.Add(time.Millisecond)
	f, _ := w.table.Observe(w.at, abri.SideUnknown, h)
	w.watch.Observe(w.at, f, h, func(s *Sighting) {
		w.told = append(w.told, fmt.Sprintf("%s %s %s > %s", s.Proto, s.Name, s.Client, s.Server))
		w.lines = append(w.lines, s.Line())
		if s.Tunnelled {
			w.tunnelled = append(w.tunnelled, string(s.Name))
		}
		if s.Beyond {
			w.marked = append(w.marked, string(s.Name))
		}
	})
}

// wants fails unless exactly these names were told, in their order.
func (w *wire) wants(t *testing.T, what string, want ...string) {
	t.Helper()
	if !slices.Equal(w.told, want) {
		t.Errorf("%s: told %q, want %q", what, w.told, want)
	}
}

const (
	clerk  = "192.168.1.10:40000"
	server = "198.51.100.7:443"
)

// segment is a packet of TCP.
func segment(from, to string, flags packet.TCPFlags, seq uint32, data string) *packet.Headers {
	a, b := netip.MustParseAddrPort(from), netip.MustParseAddrPort(to)
	return &packet.Headers{Proto: packet.TCP, Src: a.Addr(), Dst: b.Addr(), SrcPort: a.Port(), DstPort: b.Port(), Seq: seq, Flags: flags, Payload: []byte(data)}
}

// datagram is a packet of UDP.
func datagram(from, to string, data []byte) *packet.Headers {
	h := segment(from, to, 0, 0, string(data))
	h.Proto = packet.UDP
	return h
}

// opened is a wire on which the clerk opened a conversation with the server, who says hello first where he does.
func opened(to, greeting string) *wire {
	w := newWire(0)
	w.send(segment(clerk, to, packet.SYN, 999, ""))
	ack := segment(to, clerk, packet.SYN|packet.ACK, 4999, "")
	ack.Ack = 1000
	w.send(ack)
	if greeting != "" {
		w.send(segment(to, clerk, packet.ACK|packet.PSH, 5000, greeting))
	}
	return w
}

// hello is what Go's own client sends first.
func hello(t testing.TB, name string) string {
	near, far := net.Pipe()
	go func() {
		_ = tls.Client(near, &tls.Config{ServerName: name, NextProtos: []string{"h2", "http/1.1"}}).Handshake() // fails: the far end hangs up
		near.Close()
	}()
	defer far.Close()
	b := make([]byte, 16<<10)
	n, err := far.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

// question is a query of the DNS, or a reply that repeats one.
func question(name string, reply bool) []byte {
	b := []byte{0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	if reply {
		b[2] |= 0x80
	}
	for len(name) > 0 {
		label, rest := name, ""
		for i := range name {
			if name[i] == '.' {
				label, rest = name[:i], name[i+1:]
				break
			}
		}
		b = append(append(b, byte(len(label))), label...)
		name = rest
	}
	return append(b, 0, 0, 1, 0, 1)
}

// framed is a message of the DNS as it goes over TCP.
func framed(message []byte) string {
	return string(append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...))
}

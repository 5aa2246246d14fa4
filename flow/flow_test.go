package flow

import (
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

var start = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

// The ends of the tests: two on the Internet, two at home.
const (
	web     = "203.0.113.80"
	crook   = "198.51.100.66"
	clerk   = "192.168.1.20"
	printer = "192.168.1.30"
)

// sent is a packet of 100 bytes, from and to an address with a port.
func sent(proto uint8, from, to string) *packet.Headers {
	src, dst := netip.MustParseAddrPort(from), netip.MustParseAddrPort(to)
	return &packet.Headers{
		Known: true, Proto: proto, Length: 100,
		Src: src.Addr(), Dst: dst.Addr(), SrcPort: src.Port(), DstPort: dst.Port(),
	}
}

func segment(flags packet.TCPFlags, from, to string) *packet.Headers {
	h := sent(packet.TCP, from, to)
	h.Flags = flags
	return h
}

func message(proto, kind uint8, from, to string) *packet.Headers {
	h := sent(proto, from+":0", to+":0")
	h.ICMPType = kind
	return h
}

func withData(h *packet.Headers) *packet.Headers { h.DataLength = 60; return h }

// TestWhoBegan gives the first packet of a conversation and wants its client and server.
func TestWhoBegan(t *testing.T) {
	const high, web443 = clerk + ":50000", web + ":443"
	for _, c := range []struct {
		name   string
		first  *packet.Headers
		client string
		server string
	}{
		{"SYN", segment(packet.SYN, high, web443), high, web443},
		{"SYN from a well-known port", segment(packet.SYN, web443, high), web443, high},
		{"SYN+ACK", segment(packet.SYN|packet.ACK, web443, high), high, web443},
		{"mid-stream, from the server", segment(packet.ACK, web443, high), high, web443},
		{"mid-stream, from the client", segment(packet.ACK, high, web443), high, web443},
		{"mid-stream, both known: the lower serves", segment(packet.ACK, "192.168.1.20:25", "203.0.113.80:587"), "203.0.113.80:587", "192.168.1.20:25"},
		{"mid-stream, none known: the first began", segment(packet.ACK, web+":50001", high), web + ":50001", high},
		{"a refusal first", segment(packet.RST|packet.ACK, web443, high), high, web443},
		{"a scan without ACK from port 443", segment(packet.FIN|packet.PSH|packet.URG, web443, high), web443, high},
		{"a scan without flags from port 443", segment(0, web443, high), web443, high},
		{"UDP", sent(packet.UDP, web+":53", high), web + ":53", high},
		{"echo request", message(packet.ICMP, 8, clerk, web), clerk + ":0", web + ":0"},
		{"echo reply", message(packet.ICMP, 0, web, clerk), clerk + ":0", web + ":0"},
		{"unreachable", message(packet.ICMP, 3, web, clerk), clerk + ":0", web + ":0"},
		{"echo reply of ICMPv6", message(packet.ICMPv6, 129, "[2001:db8::1]", "[2001:db8::2]"), "[2001:db8::2]:0", "[2001:db8::1]:0"},
		{"too big, of ICMPv6", message(packet.ICMPv6, 2, "[2001:db8::1]", "[2001:db8::2]"), "[2001:db8::2]:0", "[2001:db8::1]:0"},
		{"neighbour solicitation", message(packet.ICMPv6, 135, "[fe80::1]", "[fe80::2]"), "[fe80::1]:0", "[fe80::2]:0"},
		{"GRE", sent(47, web+":0", clerk+":0"), web + ":0", clerk + ":0"},
	} {
		f, isNew := NewTable(Options{}).Observe(start, abri.SideUnknown, c.first)
		if !isNew || f.Client.String() != c.client || f.Server.String() != c.server || f.Port != f.Server.Port() {
			t.Errorf("%s: got %v asking %v (port %d), new %v, want %s asking %s", c.name, f.Client, f.Server, f.Port, isNew, c.client, c.server)
		}
	}
}

// TestAnswered gives the packets of one conversation between a crook and port 25, and wants whether it was answered.
func TestAnswered(t *testing.T) {
	const a, b = crook + ":40000", clerk + ":25"
	syn := segment(packet.SYN, a, b)
	for _, c := range []struct {
		name    string
		packets []*packet.Headers
		want    bool
	}{
		{"SYN alone", []*packet.Headers{syn, syn}, false},
		{"refused", []*packet.Headers{syn, segment(packet.RST|packet.ACK, b, a)}, false},
		{"refused with a reason in it", []*packet.Headers{syn, withData(segment(packet.RST|packet.ACK, b, a))}, false},
		{"SYN+ACK", []*packet.Headers{syn, segment(packet.SYN|packet.ACK, b, a)}, true},
		{"mid-stream acknowledgement", []*packet.Headers{segment(packet.ACK, a, b), segment(packet.ACK, b, a)}, false},
		{"mid-stream data", []*packet.Headers{segment(packet.ACK, a, b), withData(segment(packet.ACK, b, a))}, true},
		{"the client's data", []*packet.Headers{syn, withData(segment(packet.ACK, a, b))}, false},
		{"a question by UDP", []*packet.Headers{sent(packet.UDP, a, b)}, false},
		{"its answer", []*packet.Headers{sent(packet.UDP, a, b), sent(packet.UDP, b, a)}, true},
		{"echo", []*packet.Headers{message(packet.ICMP, 8, crook, clerk)}, false},
		{"its reply", []*packet.Headers{message(packet.ICMP, 8, crook, clerk), message(packet.ICMP, 0, clerk, crook)}, true},
		{"its refusal", []*packet.Headers{message(packet.ICMP, 8, crook, clerk), message(packet.ICMP, 3, clerk, crook)}, false},
	} {
		table := NewTable(Options{})
		var f *Flow
		for _, h := range c.packets {
			f, _ = table.Observe(start, abri.SideUnknown, h)
		}
		if table.Len() != 1 || f.Answered() != c.want {
			t.Errorf("%s: answered %v in %d flows, want %v in one", c.name, f.Answered(), table.Len(), c.want)
		}
	}
}

func TestCounters(t *testing.T) {
	table := NewTable(Options{})
	const a, b = clerk + ":50000", web + ":443"
	for i, h := range []*packet.Headers{
		segment(packet.SYN, a, b), segment(packet.SYN|packet.ACK, b, a), segment(packet.ACK, a, b), withData(segment(packet.PSH|packet.ACK, a, b)),
	} {
		table.Observe(start.Add(time.Duration(i)*time.Second), abri.SideUnknown, h)
	}
	f, isNew := table.Observe(start.Add(time.Minute), abri.SideUnknown, segment(packet.FIN|packet.ACK, b, a))
	up, down := Counter{3, 300, packet.SYN | packet.ACK | packet.PSH}, Counter{2, 200, packet.SYN | packet.ACK | packet.FIN}
	if isNew || f.Up != up || f.Down != down || f.Ended {
		t.Errorf("got up %v, down %v, ended %v, want %v, %v and not", f.Up, f.Down, f.Ended, up, down)
	}
	if !f.First.Equal(start) || !f.Last.Equal(start.Add(time.Minute)) || f.Service != abri.Web {
		t.Errorf("got %v to %v of %s, want a minute of web", f.First, f.Last, f.Service)
	}
	if f, isNew := table.Observe(start, abri.SideUnknown, &packet.Headers{EtherType: 0x0806}); f != nil || isNew {
		t.Errorf("a packet without addresses gave %v", f)
	}
}

// TestSelf: a packet whose two ends are the same (the "land" attack) is one conversation with itself.
func TestSelf(t *testing.T) {
	table := NewTable(Options{})
	h := segment(packet.SYN, clerk+":139", clerk+":139")
	table.Observe(start, abri.Outside, h)
	if f, isNew := table.Observe(start, abri.Outside, h); isNew || f.Up.Packets != 2 || f.Down.Packets != 0 {
		t.Errorf("got up %v, down %v, new %v, want both packets up", f.Up, f.Down, isNew)
	}
}

// TestAsked: who only answers, or resets, did not begin, by copies as by records.
func TestAsked(t *testing.T) {
	const a, b = clerk + ":50000", web + ":443"
	for _, c := range []struct {
		name    string
		packets []*packet.Headers
		want    bool
	}{
		{"SYN", []*packet.Headers{segment(packet.SYN, a, b)}, true},
		{"mid-stream", []*packet.Headers{segment(packet.ACK, a, b)}, true},
		{"SYN+ACK", []*packet.Headers{segment(packet.SYN|packet.ACK, b, a)}, false},
		{"SYN+ACK and the reset it draws", []*packet.Headers{segment(packet.SYN|packet.ACK, b, a), segment(packet.RST, a, b)}, false},
		{"data, then an acknowledgement", []*packet.Headers{segment(packet.ACK, b, a), segment(packet.ACK, a, b)}, true},
		{"echo", []*packet.Headers{message(packet.ICMP, 8, clerk, web)}, true},
		{"a reply, then the echo it was sent before", []*packet.Headers{message(packet.ICMP, 0, web, clerk), message(packet.ICMP, 0, clerk, web)}, false},
		{"UDP", []*packet.Headers{sent(packet.UDP, a, b)}, true},
	} {
		table := NewTable(Options{})
		var f *Flow
		for _, h := range c.packets {
			f, _ = table.Observe(start, abri.SideUnknown, h)
		}
		if table.Len() != 1 || f.Asked() != c.want {
			t.Errorf("%s: asked %v in %d flows, want %v in one", c.name, f.Asked(), table.Len(), c.want)
		}
	}
	ping := Record{
		Client: netip.MustParseAddrPort(clerk + ":0"), Server: netip.MustParseAddrPort(web + ":0"), Proto: packet.ICMP, Side: abri.Inside,
		First: start, Last: start, Up: Counter{Packets: 1}, Down: Counter{Packets: 1},
	}
	for stopped, want := range map[bool]bool{true: true, false: false} {
		table := NewTable(Options{Counted: true})
		table.Observe(start, abri.Outside, message(packet.ICMP, 0, web, clerk))
		ping.Stopped = stopped
		if f, _, _, _ := table.Count(ping); f.Asked() != want {
			t.Errorf("what came from inside after a ping's reply (stopped %v): asked %v", stopped, f.Asked())
		}
	}
}

package gate

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// scene is a network namespace with a bridge between two veth pairs; the far ends lie in it too, and frames are sent and
// received on them raw.
type scene struct {
	t               *testing.T
	pins            string
	outside, inside int // ports of the bridge
	router, site    int // sockets on the far ends
	marks           uint16
}

func newScene(t *testing.T) *scene {
	t.Helper()
	privileged(t)
	runtime.LockOSThread()
	before, err := netns.Get()
	if err != nil {
		t.Fatal(err)
	}
	own, err := netns.New()
	if err != nil {
		t.Skipf("needs a network namespace: %v", err)
	}
	s := &scene{t: t, pins: filepath.Join(t.TempDir(), "bpf")}
	t.Cleanup(func() {
		if s.pins != "" {
			Detach(filepath.Join(s.pins, "abri"))
			unix.Unmount(s.pins, unix.MNT_DETACH)
		}
		own.Close()
		netns.Set(before) // the namespace, and all that is in it, goes with its last user
		before.Close()
		runtime.UnlockOSThread()
	})
	s.do(os.Mkdir(s.pins, 0o700))
	if err := unix.Mount("bpffs", s.pins, "bpf", 0, ""); err != nil {
		t.Skipf("needs a bpffs: %v", err)
	}
	s.build()
	return s
}

func (s *scene) do(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) build() {
	s.t.Helper()
	bridge := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: "br"}}
	s.do(netlink.LinkAdd(bridge))
	pair := func(port, far string) (int, int) {
		attrs := netlink.LinkAttrs{Name: port, NumRxQueues: 2, NumTxQueues: 2}
		s.do(netlink.LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: far, PeerNumRxQueues: 2, PeerNumTxQueues: 2}))
		a, err := netlink.LinkByName(port)
		s.do(err)
		b, err := netlink.LinkByName(far)
		s.do(err)
		s.do(netlink.LinkSetMaster(a, bridge))
		for _, l := range []netlink.Link{a, b} {
			s.do(netlink.LinkSetARPOff(l))
			s.do(netlink.LinkSetUp(l))
		}
		return a.Attrs().Index, b.Attrs().Index
	}
	var router, site int
	s.outside, router = pair("out", "router")
	s.inside, site = pair("in", "site")
	s.do(netlink.LinkSetUp(bridge))
	s.router, s.site = s.socket(router), s.socket(site)
}

// socket opens a raw socket on one interface.
func (s *scene) socket(index int) int {
	s.t.Helper()
	all := int(unix.ETH_P_ALL>>8 | unix.ETH_P_ALL<<8&0xff00)
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, all)
	s.do(err)
	s.t.Cleanup(func() { unix.Close(fd) })
	s.do(unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: uint16(all), Ifindex: index}))
	return fd
}

// crosses sends a frame and reports whether it arrives. A mark that is sent after it, again and again until it is
// through, tells that the frame will not come any more; one before it, that the bridge forwards.
func (s *scene) crosses(from, to int, f frame) bool {
	s.t.Helper()
	s.pass(from, to, nil)
	_, err := unix.Write(from, f.bytes())
	s.do(err)
	return s.pass(from, to, f.bytes())
}

// pass sends a mark of its own until it arrives, and reports whether the frame looked for came before it.
func (s *scene) pass(from, to int, look []byte) (seen bool) {
	s.t.Helper()
	s.marks++
	mark := (frame{src: "80.9.9.9", dst: "80.9.9.8", proto: protoTCP, sport: s.marks, dport: 4242, flags: ack}).bytes()
	buf := make([]byte, 2048)
	for range 100 {
		_, err := unix.Write(from, mark)
		s.do(err)
		for err == nil || errors.Is(err, unix.EINTR) {
			var n int
			if n, err = s.receive(to, buf); err != nil {
				continue
			}
			seen = seen || (look != nil && bytes.Equal(buf[:n], look))
			if bytes.Equal(buf[:n], mark) {
				return seen
			}
		}
		if !errors.Is(err, unix.EAGAIN) {
			s.do(err)
		}
	}
	s.t.Fatal("nothing crosses the bridge")
	return false
}

// receive waits a tenth of a second for a frame: EAGAIN when none comes.
func (s *scene) receive(from int, buf []byte) (int, error) {
	_, err := unix.Poll([]unix.PollFd{{Fd: int32(from), Events: unix.POLLIN}}, 100)
	if err != nil {
		return 0, err
	}
	return unix.Read(from, buf)
}

func (s *scene) options() Options {
	return Options{PinDir: filepath.Join(s.pins, "abri"), Outside: s.outside, Inside: s.inside, Mode: abri.Protect, Flows: 1024, Drops: 1024, RingBytes: 1 << 16}
}

func (s *scene) open(o Options) *Gate {
	s.t.Helper()
	g, err := Open(o)
	s.do(err)
	s.t.Cleanup(func() { g.Close() })
	return g
}

var (
	listedIn  = frame{src: "45.9.20.1", dst: "192.168.1.2", proto: protoUDP, sport: 7, dport: 99, payload: 30}
	listedOut = frame{src: "192.168.1.2", dst: "45.9.20.1", proto: protoUDP, sport: 99, dport: 7, payload: 30}
	honest    = frame{src: "80.1.1.1", dst: "192.168.1.2", proto: protoUDP, sport: 7, dport: 99, payload: 30}
)

// TestLife attaches, lets go, takes over and detaches, and asks a real bridge each time.
func TestLife(t *testing.T) {
	for _, generic := range []bool{false, true} {
		s := newScene(t)
		o := s.options()
		o.Generic = generic
		expect := func(when string, listed, free bool) {
			t.Helper()
			if got := s.crosses(s.router, s.site, listedIn); got != listed {
				t.Errorf("%s: listed source passes: %v", when, got)
			}
			if got := s.crosses(s.site, s.router, listedOut); got != listed {
				t.Errorf("%s: listed destination passes: %v", when, got)
			}
			if got := s.crosses(s.router, s.site, honest); got != free {
				t.Errorf("%s: honest packet passes: %v", when, got)
			}
		}
		expect("before", true, true)
		g := s.open(o)
		ports := g.Attached()
		if len(ports) != 2 || ports[0].Index != s.outside || ports[0].Side != abri.Outside || ports[1].Side != abri.Inside ||
			ports[0].Native == generic || ports[0].Program == 0 {
			t.Errorf("attached: %+v", ports)
		}
		_, err := g.Load(entries("45.9.20.0/24"))
		s.do(err)
		s.do(g.Ban(netip.MustParsePrefix("80.7.0.1/32"), 0))
		expect("open", false, true)
		s.once(g)
		s.do(g.Close())
		expect("after Close", false, true)

		g = s.open(o)
		if v4, _ := g.Entries(); v4 != 1 {
			t.Errorf("taken over: %d entries", v4)
		}
		if again := g.Attached(); again[0].Program == ports[0].Program || again[0].Native != ports[0].Native {
			t.Errorf("taken over: %+v after %+v", again, ports)
		}
		expect("taken over", false, true)
		if s.crosses(s.router, s.site, frame{src: "80.7.0.1", dst: "192.168.1.2", proto: protoUDP}) {
			t.Error("taken over: the ban is gone")
		}
		n, err := g.Counters()
		s.do(err)
		if n.Outside[DropListSrc].Packets != 3 || n.Inside[DropListDst].Packets != 3 {
			t.Errorf("counters were not kept: %+v", n)
		}
		if n, err := g.Memory(); err != nil || n < 64<<20 {
			t.Errorf("memory %d, %v", n, err)
		}
		s.do(g.Close())
		s.do(Detach(o.PinDir))
		expect("detached", true, true)
		left, err := os.ReadDir(o.PinDir)
		s.do(err)
		if len(left) != 0 {
			t.Errorf("pins are left: %v", left)
		}
		s.do(Detach(o.PinDir))
	}
}

// once sends one packet through both ports: what the bridge forwards must not be counted again where it leaves.
func (s *scene) once(g *Gate) {
	s.t.Helper()
	f := frame{src: "192.168.1.2", dst: "80.5.5.5", proto: protoUDP, sport: 1, dport: 2}
	if !s.crosses(s.site, s.router, f) {
		s.t.Error("an honest packet did not leave")
	}
	found := false
	s.do(g.Sweep(func(r *FlowRecord) {
		if r.Server.String() == "80.5.5.5:2" {
			found = r.Up.Packets == 1 && !r.Own && r.Side == abri.Inside
		}
	}))
	if !found {
		s.t.Error("a forwarded packet was not counted once")
	}
}

// TestPinsOfAnother: another size replaces a table, another layout everything; neither stops Open.
func TestPinsOfAnother(t *testing.T) {
	s := newScene(t)
	o := s.options()
	g := s.open(o)
	_, err := g.Load(entries("45.9.20.0/24"))
	s.do(err)
	s.do(g.Close())
	o.Flows = 2048
	g = s.open(o)
	if v4, _ := g.Entries(); v4 != 1 || g.maps.Flows.MaxEntries() != 2048 || s.crosses(s.router, s.site, listedIn) {
		t.Error("another size of one table lost the lists, or was not taken")
	}
	g.control.at.Layout = layout + 1
	s.do(g.Close())
	g = s.open(o)
	if v4, _ := g.Entries(); v4 != 0 || !s.crosses(s.router, s.site, listedIn) {
		t.Error("pins of another layout were kept")
	}
	s.do(g.Close())
	s.do(os.Remove(filepath.Join(o.PinDir, kernelMapRoots4)))
	g = s.open(o)
	_, err = g.Load(entries("45.9.20.0/24"))
	s.do(err)
	if s.crosses(s.router, s.site, listedIn) {
		t.Error("a lost pin was not made good")
	}
}

// TestHost is one port without a bridge: what leaves is judged too, and the host's own conversations are learnt.
func TestHost(t *testing.T) {
	s := newScene(t)
	dev, err := netlink.LinkByIndex(s.outside)
	s.do(err)
	s.do(netlink.LinkSetNoMaster(dev))
	s.do(netlink.AddrAdd(dev, &netlink.Addr{IPNet: &net.IPNet{IP: net.IPv4(192, 168, 1, 9), Mask: net.CIDRMask(24, 32)}}))
	s.do(netlink.RouteAdd(&netlink.Route{LinkIndex: s.outside, Dst: &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}}))
	o := s.options()
	g := s.open(o)
	s.do(g.Close())
	o.Inside = 0
	g = s.open(o)
	if p := g.Attached(); len(p) != 1 {
		t.Fatalf("attached: %+v", p)
	}
	s.do(g.Own([]netip.Addr{netip.MustParseAddr("192.168.1.9")}))
	_, err = g.Load(entries("45.9.20.0/24"))
	s.do(err)
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(192, 168, 1, 9), Port: 123})
	s.do(err)
	defer conn.Close()
	conn.WriteTo([]byte("x"), net.UDPAddrFromAddrPort(netip.MustParseAddrPort("45.9.20.1:123")))
	conn.WriteTo([]byte("x"), net.UDPAddrFromAddrPort(netip.MustParseAddrPort("80.1.1.1:123")))
	var rec Record
	g.SetDeadline(time.Now().Add(5 * time.Second))
	for !rec.Own || rec.Reason != Pass {
		s.do(g.Read(&rec))
	}
	n, err := g.Counters()
	s.do(err)
	if n.Own[DropListDst].Packets != 1 || n.Own[Pass].Packets == 0 {
		t.Errorf("what the host sends: %+v", n.Own)
	}
	var flows []FlowRecord
	s.do(g.Sweep(func(r *FlowRecord) {
		if r.Server.Addr().Is4() { // not what the port itself asks for, such as an IPv6 router
			flows = append(flows, *r)
		}
	}))
	if len(flows) != 1 || flows[0].Server.String() != "80.1.1.1:123" || !flows[0].Own {
		t.Errorf("what the host began: %+v", flows)
	}
}

// TestNoPort names the port that cannot be had.
func TestNoPort(t *testing.T) {
	s := newScene(t)
	o := s.options()
	o.Outside = 4711
	if g, err := Open(o); abri.CodeOf(err) != abri.CodeUnavailable {
		t.Errorf("%v, %v", g, err)
	}
	program, err := ebpf.NewProgram(bareXDP)
	s.do(err)
	defer program.Close()
	l, err := attachXDP(s.inside, program, false)
	s.do(err)
	defer l.Close()
	if g, err := Open(s.options()); abri.CodeOf(err) != abri.CodeUnavailable {
		t.Errorf("a port with another program: %v, %v", g, err)
	}
}

package gate

import (
	"errors"
	"fmt"
	"net/netip"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/vishvananda/netlink"

	"abri.example/abri"
)

// TestFiguresDropped is a packet of a listed source, dropped: by the gate, by xdp-filter (xdp-tools, of Debian), which knows
// this one address, and as a frame on a port by the gate and by a set of nftables with this one address.
func TestFiguresDropped(t *testing.T) {
	measuring(t)
	b, bare := newBench(t, abri.Protect), newBare(t)
	b.million()
	data := b.listedFrame().bytes()
	s := newScene(t)
	b.control.at.Inside = uint32(s.inside)
	repeated(t, b.programs.AbriXdp, data, 1000)()
	all := []*figure{
		{name: "bare XDP_PASS", once: repeated(t, bare, data, 300_000)},
		{name: "listed source, dropped by the gate", once: repeated(t, b.programs.AbriXdp, data, 300_000), reach: 200},
	}
	if peer, err := s.xdpFilter("45.9.20.1"); err != nil {
		t.Logf("no xdp-filter beside it: %v", err)
	} else {
		all = append(all, &figure{name: "dropped by xdp-filter", once: repeated(t, peer, data, 300_000)})
	}
	inTurns(t, 11, all)

	if out, err := exec.Command("xdp-filter", "unload", "out").CombinedOutput(); err != nil && len(all) > 2 {
		t.Fatalf("%v: %s", err, out)
	}
	first, err := attachXDP(s.outside, bare, false) // gives the port the queue that live frames come from
	s.do(err)
	defer first.Close()
	frames := []*figure{
		{name: "a frame on a port, dropped by the gate", once: s.live(b.programs.AbriXdp, data, 100_000)},
	}
	rules := "table netdev abri { set bad { type ipv4_addr; elements = { 45.9.20.1 }; }\nchain c { type filter hook ingress device out priority 0; policy accept; ip saddr @bad drop; }\n}\n"
	cmd := exec.Command("nft", "-f", "-")
	cmd.Stdin = strings.NewReader(rules)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("no nftables beside it: %v: %s", err, out)
	} else {
		frames = append(frames, &figure{name: "a frame on a port, dropped by a set of nft", once: s.live(bare, data, 100_000)})
	}
	inTurns(t, 11, frames)
	if len(frames) > 1 {
		s.nftAdd()
	}
}

// xdpFilter has xdp-filter drop one source on the outside port, and gives its program.
func (s *scene) xdpFilter(source string) (*ebpf.Program, error) {
	for _, args := range [][]string{{"load", "out", "-m", "native", "-f", "ipv4"}, {"ip", source, "-m", "src"}} {
		if out, err := exec.Command("xdp-filter", args...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%w: %s", err, out)
		}
	}
	s.t.Cleanup(func() { exec.Command("xdp-filter", "unload", "out").Run() })
	port, err := netlink.LinkByIndex(s.outside)
	if err != nil || port.Attrs().Xdp == nil {
		return nil, errors.Join(err, errors.New("no program on the port"))
	}
	program, err := ebpf.NewProgramFromID(ebpf.ProgramID(port.Attrs().Xdp.ProgId))
	if err == nil {
		s.t.Cleanup(func() { program.Close() })
	}
	return program, err
}

// nftAdd is what a ban costs with nftables: one element more, with the start of nft, which is how it is done.
func (s *scene) nftAdd() {
	s.t.Helper()
	all := make([]time.Duration, 0, 20)
	for i := range cap(all) {
		start := time.Now()
		s.do(exec.Command("nft", "add", "element", "netdev", "abri", "bad", fmt.Sprintf("{ 45.9.21.%d }", i)).Run())
		all = append(all, time.Since(start))
	}
	slices.Sort(all)
	s.t.Logf("nft add element, with the start of nft: median %v, best %v", all[len(all)/2], all[0])
}

// TestFiguresDeciding is from the packet that decides, as the kernel saw it, to the ban in the kernel, while 2,000 new
// conversations a second come: ring, Read, Ban. What the box's reader takes to decide comes on top.
func TestFiguresDeciding(t *testing.T) {
	asked(t)
	b := newBench(t, abri.Protect)
	b.million()
	const flows, every = 10_000, 500 * time.Microsecond
	var over atomic.Bool
	go func() {
		f := frame{src: "80.4.0.0", dst: "192.168.1.2", proto: protoTCP, sport: 1, dport: 25, flags: syn}
		atomic.StoreUint32(&b.control.at.Inside, 2)
		for i := range flows {
			f.src = netip.AddrFrom4([4]byte{80, 4, byte(i >> 8), byte(i)}).String()
			if _, err := b.programs.AbriXdp.Run(&ebpf.RunOptions{Data: f.bytes()}); err != nil {
				break
			}
			time.Sleep(every)
		}
		over.Store(true)
	}()
	var all []time.Duration
	var rec Record
	for b.SetDeadline(time.Now().Add(time.Minute)); !over.Load() || len(all) < flows/2; {
		if err := b.Read(&rec); err != nil {
			break
		}
		from, _ := netip.AddrFromSlice(rec.Data[26:30])
		b.do(b.Ban(netip.PrefixFrom(from, 32), 0))
		all = append(all, time.Duration(Monotonic()-rec.Time))
		if len(all) == flows {
			break
		}
	}
	slices.Sort(all)
	n := len(all)
	if n == 0 {
		t.Fatal("no packet was read")
	}
	t.Logf("deciding packet to ban in the kernel, %d of them: median %v, 99%% %v, worst %v (reach 100 µs, 2 ms)", n, all[n/2], all[n*99/100], all[n-1])
}

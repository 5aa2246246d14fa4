package gate

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri"
)

// live sends frames into the outside port of a bridge, all of it on this processor, and gives the time of one, in ns:
// program, bridge and the port that it leaves by. It is the time that this thread had a processor, so that who else is busy
// here is not in it.
func (s *scene) live(program *ebpf.Program, data []byte, times int) func() float64 {
	md := make([]byte, 24) // struct xdp_md
	binary.NativeEndian.PutUint32(md[4:], uint32(len(data)))
	binary.NativeEndian.PutUint32(md[12:], uint32(s.outside))
	return func() float64 {
		start := processor(s.t)
		_, err := program.Run(&ebpf.RunOptions{Data: data, Context: md, Repeat: uint32(times), Flags: liveFrames})
		took := processor(s.t) - start
		s.do(err)
		return float64(took) / float64(times)
	}
}

// processor is the time that this thread had a processor, in ns.
func processor(t *testing.T) int64 {
	t.Helper()
	var now unix.Timespec
	fatal(t, unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now))
	return now.Nano()
}

// sink makes the far end of the inside port count and drop what arrives, so that a frame's way ends there, at little
// cost; it gives the count.
func (s *scene) sink() func() (n uint64) {
	s.t.Helper()
	count, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.Array, KeySize: 4, ValueSize: 8, MaxEntries: 1})
	s.do(err)
	drop, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: "sink", Type: ebpf.XDP, License: "GPL",
		Instructions: asm.Instructions{
			asm.LoadMapValue(asm.R1, count.FD(), 0), asm.Mov.Imm(asm.R2, 1), asm.AddAtomic.Mem(asm.R1, asm.R2, asm.DWord, 0),
			asm.Mov.Imm(asm.R0, 1), asm.Return(),
		},
	})
	s.do(err)
	far, err := netlink.LinkByName("site")
	s.do(err)
	l, err := attachXDP(far.Attrs().Index, drop, false)
	s.do(err)
	s.t.Cleanup(func() { l.Close(); drop.Close(); count.Close() })
	return func() (n uint64) {
		s.do(count.Lookup(uint32(0), &n))
		return n
	}
}

// TestFiguresCrossing is a forwarded packet: through a bare bridge, through one with the gate, redirected past the bridge,
// and through one with the same lists in nftables. The conversations are known; each packet is of another. Of the gate all
// is on that a box has on: lists, bans, bans at doors, own addresses, bars of floods.
func TestFiguresCrossing(t *testing.T) {
	measuring(t)
	const times = 100_000
	b, bare := newBench(t, abri.Protect), newBare(t)
	listed := b.million()
	s := newScene(t)
	arrived := s.sink()
	for _, call := range []string{"iptables", "ip6tables"} { // the host's firewall is not in the way of a box, and not here
		err := os.WriteFile("/proc/sys/net/bridge/bridge-nf-call-"+call, []byte("0"), 0)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	first, err := attachXDP(s.outside, bare, false) // gives the port the queue that live frames come from
	s.do(err)
	defer func() { first.Close() }()
	b.control.at.Inside = uint32(s.inside)
	b.everything()

	data := (frame{src: "80.2.2.2", dst: "80.1.1.1", proto: protoTCP, sport: 1, dport: 443, flags: ack, payload: 200}).bytes()
	r := newRoam(t, false, false, sources4(rand.New(rand.NewPCG(7, 7)), 4096, func(a uint32) bool { return !listed(a) }))
	r.leadTo(t, b.programs.AbriXdp)
	for range 80 * 4096 / 2000 {
		repeated(t, r.Program, data, 2000)()
		b.copies()
	}
	led := func(to *ebpf.Program) func() float64 {
		once := s.live(r.Program, data, times)
		return func() float64 { r.leadTo(t, to); return once() }
	}
	b.spokenTo(s.inside)
	through := led(b.programs.AbriXdp)
	past := func() float64 {
		b.control.at.Fastpath = 1
		defer func() { b.control.at.Fastpath = 0 }()
		return through()
	}
	before := arrived()
	all := []*figure{
		{name: "bare bridge, XDP_PASS", once: led(bare)}, {name: "bridge with the gate, everything on", once: through},
		{name: "redirect with the gate, everything on", once: past},
	}
	inTurns(t, 11, all)
	added(t, all)
	t.Logf("%-44s %6.0f ns less than the bare bridge (reach: less)", all[2].name, all[0].median()-all[2].median())
	if n := arrived() - before; n < 33*times*99/100 { // a queue that was full lost the rest
		t.Errorf("%d frames came out of %d", n, 33*times)
	}

	s.do(first.Close())
	first, err = attachXDP(s.outside, b.programs.AbriXdp, true)
	s.do(err)
	generic := &figure{name: "bridge with the gate, generic XDP", once: led(bare)}
	for range 11 {
		generic.ns = append(generic.ns, generic.once())
	}
	generic.print(t, all[0].median())

	s.do(first.Close())
	first, err = attachXDP(s.outside, bare, false)
	s.do(err)
	took, err := s.nft(b)
	if err != nil {
		t.Logf("no nftables beside it: %v", err)
		return
	}
	t.Logf("nft -f of the same million: %v", took.Round(time.Millisecond))
	nft := &figure{name: "bridge with nftables, the same lists", once: led(bare)}
	for range 11 {
		nft.ns = append(nft.ns, nft.once())
	}
	nft.print(t, all[0].median())
	t.Logf("offered: one frame after the other, %.2f million a second through the bare bridge", 1e3/all[0].median())
}

// everything turns on what a box has on.
func (b *bench) everything() {
	b.t.Helper()
	b.do(b.Ban(netip.MustParsePrefix("45.9.20.1/32"), 0))
	b.do(b.BanAt(netip.MustParsePrefix("45.9.20.2/32"), abri.Door{Proto: protoTCP, Port: 25}, 0))
	b.do(b.Own([]netip.Addr{netip.MustParseAddr("192.168.1.9")}))
	b.control.at.Flood = 1
}

// spokenTo makes every conversation of the table one that crosses: the other end has spoken, by the inside port. The
// redirect leads to it.
func (b *bench) spokenTo(inside int) {
	b.t.Helper()
	const spoken = 2 // SPOKEN of kernel/words.h
	b.do(b.maps.Wires.Put(uint32(abri.Outside), uint32(inside)))
	var key kernelFlowKey
	var v kernelTally
	all := map[kernelFlowKey]kernelTally{}
	each := b.maps.Flows.Iterate()
	for each.Next(&key, &v) {
		for i := range v.Half {
			v.Half[i].Spoken = spoken
			if v.Half[i].Side == 0 {
				v.Half[i].Side = uint8(abri.Inside)
			}
		}
		all[key] = v
	}
	b.do(each.Err())
	for key, v := range all {
		b.do(b.maps.Flows.Put(&key, &v))
	}
}

func added(t *testing.T, all []*figure) {
	t.Helper()
	for _, f := range all[1:2] {
		t.Logf("%-44s added  %6.0f ns (reach 350)", f.name, f.median()-all[0].median())
	}
}

// nft loads the lists of the gate into nftables on the outside port, both ends of a packet asked.
func (s *scene) nft(b *bench) (time.Duration, error) {
	v4, _ := randomLists(rand.New(rand.NewPCG(1, 1)), 1_000_000, 0)
	slices.Sort(v4)
	var rules bytes.Buffer
	rules.WriteString("table netdev abri {\nset bad { type ipv4_addr; flags interval; elements = {\n")
	for i := 0; i < len(v4); {
		first, last, _ := span4(v4[i])
		for i++; i < len(v4); i++ { // nft takes no overlap, and merges slowly
			next, end, _ := span4(v4[i])
			if next > last {
				break
			}
			last = max(last, end)
		}
		fmt.Fprintf(&rules, "%v-%v,\n", prefix4(uint64(first)<<8|32).Addr(), prefix4(uint64(last)<<8|32).Addr())
	}
	rules.WriteString("} }\nchain c { type filter hook ingress device out priority 0; policy accept;\nip saddr @bad drop\nip daddr @bad drop\n}\n}\n")
	start := time.Now()
	cmd := exec.Command("nft", "-f", "-")
	cmd.Stdin = &rules
	out, err := cmd.CombinedOutput()
	if err != nil {
		lines := strings.SplitN(string(out), "\n", 2)
		return 0, &abri.Error{Code: abri.CodeUnavailable, What: strconv.Quote(lines[0]), Err: err}
	}
	return time.Since(start), nil
}

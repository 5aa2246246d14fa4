package gate

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// TestFiguresStall loads ten million entries, swaps and lets them go, under traffic: how long a packet waited. A shaper in
// the kernel sends a packet every fifth of a millisecond from its timer, as a card would by its interrupt, and the kernel
// notes when it arrives; so what is measured is what a packet waits for, and not whether a process of this busy machine
// had a processor. What a virtual machine's host took away meanwhile, by the kernel's account, is told apart.
func TestFiguresStall(t *testing.T) {
	asked(t)
	s := newScene(t)
	g := s.open(s.options())
	small4, small6 := entries("45.9.20.0/24", "2a0b:1::/32")
	_, err := g.Load(small4, small6)
	s.do(err)
	v4, v6 := randomLists(rand.New(rand.NewPCG(1, 1)), 10_000_000, 100_000)
	home := word4(netip.MustParseAddr("80.2.2.2"))
	v4 = slices.DeleteFunc(v4, func(e uint64) bool { return uint32(e>>8)>>24 == home>>24 })
	v4, v6 = append(v4, small4...), append(v6, small6...)
	s.pass(s.router, s.site, nil)
	s.shape()
	said := s.pulse()
	for _, c := range []struct {
		what string
		fn   func() error
	}{
		{"nothing (the yardstick)", func() error { time.Sleep(5 * time.Second); return nil }},
		{"10M loaded, where nothing was", func() error { _, err := g.Load(v4, v6); return err }},
		{"10M beside 10M, and swapped", func() error { _, err := g.Load(v4, v6); return err }},
		{"10M again, in the same memory", func() error { _, err := g.Load(v4, v6); return err }},
		{"a short list in their place", func() error { _, err := g.Load(small4, small6); return err }},
		{"and again", func() error { _, err := g.Load(small4, small6); return err }},
		{"all maps let go", func() error { s.do(g.Close()); return Detach(s.options().PinDir) }},
		{"the kernel frees them", func() error { time.Sleep(3 * time.Second); return nil }},
	} {
		said()
		start := time.Now()
		s.do(c.fn())
		t.Logf("%-30s %8v: %s (reach: 50 ms)", c.what, time.Since(start).Round(time.Millisecond), said())
	}
}

// pulse starts the traffic; the function it gives says how long its packets waited since it was last asked.
func (s *scene) pulse() (said func() string) {
	s.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestPulse$")
	cmd.Env = append(os.Environ(), "ABRI_PULSE=1")
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = []*os.File{os.NewFile(uintptr(dup(s.t, s.router)), "router"), os.NewFile(uintptr(dup(s.t, s.site)), "site")}
	ask, err := cmd.StdinPipe()
	s.do(err)
	out, err := cmd.StdoutPipe()
	s.do(err)
	s.do(cmd.Start())
	s.t.Cleanup(func() { ask.Close(); cmd.Wait() })
	lines := bufio.NewScanner(out)
	return func() string {
		s.t.Helper()
		_, err := io.WriteString(ask, "?")
		s.do(err)
		if !lines.Scan() {
			s.t.Fatal("the traffic ended")
		}
		return lines.Text()
	}
}

func dup(t *testing.T, fd int) int {
	n, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	fatal(t, err)
	return n
}

// pace is how often the shaper lets a packet go, ahead how many wait for it: nobody need feed it for half a second.
const (
	pace  = 200 * time.Microsecond
	ahead = 2500
)

var pulseFrame = (frame{src: "80.2.2.2", dst: "192.168.1.2", proto: protoUDP, sport: 9, dport: 99, payload: 58}).bytes()

// shape puts the shaper on what the router sends (a token bucket of one packet, tc-tbf(8)).
func (s *scene) shape() {
	s.t.Helper()
	router, err := netlink.LinkByName("router")
	s.do(err)
	size := len(pulseFrame)
	rate := uint64(size) * uint64(time.Second/pace)
	shaper := &netlink.Tbf{
		QdiscAttrs: netlink.QdiscAttrs{LinkIndex: router.Attrs().Index, Handle: netlink.MakeHandle(1, 0), Parent: netlink.HANDLE_ROOT},
		Rate:       rate, Limit: uint32(2 * ahead * size), Buffer: uint32(3 * pace.Nanoseconds() / 2 >> 6), // in ticks of 64 ns
	}
	if err := netlink.QdiscAdd(shaper); err != nil {
		s.t.Skipf("needs a shaper (NET_SCH_TBF): %v", err)
	}
}

// TestPulse is the process of pulse: it keeps the shaper fed, and looks at when the packets came.
func TestPulse(t *testing.T) {
	if os.Getenv("ABRI_PULSE") == "" {
		t.Skip("the traffic of TestFiguresStall")
	}
	const router, site = 3, 4
	runtime.LockOSThread()
	debug.SetGCPercent(-1)
	fatal(t, unix.SchedSetAttr(0, &unix.SchedAttr{Policy: unix.SCHED_FIFO, Priority: 10}, 0))
	fatal(t, unix.SetNonblock(0, true))
	for _, size := range []int{unix.SO_SNDBUFFORCE, unix.SO_RCVBUFFORCE} {
		fatal(t, unix.SetsockoptInt(router, unix.SOL_SOCKET, size, 16<<20))
		fatal(t, unix.SetsockoptInt(site, unix.SOL_SOCKET, size, 16<<20))
	}
	fatal(t, unix.SetsockoptInt(site, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1))
	var p pulse
	question := make([]byte, 1)
	for waiting := 0; ; {
		for ; waiting < ahead; waiting++ {
			if _, err := unix.Write(router, pulseFrame); err != nil {
				break // asked again in a moment
			}
		}
		p.stole = append(p.stole[max(0, len(p.stole)-4):], stolen(t)) // of the last four looks
		for at := arrival(site); at != 0; at = arrival(site) {
			p.note(at)
			waiting--
		}
		if n, err := unix.Read(0, question); n == 1 {
			fmt.Println(p.said())
		} else if err != unix.EAGAIN {
			os.Exit(0)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// pulse is when packets came.
type pulse struct {
	last  time.Duration
	gaps  []time.Duration
	own   time.Duration // the worst, less what the host took
	stole []time.Duration
}

func (p *pulse) note(at time.Duration) {
	if gap := at - p.last; p.last != 0 {
		p.gaps = append(p.gaps, gap)
		if gap > p.own {
			p.own = max(p.own, gap-(p.stole[len(p.stole)-1]-p.stole[0]))
		}
	}
	p.last = at
}

func (p *pulse) said() string {
	slices.Sort(p.gaps)
	n := len(p.gaps)
	if n == 0 {
		return "no packet came"
	}
	text := fmt.Sprintf("%d packets, one every %v: median %v, 99.9%% %v, worst %v, of which %v not the host's", n, pace, p.gaps[n/2], p.gaps[n-1-n/1000], p.gaps[n-1], p.own)
	p.gaps, p.own = p.gaps[:0], 0
	return text
}

// arrival takes the next frame of the pulse and gives when the kernel saw it, 0 when there is none.
func arrival(fd int) time.Duration {
	buf, control := make([]byte, 2048), make([]byte, 128)
	for {
		n, c, _, _, err := unix.Recvmsg(fd, buf, control, unix.MSG_DONTWAIT)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return 0
		}
		messages, err := unix.ParseSocketControlMessage(control[:c])
		if err != nil || len(messages) == 0 || n != len(pulseFrame) {
			continue
		}
		at := (*unix.Timespec)(unsafe.Pointer(&messages[0].Data[0]))
		return time.Duration(at.Nano())
	}
}

// stolen is how long the host of a virtual machine gave the processors to others (proc(5), /proc/stat).
func stolen(t *testing.T) time.Duration {
	text, err := os.ReadFile("/proc/stat")
	fatal(t, err)
	fields := strings.Fields(strings.SplitN(string(text), "\n", 2)[0])
	ticks, err := strconv.Atoi(fields[8])
	fatal(t, err)
	return time.Duration(ticks) * 10 * time.Millisecond
}

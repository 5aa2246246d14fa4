// Package live proves "live equals replay": it sends captures through the real gate, on two ports of a network of its own,
// and has what the keeper tells of them read by the box's pipeline, as a reader does. Only the clock is another: see clock.
//
//	capture → taps → ports, gate (kernel) → ring, tables → keeper.Teller → order → pipeline → attacks
package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"abri.example/abri"
	"abri.example/abri/box/keeper"
	"abri.example/abri/box/order"
	"abri.example/abri/box/pipeline"
	"abri.example/abri/bridge"
	"abri.example/abri/capture"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/device"
	"abri.example/abri/flow"
	"abri.example/abri/gate"
	"abri.example/abri/geo"
	"abri.example/abri/names/lookalike"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
	"abri.example/abri/telephone"
	"abri.example/abri/testnet"
)

// The tables are swept when so much of the capture's time went by, or so many packets; the pipeline's clock ticks with it.
const (
	window  = 2 * time.Second
	packets = 2000
)

// Link is a box's link between two taps.
type Link struct {
	outside, inside *testnet.Tap
	host            *testnet.Host
	ports           [2]int // of the box
	pins            string
}

// New lays one. It is removed when t ends.
func New(t testnet.T) (*Link, error) {
	n := testnet.New(t)
	l := &Link{host: n.Host("box")}
	far, near := n.Host("router"), n.Host("office")
	n.Cable(far, l.host, "lan", testnet.OutsidePort)
	n.Cable(l.host, near, testnet.InsidePort, "uplink")
	if err := errors.Join(widen(far, "lan"), widen(near, "uplink"), widen(l.host, testnet.OutsidePort), widen(l.host, testnet.InsidePort)); err != nil {
		return nil, err
	}
	var err error
	if l.outside, err = far.Tap("lan"); err != nil {
		return nil, err
	}
	if l.inside, err = near.Tap("uplink"); err != nil {
		return nil, err
	}
	err = l.host.Do(func() error {
		b, err := bridge.Ensure(bridge.Options{Kind: bridge.InBetween, Name: "abri0", Outside: testnet.OutsidePort, Inside: testnet.InsidePort})
		if err == nil {
			l.ports = [2]int{b.Outside, b.Inside}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, l.mount(t)
}

// widen lets a port take frames as long as captures of a sending machine have them, before they are cut for the wire.
func widen(h *testnet.Host, port string) error {
	return h.Do(func() error {
		link, err := netlink.LinkByName(port)
		if err != nil {
			return err
		}
		return netlink.LinkSetMTU(link, 65_535)
	})
}

// mount gives the gate a folder for its pins.
func (l *Link) mount(t testnet.T) error {
	folder, err := os.MkdirTemp("", "abri-live-")
	if err != nil {
		return err
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := unix.Mount("bpffs", folder, "bpf", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "mode=0700"); err != nil {
		return err
	}
	t.Cleanup(func() {
		if err := unix.Unmount(folder, unix.MNT_DETACH); err != nil {
			t.Logf("unmounting %s: %v", folder, err)
		}
	})
	l.pins = filepath.Join(folder, "abri")
	return nil
}

// crossing is one capture on its way.
type crossing struct {
	clock
	gate    *gate.Gate
	teller  *keeper.Teller
	pipe    *pipeline.Pipeline
	counter *count.Counter
	heard   atomic.Uint64 // copies that the pipeline took
	told    map[string]abri.Attack

	mu    sync.Mutex // the pipeline
	swept time.Time  // of the capture
	since int        // packets since
}

// Attacks sends a capture across and gives the attacks that a box on the link would have told, as they stood at the end.
// The gate is a new one each time, and only watches. home is as in flow.Options.
func (l *Link) Attacks(ctx context.Context, file string, home flow.Home) (attacks []abri.Attack, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	from, err := capture.Open(f, file)
	if err != nil {
		return nil, err
	}
	c, err := l.begin(home)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		err = errors.Join(err, c.gate.Close(), l.host.Do(func() error { return gate.Detach(l.pins) }))
	}()
	ours, theirs := net.Pipe()
	if c.teller, err = keeper.NewTeller(c.gate, ours, slog.New(slog.DiscardHandler)); err != nil {
		return nil, err
	}
	go c.teller.Relay(ctx)             // ends with the gate
	go order.Listen(theirs, listen{c}) // ends with the pipe
	defer ours.Close()
	r := testnet.Replay{Outside: l.outside, Inside: l.inside, Home: home, Whole: true, Before: c.before}
	if _, err := r.Run(ctx, from); err != nil && abri.CodeOf(err) != abri.CodeDamaged && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return c.end()
}

func (l *Link) begin(home flow.Home) (*crossing, error) {
	c := &crossing{counter: count.New(count.Options{Seed: "live"}), told: map[string]abri.Attack{}}
	err := l.host.Do(func() (err error) {
		c.gate, err = gate.Open(gate.Options{PinDir: l.pins, Outside: l.ports[0], Inside: l.ports[1], Grace: time.Hour, Generic: true, RingBytes: 64 << 20})
		return err
	})
	if err != nil {
		return nil, err
	}
	judge, err := policy.New(policy.Options{Mode: abri.Observe, Scanner: detect.ResearchScanner})
	if err != nil {
		return nil, err
	}
	line := detect.NewTelephone(detect.TelephoneOptions{Options: telephone.Options{Location: time.UTC, Country: geo.Country}})
	c.pipe = pipeline.New(pipeline.Options{
		Policy: judge, Detectors: detect.With(line), Counter: c.counter, Home: home, Live: true,
		Devices: device.NewBook(device.Options{Home: home.Contains}), Lookalikes: lookalike.New(lookalike.Brands()),
	})
	return c, nil
}

// before is called before each packet: it sweeps when a window of the capture is over, and notes when what is sent.
func (c *crossing) before(p *capture.Packet) error {
	if c.swept.IsZero() {
		c.swept = p.Time
	}
	c.since++
	if p.Time.Sub(c.swept) >= window || c.since >= packets {
		if err := c.sweep(); err != nil {
			return err
		}
		c.swept, c.since = p.Time, 0
	}
	c.mu.Lock()
	c.note(gate.Monotonic(), p.Time)
	c.mu.Unlock()
	return nil
}

// drain waits until the pipeline took every copy that the gate made.
func (c *crossing) drain() error {
	for range 2000 {
		n, err := c.gate.Counters()
		if err != nil {
			return err
		}
		if n.Lost.Packets > 0 {
			return fmt.Errorf("the ring was full: %d copies are lost", n.Lost.Packets)
		}
		if c.heard.Load() >= n.Copies.Packets {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return errors.New("copies don't arrive")
}

// sweep has all that was sent told, and the pipeline's clock tick.
func (c *crossing) sweep() error {
	if err := c.drain(); err != nil {
		return err
	}
	time.Sleep(grain) // nothing of the next window is taken for one of this, whose times are of the coarse clock
	if err := c.teller.Sweep(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.at); n > 0 {
		c.pipe.Tick(c.at[n-1])
		c.take()
	}
	return nil
}

// take keeps what was told of attacks. mu is held.
func (c *crossing) take() {
	for _, a := range c.counter.Changed() {
		c.told[a.ID] = a
	}
}

// end tells what is left, ends every conversation, and gives the attacks.
func (c *crossing) end() ([]abri.Attack, error) {
	time.Sleep(2 * settle) // the teller leaves what began a moment ago to the next sweep
	if err := c.sweep(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pipe.Flush()
	c.take()
	all := slices.Collect(maps.Values(c.told))
	slices.SortFunc(all, func(a, b abri.Attack) int { return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

// settle is longer than what a sweep leaves out for being young.
const settle = 25 * time.Millisecond

// listen hears the news for a crossing, as the reader's listener does, by the capture's clock.
type listen struct{ *crossing }

func (l listen) Packet(p order.Packet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pipe.Copy(l.wall(p.At), p.Side, p.Fate, p.Data)
	l.heard.Add(1)
}

func (l listen) Flow(f order.Flow) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pipe.Flow(pipeline.Record{
		Record: flow.Record{
			Client: f.Client, Server: f.Server, Proto: f.Proto, Side: f.Side, First: l.wall(f.First), Last: l.wall(f.Last + int64(grain)),
			Up: counter(f.Up), Down: counter(f.Down),
		},
		Fate: f.Fate, Cause: f.Cause, Packets: f.Packets, Bytes: f.Bytes, Began: f.Began,
	})
}

func (listen) Question(order.Question) {}
func (listen) Pressing(order.Pressing) {}
func (listen) Place(order.Place)       {}
func (listen) Settings(order.Settings) {}

func counter(c order.Count) flow.Counter {
	return flow.Counter{Packets: c.Packets, Bytes: c.Bytes, Flags: packet.TCPFlags(c.Flags)}
}

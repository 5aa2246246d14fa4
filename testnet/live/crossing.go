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
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/keeper"
	"abri.example/abri/box/order"
	"abri.example/abri/box/pipeline"
	"abri.example/abri/capture"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/device"
	"abri.example/abri/flow"
	"abri.example/abri/gate"
	"abri.example/abri/geo"
	"abri.example/abri/names/lookalike"
	"abri.example/abri/policy"
	"abri.example/abri/telephone"
	"abri.example/abri/testnet"
)

// Options say who reads what crosses a link.
type Options struct {
	Home     flow.Home // as in flow.Options
	Pipeline *pipeline.Pipeline
	Counter  *count.Counter // of the Pipeline
	Window   time.Duration  // of the capture's time, after which the tables are swept and the pipeline's clock ticks; 2 s when zero
}

// packets is after how many at the latest the tables are swept.
const packets = 2000

// crossing is one capture on its way.
type crossing struct {
	clock
	gate    *gate.Gate
	teller  *keeper.Teller
	pipe    *pipeline.Pipeline
	counter *count.Counter
	window  time.Duration
	heard   atomic.Uint64 // copies that the pipeline took
	told    map[string]abri.Attack

	mu    sync.Mutex // the pipeline
	swept time.Time  // of the capture
	since int        // packets since
}

// Attacks sends a capture across and gives the attacks that a box on the link would have told, as they stood at the end.
// home is as in flow.Options.
func (l *Link) Attacks(ctx context.Context, file string, home flow.Home) ([]abri.Attack, error) {
	from, end, err := open(file)
	if err != nil {
		return nil, err
	}
	defer end()
	o, err := watching(home)
	if err != nil {
		return nil, err
	}
	return l.Cross(ctx, from, o)
}

// watching are the options of a box that only watches.
func watching(home flow.Home) (Options, error) {
	judge, err := policy.New(policy.Options{Mode: abri.Observe, Scanner: detect.ResearchScanner})
	if err != nil {
		return Options{}, err
	}
	counter := count.New(count.Options{Seed: "live"})
	line := detect.NewTelephone(detect.TelephoneOptions{Options: telephone.Options{Location: time.UTC, Country: geo.Country}})
	return Options{Home: home, Counter: counter, Pipeline: pipeline.New(pipeline.Options{
		Policy: judge, Detectors: detect.With(line), Counter: counter, Home: home, Live: true,
		Devices: device.NewBook(device.Options{Home: home.Contains}), Lookalikes: lookalike.New(lookalike.Brands()),
	})}, nil
}

// Cross sends packets across and gives the attacks that were counted, as they stood at the end. The gate is a new one each
// time, and only watches: what the pipeline's hand does, it does to nobody.
func (l *Link) Cross(ctx context.Context, from *capture.Reader, o Options) (attacks []abri.Attack, err error) {
	c, err := l.begin(o)
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
	r := testnet.Replay{Outside: l.outside, Inside: l.inside, Home: o.Home, Whole: true, Before: c.before}
	if _, err := r.Run(ctx, from); err != nil && abri.CodeOf(err) != abri.CodeDamaged && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return c.end()
}

func (l *Link) begin(o Options) (*crossing, error) {
	c := &crossing{pipe: o.Pipeline, counter: o.Counter, window: o.Window, told: map[string]abri.Attack{}}
	if c.window <= 0 {
		c.window = 2 * time.Second
	}
	return c, l.host.Do(func() (err error) {
		c.gate, err = gate.Open(gate.Options{PinDir: l.pins, Outside: l.ports[0], Inside: l.ports[1], Grace: time.Hour, Generic: true, RingBytes: 64 << 20})
		return err
	})
}

// before is called before each packet: it sweeps when a window of the capture is over, and notes when what is sent.
func (c *crossing) before(p *capture.Packet) error {
	if c.swept.IsZero() {
		c.swept = p.Time
	}
	c.since++
	if p.Time.Sub(c.swept) >= c.window || c.since >= packets {
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

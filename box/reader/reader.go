// Package reader is the process of the box that reads: it takes the keeper's news through the pipeline, counts, keeps
// and shows, and gives the keeper its orders. It runs without privileges; should a packet bring it down, the filter
// goes on and the keeper starts it again.
//
//	news → pipeline → count → today → page, status
//	                     └→ record → store
//	lists, decisions, mode → policy (here) and orders (to the keeper)
//
// Its borders: it never touches the kernel's maps, and asks the keeper for what it wants done there.
package reader

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/liaison"
	"abri.example/abri/box/library"
	"abri.example/abri/box/order"
	"abri.example/abri/box/pipeline"
	"abri.example/abri/box/session"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/device"
	"abri.example/abri/feed"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/names/lookalike"
	"abri.example/abri/policy"
	"abri.example/abri/store"
	"abri.example/abri/weather"
)

// Reader is one life of the reader process. What its fields hold under mu belongs to whoever holds mu; the news, the
// clock's tick, the page and the control socket take turns.
type Reader struct {
	log    *slog.Logger
	keeper order.Keeper
	urgent order.Hand // nil: nothing is cut
	record *record
	watch  watchers
	now    func() time.Time // the wall clock; it may be set at any time
	begun  time.Time
	seed   string // the box's own random word

	library    *library.Library
	liaison    *liaison.Liaison
	shelving   sync.Mutex // one putting in force of lists at a time
	following  sync.Mutex // one telling of the telephone line at a time
	contacts   contacts
	questions  questions
	departures departures
	sessions   *session.Book // who is signed in on the pages
	examined   chan struct{} // one taken by each letter that is examined

	mu       sync.Mutex
	config   *config.Config
	path     string // of the configuration
	mode     abri.Mode
	set      *feed.Set
	lists    []library.Report
	added    []config.List // by people, at the console
	recalled bool          // those of an earlier life are among them
	decided  []decision
	exempt   []netip.Prefix // by the configuration and its files
	isolated []store.Isolated
	recorded bool      // isolated is what the record says
	released []release // names
	place    order.Place
	policy   *policy.Policy

	imitations *lookalike.Judge
	imitated   imitations
	front      front
	pipe       *pipeline.Pipeline
	measures   *policy.Measures
	bans       []ban // by detectors, to be put in force
	counter    *count.Counter
	today      today
	kernel     kernelState
	flood      flood
	trouble    troubles
	lastSeen   time.Time // of a packet or flow
	since      time.Time // when this box began to count
	stepped    time.Time // the last step, by the machine's own clock
	hastened   time.Time // the last look that was before its time
	devices    *device.Book
	found      []abri.Attack // by looking back
	proven     proven
	line       line

	settled chan struct{} // closed when the first settings stand
	placed  chan struct{} // gets a value when the place changed
	banning chan struct{} // gets a value when bans wait
}

// Run is the whole life of a reader: orders go out on orders, those that can't wait on urgent, news come in on news, until ctx
// ends or the keeper goes. door is the bound socket of the page of stopped names, nil for none; Run closes it.
func Run(ctx context.Context, orders, news, urgent net.Conn, door *os.File, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := newReader(order.NewCaller(orders), time.Now, log)
	r.urgent = order.NewUrgent(urgent)
	r.front.socket = door
	heard := make(chan error, 1)
	go func() { heard <- order.Listen(news, &listener{Reader: r, ctx: ctx}) }()
	closed := context.AfterFunc(ctx, func() { news.Close() })
	defer closed()

	select {
	case <-r.settled:
	case err := <-heard:
		return err
	case <-ctx.Done():
		return nil
	}
	parts := []func(context.Context) error{r.beat, r.tick, r.record.run, r.serveControl, r.servePages, r.serveFront, r.askKernel, r.fetchLists, r.keepLedger, r.banAll, r.keepMeasures, r.proveDaily, r.serveObservatory, r.keepBars, r.keepSheets, r.probeLine}
	var wait sync.WaitGroup
	errs := make([]error, len(parts)+1)
	for i, part := range parts {
		wait.Go(func() {
			if errs[i] = part(ctx); errs[i] != nil {
				cancel()
			}
		})
	}
	errs[len(parts)] = <-heard
	if ctx.Err() != nil && errors.Is(errs[len(parts)], net.ErrClosed) {
		errs[len(parts)] = nil
	}
	cancel()
	wait.Wait()
	r.step(r.now()) // what came since the last tick is told to nobody else
	r.writeSheets(context.WithoutCancel(ctx))
	return errors.Join(append(errs, r.record.close())...)
}

func newReader(keeper order.Keeper, now func() time.Time, log *slog.Logger) *Reader {
	return &Reader{
		log: log, keeper: keeper, now: now, begun: now(), sessions: session.New(rand.Reader), examined: make(chan struct{}, examining),
		settled: make(chan struct{}), placed: make(chan struct{}, 1), banning: make(chan struct{}, 1),
	}
}

// settle makes the reader ready by its first settings: memory first, then what it remembers is put in force.
func (r *Reader) settle(ctx context.Context, c *config.Config, path string) error {
	r.config, r.path = c, path
	r.record = openRecord(ctx, c.Box.Data, c.Keep, r.now, r.log)
	r.record.join = r.join
	var err error
	if r.seed, err = r.record.seed(ctx); err != nil {
		return err
	}
	r.recallReleased(ctx)
	r.openLibrary(ctx, c)
	r.openLiaison(c)
	now := r.now()
	r.since = r.record.countingSince(ctx, now)
	r.restoreDevices(ctx)
	r.counter = count.New(count.Options{Location: c.Box.Location(), Seed: r.seed, Device: r.devices.Name})
	r.today.location = c.Box.Location()
	r.restore(ctx, now)
	r.beginFlood(ctx, c, now)
	r.found = r.record.found(ctx)
	r.mode = r.record.mode(ctx, c.Box.Mode)
	if r.decided, err = r.record.decisions(ctx, now); err != nil {
		r.decided, r.mode = r.adopt(c, now), r.kernelMode(r.mode)
		r.log.Warn("the record of decisions can't be read; those in the kernel stand", "decisions", len(r.decided), "mode", r.mode, "err", err)
	}
	r.openLine(ctx)
	r.policy = mustPolicy(r)
	r.imitations = imitated(c)
	r.openMeasures(ctx, c, now)
	detectors := detect.With(r.line.Telephone)
	r.recallDepartures(ctx, detectors, now)
	r.pipe = pipeline.New(pipeline.Options{
		Measures: r.measures, Act: r.measure, Guarded: guarded.Default().Name,
		Policy: r.policy, Detectors: detectors, Counter: r.counter, Flows: c.Gate.Flows, Live: true,
		Domains: r.set, Lookalikes: r.imitations, Devices: r.devices, Asked: r.noteQuestion, Departed: r.noteDeparture,
		Habit: r.habit, Imitated: r.noteImitation,
		Hand: r.urgent, Page: r.stopped,
	})
	return nil
}

// imitated knows the names that others imitate: those that everybody in France trusts, and the site's own.
func imitated(c *config.Config) *lookalike.Judge {
	brands := lookalike.Brands()
	for _, domain := range c.Names.Site {
		brands = append(brands, lookalike.Site(domain))
	}
	return lookalike.New(brands)
}

// restore takes up where an earlier life left off: open attacks, today's, noise and the days before.
func (r *Reader) restore(ctx context.Context, now time.Time) {
	open, active, noise := r.record.restore(ctx, weather.Midnight(now, r.today.location))
	r.counter.Restore(open)
	r.counter.RestoreNoise(abri.DayOf(now, r.today.location), noise)
	r.today.begin(now, active, r.record.history(ctx))
}

// enforce puts the whole of what should stand into the kernel: mode, decisions, lists. Each is tried even when another
// fails; what failed is a trouble, and is tried again by the tick.
func (r *Reader) enforce() {
	r.mu.Lock()
	mode := r.mode
	wanted := r.wanted()
	set := r.set
	r.mu.Unlock()
	err := errors.Join(r.keeper.Mode(mode), r.align(wanted), r.cutOff(), r.resolve(), r.holdFloods(), r.follow())
	if set != nil {
		err = errors.Join(err, r.load(set), r.loadNames(set))
		tidy()
	}
	if err != nil {
		r.log.Error("not all of it is in force", "err", err)
	}
	r.mu.Lock()
	r.trouble.note(troubleEnforce, err, r.now())
	r.mu.Unlock()
	r.ask()
}

// A reader that has made no step for this long hangs, and must not say that it lives.
const stepPatience = 3 * time.Second

// beat tells the keeper once a second that the reader lives: that it makes its steps, for which it must have taken in
// what the keeper told.
func (r *Reader) beat(ctx context.Context) error {
	return every(ctx, time.Second, func() error {
		r.mu.Lock()
		lives := time.Since(r.stepped) < stepPatience
		r.mu.Unlock()
		if !lives {
			return nil
		}
		return r.keeper.Beat()
	})
}

// every calls f now and then every d, until ctx ends or f fails.
func every(ctx context.Context, d time.Duration, f func() error) error {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		if err := f(); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

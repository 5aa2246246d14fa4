package keeper

import (
	"context"
	"errors"
	"time"

	"abri.example/abri/box/order"
	"abri.example/abri/gate"
)

// Every how often the kernel's tables are swept, and what has ended is taken out of them.
const (
	sweepEvery = time.Second
	purgeEvery = 500 * time.Millisecond
	// A reader that has not spoken for this long is taken for dead or hung: the gate then makes no more copies, and
	// after its grace time does what the configuration chose.
	readerPatience = 3 * time.Second
	// The kernel's entries have a time that is this old at the most when they are made: its clock is the coarse one.
	clockGrain = 20 * time.Millisecond
)

// sweeper tells a reader every change of the kernel's tables. What it told of each entry stands in the ledgers; while
// there is no reader nothing is swept, and all that gathers in the tables is told to the next.
//
// The gate's heartbeat is the mark of how far it told: it is the time of the last sweep that a living reader was told
// whole. So a keeper that is killed leaves to the next what must be told still, and nothing is told twice: attempts
// that began before the mark were told, those after it were not. What a killed keeper loses is the further packets of
// attempts that were told already.
//
// An attempt that the kernel had to push out of its full table between two sweeps is in no sweep: it is stopped, and in
// the counters by reason, but not among the attacks. Its packets are counted as untold.
type sweeper struct {
	*Keeper
	news                    *news
	flows, drops, questions *ledger
}

func (k *Keeper) newSweeper(n *news) *sweeper {
	return &sweeper{Keeper: k, news: n, flows: newLedger(), drops: newLedger(), questions: newLedger()}
}

// run sweeps until ctx ends. Attempts that began until since were told by an earlier keeper.
func (s *sweeper) run(ctx context.Context, since int64) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	taken := s.takeOver(since)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if !taken {
			taken = s.takeOver(since)
		}
		if life, alive := s.news.life(); taken && alive {
			s.sweep(life)
		}
	}
}

// takeOver notes what an earlier keeper told, as it stands now.
func (s *sweeper) takeOver(since int64) bool {
	note := func(l *ledger, r *gate.FlowRecord) (pending uint64) {
		packets := r.Up.Packets + r.Down.Packets
		if r.First > since {
			return packets
		}
		l.meet(tableKey{client: r.Client, server: r.Server, proto: r.Proto}, r.First, packets, r.Up.Bytes+r.Down.Bytes)
		return 0
	}
	pending := uint64(0)
	s.drops.begin()
	s.flows.begin()
	s.questions.begin()
	err := errors.Join(
		s.gate.SweepDrops(func(r *gate.DropRecord) { pending += note(s.drops, &r.FlowRecord) }),
		s.gate.SweepQuestions(func(q *gate.Question) { pending += s.noteQuestion(q, since) }),
		s.gate.Sweep(func(r *gate.FlowRecord) { note(s.flows, r) }))
	counted, uncounted := s.gate.Counters() // last, so that what comes meanwhile is never taken for lost
	if err = errors.Join(err, uncounted); err != nil {
		s.log.Error("the gate's tables can't be read", "err", err)
		return false
	}
	s.untold.begin(stopped(counted), int64(pending))
	return true
}

// sweep tells a reader what changed until a moment ago, the attempts first: once they are told, the heart beats.
func (s *sweeper) sweep(life int) {
	counted, uncounted := s.gate.Counters()
	now := gate.Monotonic() - int64(clockGrain)
	s.drops.begin()
	standing, told := 0, uint64(0)
	err := s.gate.SweepDrops(func(r *gate.DropRecord) {
		standing++
		told += s.tell(s.drops, now, flowOf(&r.FlowRecord, r.Reason))
	})
	asked, packets, unasked := s.tellQuestions(now)
	told += packets
	err = errors.Join(err, unasked)
	if s.settle(life, s.drops, s.questions) && err == nil {
		s.pulse(now)
		if uncounted == nil {
			s.untold.swept(int64(told), stopped(counted), isFull(standing, attempts) || isFull(asked, gate.MaxQuestions))
		}
	}
	live, held := 0, newCrowd()
	s.flows.begin()
	err = errors.Join(err, s.gate.Sweep(func(r *gate.FlowRecord) {
		live++
		held.meet(r, now)
		s.tell(s.flows, now, flowOf(r, gate.Pass))
	}))
	err = errors.Join(err, held.hold(s.gate, int(s.connections.Load())))
	s.settle(life, s.flows)
	s.Keeper.flows.Store(int64(live))
	if err != nil {
		s.log.Error("the gate's tables can't be read", "err", err)
	}
}

// tell tells what is new of an entry, and gives how many packets that is. One that began after the sweep is left to the
// next.
func (s *sweeper) tell(l *ledger, now int64, f order.Flow) (packets uint64) {
	if f.First > now {
		return 0
	}
	f.Packets, f.Bytes, f.Began = l.meet(tableKey{client: f.Client, server: f.Server, proto: f.Proto}, f.First, f.Up.Packets+f.Down.Packets, f.Up.Bytes+f.Down.Bytes)
	if f.Began && l == s.flows {
		s.begun.Add(1)
	}
	if f.Packets > 0 {
		s.news.say(func(t *order.Teller) error { return t.Flow(f) })
	}
	return f.Packets
}

// settle sends what was told, and reports whether that reader took it. If it died meanwhile the sweep was in vain.
func (s *sweeper) settle(life int, ledgers ...*ledger) bool {
	sent := s.news.say((*order.Teller).Flush)
	if now, _ := s.news.life(); sent && now == life {
		return true
	}
	for _, l := range ledgers {
		l.revert()
	}
	return false
}

// pulse has the gate's heart beat while the reader lives, or is busy with a long order.
func (s *sweeper) pulse(at int64) {
	if s.busy.Load() == 0 && at-s.beaten.Load() > int64(readerPatience) {
		return
	}
	if err := s.gate.Beat(at); err != nil {
		s.log.Error("the gate's heart does not beat", "err", err)
	}
}

// purge takes what has ended out of the gate's sets, until ctx ends.
func (k *Keeper) purge(ctx context.Context) error {
	tick := time.NewTicker(purgeEvery)
	defer tick.Stop()
	for {
		if err := k.gate.Purge(gate.Monotonic()); err != nil {
			k.log.Error("what has ended can't be taken out of the gate", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func flowOf(r *gate.FlowRecord, reason gate.Reason) order.Flow {
	return order.Flow{
		Client: r.Client, Server: r.Server, Proto: r.Proto, Side: r.Side, First: r.First, Last: r.Last,
		Up: half(r.Up), Down: half(r.Down), Fate: fate(reason), Cause: cause(reason),
	}
}

package reader

import (
	"context"
	"strings"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
	"abri.example/abri/weather"
)

// Every how often the clock is looked at, the kernel asked, and what is in force put right when it is not.
const (
	tickEvery    = time.Second / 2
	askEvery     = 2 * time.Second
	hastyEvery   = time.Second / 10 // for looks before their time
	enforceEvery = 15 * time.Second
	hoursEvery   = time.Minute
	watchedEvery = time.Minute // how long a day was watched is written down; a crash loses that much
)

// tick looks twice a second: who waits for it sees what began within two.
func (r *Reader) tick(ctx context.Context) error {
	return every(ctx, tickEvery, func() error {
		r.step(r.now())
		return nil
	})
}

func (r *Reader) step(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stepped = time.Now()
	r.look(now)
}

// hasten looks before it is time when a denial of service began. mu is held.
func (r *Reader) hasten() {
	if !r.counter.Hurries() {
		return
	}
	if now := r.now(); now.Sub(r.hastened).Abs() >= hastyEvery {
		r.hastened = now
		r.look(now)
	}
}

// look ends what is quiet, takes what changed to the record, and makes the weather. mu is held.
func (r *Reader) look(now time.Time) {
	r.pipe.Tick(now)
	r.promoteRipe(now)
	r.noteOperators()
	r.noteLine(now)
	changed := r.counter.Changed()
	r.today.take(changed)
	r.record.note(changed)
	r.noteHours(now)
	proof := r.proof(now)
	if ended, turned := r.today.turn(now, r.counter.Noise, proof); turned {
		r.record.noteDay(ended)
	}
	r.today.watch(now, proof)
	before := r.today.report
	report := r.today.look(now, r.counter.Noise(r.today.day), proof)
	news := len(changed) > 0 || report.Sky != before.Sky || report.Noise != before.Noise
	if news || r.today.watched-r.today.noted >= watchedEvery {
		day := weather.Close(report)
		day.Day = r.today.day
		r.today.noted = day.Watched
		r.record.noteDay(day)
	}
	if news {
		r.watch.tell()
	}
	r.trouble.note(troubleStore, r.record.trouble(), now)
	r.record.hasten()
}

// kernelState is the kernel's last answer, and what follows from its differences.
type kernelState struct {
	order.Counters
	at               time.Time // of the answer
	moved            time.Time // when packets were last seen to cross
	wanted4, wanted6 int
	loaded           bool // lists were put into the kernel in this life

	wantedNames, wantedRules int
	namesVersion             []uint64 // of the names that were loaded last
	nameRules                []order.NameRule
	packets                  uint64
	hours                    map[string]order.Tally // what the hours have of each counter
	hoursAt                  time.Time
}

// askKernel asks the keeper for the kernel's counters, and puts right what should be in force and is not.
func (r *Reader) askKernel(ctx context.Context) error {
	enforced := r.now()
	return every(ctx, askEvery, func() error {
		if now := r.now(); r.ask() && now.Sub(enforced).Abs() > enforceEvery {
			r.log.Error("what is in force is not what is wanted; it is put right")
			enforced = now
			r.enforce()
		}
		return nil
	})
}

// ask takes the kernel's counters, and reports whether it does not do what is wanted.
func (r *Reader) ask() (drift bool) {
	c, err := r.keeper.Counters()
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.trouble.note(troubleKernel, err, now)
	if err == nil {
		r.trouble.ports(c.Ports, now)
		r.trouble.restored(r.kernel.restorations(c), now)
		r.trouble.loss(r.kernel.take(c, now), now)
		r.trouble.deaths(c.Deaths, r.begun, now)
	}
	drift = err == nil && r.set != nil && (r.kernel.drifts(c) || c.Mode != r.mode)
	r.trouble.drift(drift, now)
	return drift
}

// drifts reports whether what is enforced is not what is wanted.
func (k *kernelState) drifts(c order.Counters) bool {
	return c.Entries4 != k.wanted4 || c.Entries6 != k.wanted6 || c.Names != k.wantedNames || c.NameRules != k.wantedRules
}

// take takes an answer, and gives how many packets were lost to the telling since the last: copies that were not made, and
// packets that were stopped and stand in no attack. What the counters say of the time before
// the first answer is only remembered: it proves nothing of now.
func (k *kernelState) take(c order.Counters, now time.Time) (lost uint64) {
	var packets uint64
	for _, t := range c.Reasons {
		packets += t.Packets
	}
	if first := k.at.IsZero(); !first {
		lost = c.Lost - min(c.Lost, k.Lost) + c.Untold - min(c.Untold, k.Untold)
		if packets != k.packets {
			k.moved = now
		}
	}
	k.Counters, k.at, k.packets = c, now, packets
	return lost
}

// noteHours gives the record what was counted since the last time: the kernel's counters once a minute, noise at once.
// The first look after a start is only remembered. mu is held.
func (r *Reader) noteHours(now time.Time) {
	var out []store.Hour
	for _, n := range r.counter.NoiseHours() {
		out = append(out, store.Hour{Start: n.Hour, Reason: "noise", Noise: n.Count})
	}
	k := &r.kernel
	if !k.at.IsZero() && now.Sub(k.hoursAt).Abs() >= hoursEvery {
		for key, t := range k.Reasons {
			before, known := k.hours[key]
			if k.hours != nil && (known && t.Packets > before.Packets || !known) {
				side, reason, _ := strings.Cut(key, "/")
				out = append(out, store.Hour{Start: now, Side: sideOf(side), Reason: reason, Packets: t.Packets - before.Packets, Bytes: t.Bytes - before.Bytes})
			}
		}
		k.hours, k.hoursAt = k.Reasons, now
	}
	if len(out) > 0 {
		r.record.noteHours(out)
	}
}

func sideOf(name string) abri.Side {
	for _, s := range []abri.Side{abri.Outside, abri.Inside} {
		if s.String() == name {
			return s
		}
	}
	return abri.SideUnknown
}

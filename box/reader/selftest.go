package reader

import (
	"context"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
)

// When the filter is proven by itself: a moment after the lists first stand, each day at this hour of the site, and, while
// it fails, every few minutes until it holds.
const (
	proveHour  = 6
	proveAgain = 5 * time.Minute
	proveLook  = 10 * time.Second
)

// proven is what the last proof of the filter showed.
type proven struct {
	at     time.Time // zero before the first
	failed string    // why it did not hold, "" when it did
	held   time.Time // when one last held
}

// proveDaily proves the filter when that is due, until ctx ends.
func (r *Reader) proveDaily(ctx context.Context) error {
	return every(ctx, proveLook, func() error {
		r.mu.Lock()
		due := r.kernel.loaded && r.proven.due(r.now(), r.today.location)
		r.mu.Unlock()
		if due {
			_, _ = r.prove() // what it shows is told by page, status and log
		}
		return nil
	})
}

// due reports whether the filter is to be proven at now.
func (p proven) due(now time.Time, at *time.Location) bool {
	switch {
	case p.at.IsZero() || now.Before(p.at):
		return true
	case p.failed != "":
		return now.Sub(p.at) >= proveAgain
	}
	local := now.In(at)
	hour := time.Date(local.Year(), local.Month(), local.Day(), proveHour, 0, 0, 0, at)
	return p.at.Before(hour) && !now.Before(hour)
}

// prove has the keeper prove the filter now, and remembers what it showed. It must not hold mu.
func (r *Reader) prove() (order.Proof, error) {
	p, err := r.keeper.Prove()
	failed := p.Failed()
	if err != nil {
		failed = err.Error()
	}
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kernel.packets += uint64(p.Frames) // the proof's own frames are no sign of life
	r.proven.at, r.proven.failed = now, failed
	if failed == "" {
		r.proven.held = now
		r.trouble.note(troubleProof, nil, now)
	} else {
		r.trouble.note(troubleProof, &abri.Error{Code: abri.CodeInternal, What: failed}, now)
		r.log.Error("the filter can't be proven: what stands of it may stop nothing", "why", failed)
	}
	r.watch.tell()
	return p, err
}

// SelfTest proves the filter now.
func (r *Reader) SelfTest(context.Context) (control.SelfTest, error) {
	p, err := r.prove()
	if err != nil {
		return control.SelfTest{}, err
	}
	return control.SelfTest{At: r.now(), Held: p.Held(), Steps: p.Steps, Frames: p.Frames}, nil
}

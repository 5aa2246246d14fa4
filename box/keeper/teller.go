package keeper

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"abri.example/abri/gate"
)

// Teller tells the news of a gate without a box around it: what the keeper of a box tells its reader, by the same code. It
// is for the proof that a link shows what a capture shows, where whoever proves it says when the tables are swept.
type Teller struct {
	sweeper *sweeper
}

// NewTeller tells the news of g on w. An error when the gate's tables can't be read.
func NewTeller(g *gate.Gate, w io.Writer, log *slog.Logger) (*Teller, error) {
	k := &Keeper{log: log, gate: g, started: gate.Monotonic()}
	n := newNews()
	n.lead(w)
	t := &Teller{k.newSweeper(n)}
	if !t.sweeper.takeOver(0) {
		return nil, errors.New("the gate's tables can't be read")
	}
	return t, k.Beat()
}

// Relay tells of copies until ctx ends and the gate is closed.
func (t *Teller) Relay(ctx context.Context) error { return t.sweeper.relay(ctx, t.sweeper.news) }

// Sweep tells what changed in the gate's tables, and that the reader lives.
func (t *Teller) Sweep() error {
	if err := t.sweeper.Keeper.Beat(); err != nil {
		return err
	}
	life, _ := t.sweeper.news.life()
	t.sweeper.sweep(life)
	return nil
}

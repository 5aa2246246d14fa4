package centre

import (
	"context"
	"net"
	"runtime/debug"
	"time"

	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/metrics"
	"abri.example/abri/observatory/receive"
	"abri.example/abri/observatory/signin"
)

// clock does what is done by the clock. Each round tries all of it; what fails is logged and tried again.
type clock struct {
	Options
	ledger  *ledger.Ledger
	desk    *receive.Desk
	roster  *ledger.Roster
	figures *metrics.Metrics
}

// Every how often the signpost is made, the roster read, and old rows swept.
const (
	refreshEvery = time.Second
	rosterEvery  = 5 * time.Second
	sweepEvery   = time.Hour
	postEvery    = 2 * time.Second // the journal is entered: the longer it waits, the more of a site go at once
)

func (c *clock) run(ctx context.Context) error {
	refresh, round, roster := time.NewTicker(refreshEvery), time.NewTimer(0), time.NewTimer(0)
	defer roster.Stop()
	defer refresh.Stop()
	defer round.Stop()
	var swept time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-refresh.C:
			c.tried(ctx, "making the signpost", c.desk.Refresh(ctx))
		case <-roster.C:
			began := time.Now()
			c.tried(ctx, "reading the roster", c.roster.Refresh(ctx, c.Now()))
			roster.Reset(max(rosterEvery, 20*time.Since(began))) // a twentieth of a machine at the most
		case <-round.C:
			began := time.Now()
			c.round(ctx)
			if time.Since(swept) > sweepEvery {
				swept = began
				_, err := c.ledger.Sweep(ctx, c.Now(), ledger.Kept)
				c.tried(ctx, "sweeping", err)
				c.tried(ctx, "sweeping sessions", c.ledger.SweepPeople(ctx, began, began.Add(-signin.Life), began.Add(-signin.IdleLife)))
			}
			round.Reset(max(c.Quiet, 10*time.Since(began))) // summing takes a tenth of a machine at the most
		}
	}
}

// post enters the journal into rows and figures until ctx ends, a quarter of the time at the most, so that reports that
// come meanwhile find the ledger free.
func (c *clock) post(ctx context.Context) error {
	wait := time.NewTimer(0)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wait.C:
		}
		began := time.Now()
		n, err := c.ledger.Post(ctx)
		c.tried(ctx, "posting", err)
		if n == 0 {
			wait.Reset(postEvery)
		} else {
			wait.Reset(3 * time.Since(began))
		}
	}
}

// round sums what changed, and tells contacts what they should know. Then it gives back what all of that took of memory.
func (c *clock) round(ctx context.Context) {
	defer debug.FreeOSMemory()
	_, err := c.ledger.Sum(ctx)
	c.tried(ctx, "summing", err)
	if err == nil {
		c.figures.Summed(c.Now())
	}
	notices, err := c.ledger.Notices(ctx, c.Now())
	c.tried(ctx, "noticing", err)
	for _, n := range notices {
		c.tell(ctx, n)
	}
}

// tell writes to a site's contact. A letter that nobody takes is tried again with the next round.
func (c *clock) tell(ctx context.Context, n ledger.Notice) {
	c.Log.Info("a contact is told", "notice", n.Sort, "site", n.Number, "since", n.Since, "by mail", c.Post != nil && n.Contact.Mail != "")
	if c.Post == nil {
		return
	}
	if err := c.Post.Send(ctx, n); err != nil {
		c.tried(ctx, "writing to a contact", err)
		c.tried(ctx, "taking a notice back", c.ledger.Unnotice(context.WithoutCancel(ctx), n))
	}
}

func (c *clock) tried(ctx context.Context, doing string, err error) {
	if err != nil && ctx.Err() == nil {
		c.Log.Error("the observatory is not as it should be; it is tried again", "doing", doing, "err", err)
	}
}

// splitListen takes an address to listen at apart.
func splitListen(s string) (host, port string) {
	host, port, err := net.SplitHostPort(s)
	if err != nil {
		return "", "8444"
	}
	return host, port
}

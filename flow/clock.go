package flow

import "time"

// setBack is how far a packet's time may lie behind the latest before it means that the clock was set back. Less is
// the disorder of captures from several ports.
const setBack = time.Minute

// clock counts how much time passed, from times that may be out of order and may jump back for good (a clock set, a
// second file older than the first). What it gives never goes back, so that queues ordered by it stay ordered.
type clock struct {
	latest time.Time
	passed time.Duration
}

// observe takes the present time and gives how much time has passed since the first.
func (c *clock) observe(now time.Time) time.Duration {
	switch ahead := now.Sub(c.latest); {
	case c.latest.IsZero() || ahead < -setBack:
		c.latest = now
	case ahead > 0:
		c.latest, c.passed = now, c.passed+ahead
	}
	return c.passed
}

// advance is observe for times that come late, such as those of records: they never set the clock back.
func (c *clock) advance(at time.Time) time.Duration {
	if at.Before(c.latest) {
		return c.passed
	}
	return c.observe(at)
}

package live

import (
	"sort"
	"time"
)

// clock tells the capture's time of what the kernel did. The kernel's clock can't be set or hurried, so it is read: each
// packet of the capture is sent at a known instant of it, and what happened until the next one happened at that packet's
// time.
type clock struct {
	sent []int64 // CLOCK_MONOTONIC ns, growing
	at   []time.Time
}

// grain is by how much the kernel's coarse clock is behind, at the most: a tick at 100 Hz.
const grain = 10 * time.Millisecond

func (c *clock) note(sent int64, at time.Time) {
	if n := len(c.at); n > 0 && at.Before(c.at[n-1]) { // packets of a capture may stand in another order
		at = c.at[n-1]
	}
	c.sent, c.at = append(c.sent, sent), append(c.at, at)
}

// wall is the capture's time of an instant: that of the last packet sent by then.
func (c *clock) wall(instant int64) time.Time {
	i := sort.Search(len(c.sent), func(i int) bool { return c.sent[i] > instant }) - 1
	if i < 0 {
		if len(c.at) == 0 {
			return time.Time{}
		}
		return c.at[0]
	}
	return c.at[i]
}

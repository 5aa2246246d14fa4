package count

import (
	"slices"
	"strings"
	"time"

	"abri.example/abri"
)

// quiet is after how much quiet the row ends.
func (c *Counter) quiet(r *row) time.Duration {
	if r.key.out || r.key.kind == abri.Beacon {
		return c.day()
	}
	return c.options.Quiet
}

// day is the quiet of outward attacks, with the tolerance that Options tells of.
func (c *Counter) day() time.Duration { return c.options.OutwardQuiet + c.options.OutwardQuiet/12 }

// Tick ends the attacks that have gone quiet by now, and frees them once Changed has given their last revision. It
// costs nothing until one may be due: call it as often as you like.
func (c *Counter) Tick(now time.Time) {
	setBack := now.Before(c.ticked)
	c.ticked = now
	if len(c.rows) == 0 || now.Before(c.due) && !setBack {
		return
	}
	c.due = time.Time{}
	for _, r := range c.rows {
		if c.over(r, now) {
			c.end(r)
		} else {
			c.await(r)
		}
	}
}

// over reports whether the row has gone quiet by now. A clock set back leaves it open; but a last time that lies further
// ahead than the longest quiet came from a clock that was plainly wrong (or from another capture), and would keep
// the row open for years.
func (c *Counter) over(r *row, now time.Time) bool {
	quiet := now.Sub(r.attack.Last)
	return quiet >= c.quiet(r) || quiet <= -c.day()
}

// await has Tick look again when the row may be due.
func (c *Counter) await(r *row) {
	if due := r.attack.Last.Add(c.quiet(r)); c.due.IsZero() || due.Before(c.due) {
		c.due = due
	}
}

// end closes a row.
func (c *Counter) end(r *row) {
	r.attack.Ended = true
	delete(c.rows, r.key)
	if r.key.rest != "" {
		c.forget(r)
	} else {
		c.open[r.key.side()]--
		if r.many != nil && r.many.limit == sourcesWide {
			c.wide--
		}
	}
	c.touch(r)
}

// Changed gives the attacks that changed since the last call, each with its revision raised by one, by first time and
// then by id. An attack that ended is given a last time, with Ended. What nobody fetches is kept: call it
// regularly.
func (c *Counter) Changed() []abri.Attack {
	out := make([]abri.Attack, 0, len(c.changed))
	for _, r := range c.changed {
		r.dirty = false
		r.attack.Revision++
		out = append(out, r.attack)
	}
	clear(c.changed)
	c.changed, c.hurries = c.changed[:0], false
	sortAttacks(out)
	return out
}

// Hurries reports whether a denial of service began since the last Changed: people see its effect, and ask why.
func (c *Counter) Hurries() bool { return c.hurries }

// Open gives the attacks that are open, as they stand, in the order of Changed.
func (c *Counter) Open() []abri.Attack {
	out := make([]abri.Attack, 0, len(c.rows))
	for _, r := range c.rows {
		out = append(out, r.attack)
	}
	sortAttacks(out)
	return out
}

func sortAttacks(as []abri.Attack) {
	slices.SortFunc(as, func(a, b abri.Attack) int {
		if d := a.First.Compare(b.First); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
}

package flow

import "time"

// Expire takes out the flows that ended and those that were silent for longer than Options.Idle allows, and gives each
// once to end, which may be nil and must not call the Table. A clock that was set back ends nothing by itself.
func (t *Table) Expire(now time.Time, end func(*Flow)) {
	passed := t.clock.observe(now)
	for s := range t.queues {
		for f := t.queues[s].front; f != nil && passed-f.seen > t.patience[s]; f = t.queues[s].front {
			t.end(f, end)
		}
	}
}

// Flush takes out every flow, the least recently seen first, and gives each once to end, which may be nil and must not
// call the Table.
func (t *Table) Flush(end func(*Flow)) {
	for f := t.oldest(); f != nil; f = t.oldest() {
		t.end(f, end)
	}
}

// oldest is the least recently seen flow, or nil.
func (t *Table) oldest() *Flow {
	var oldest *Flow
	for s := range t.queues {
		if f := t.queues[s].front; f != nil && (oldest == nil || f.seen < oldest.seen) {
			oldest = f
		}
	}
	return oldest
}

// end takes the flow out, tells of it, and keeps its memory for another.
func (t *Table) end(f *Flow, tell func(*Flow)) {
	t.queues[f.stage].remove(f)
	t.flows.remove(f)
	f.Ended = true
	if tell != nil {
		tell(f)
	}
	if t.spare >= maxSpare {
		return
	}
	f.Judgement = unjudged
	f.next, t.free = t.free, f
	t.spare++
}

// maxSpare is how many flows that ended are kept for others to come. The rest of a flood is given back.
const maxSpare = 4096

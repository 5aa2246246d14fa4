package order

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	abri "abri.example/abri"
)

// How long an order may take, a load of the whole lists, and any other. A keeper that hangs must not hang the reader.
const (
	loadPatience = 5 * time.Minute
	patience     = 30 * time.Second
)

// Caller is the reader's end of the orders: each method sends one and waits for its answer, for five minutes when it is
// a Load and for half a minute else (where rw knows deadlines, as a socket does). An order without an answer is the end:
// nobody knows what a later answer would belong to, so each further order fails at once. It is itself a Keeper. Safe for
// concurrent use; orders go one at a time.
type Caller struct {
	mu     sync.Mutex
	rw     io.ReadWriter
	buf    []byte
	broken error
}

// NewCaller gives orders on rw.
func NewCaller(rw io.ReadWriter) *Caller { return &Caller{rw: rw} }

var _ Keeper = (*Caller)(nil)

// Load has the prefixes enforced in place of those before, in one flip.
func (c *Caller) Load(p Prefixes) (Loaded, error) {
	var l Loaded
	return l, c.call(WordLoad, p.encode(), &l)
}

// Names has questions judged by these names in place of those before, in one flip.
func (c *Caller) Names(n Names) (NamesLoaded, error) {
	var l NamesLoaded
	return l, c.call(WordNames, n.encode(), &l)
}

// Resolving says how questions are answered, and which resolvers are closed, in place of what was said before.
func (c *Caller) Resolving(r Resolving) error { return c.send(WordResolving, r) }

// Mode switches between observe and protect.
func (c *Caller) Mode(m abri.Mode) error { return c.send(WordMode, m) }

// Decide puts a decision in force.
func (c *Caller) Decide(d Decision) error { return c.send(WordDecide, d) }

// Withdraw takes a decision back; one that does not stand is no error.
func (c *Caller) Withdraw(d Decision) error { return c.send(WordWithdraw, d) }

// Isolate has exactly these devices isolated from now on.
func (c *Caller) Isolate(i Isolation) error { return c.send(WordIsolate, i) }

// Standing asks which decisions are in force, with what is left of their time.
func (c *Caller) Standing() ([]Decision, error) {
	var ds []Decision
	return ds, c.call(WordStanding, nil, &ds)
}

// Counters asks what the kernel has counted.
func (c *Caller) Counters() (Counters, error) {
	var k Counters
	return k, c.call(WordCounters, nil, &k)
}

// Beat tells the keeper that the reader lives.
func (c *Caller) Beat() error { return c.call(WordBeat, nil, nil) }

func (c *Caller) send(word Word, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return c.call(word, b, nil)
}

func (c *Caller) call(word Word, payload []byte, into any) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	got, answer, err := c.exchange(word, payload)
	if abri.CodeOf(err) == abri.CodeUnavailable {
		c.broken = err
	}
	if err != nil {
		return err
	}
	c.buf = answer[:0]
	switch got {
	case WordAnswer:
		if into == nil {
			return nil
		}
		return strict(answer, into)
	case WordRefusal:
		var r refusal
		if err := strict(answer, &r); err != nil {
			return err
		}
		return &abri.Error{Code: r.Code, What: r.What}
	}
	return fmt.Errorf("the keeper answered with word %d", got)
}

// exchange sends one frame and reads the answer. mu is held.
func (c *Caller) exchange(word Word, payload []byte) (Word, []byte, error) {
	if c.broken != nil {
		return 0, nil, c.broken
	}
	if d, ok := c.rw.(interface{ SetDeadline(time.Time) error }); ok {
		limit := patience
		if word == WordLoad || word == WordNames {
			limit = loadPatience
		}
		if err := d.SetDeadline(time.Now().Add(limit)); err != nil {
			return 0, nil, &abri.Error{Code: abri.CodeUnavailable, What: "the keeper is gone", Err: err}
		}
	}
	if err := writeFrame(c.rw, word, payload); abri.CodeOf(err) == abri.CodeInvalid {
		return 0, nil, err // too long: nothing of it was sent
	} else if err != nil {
		return 0, nil, &abri.Error{Code: abri.CodeUnavailable, What: "the keeper does not take orders", Err: err}
	}
	got, answer, err := readFrame(c.rw, c.buf)
	if err != nil {
		return 0, nil, &abri.Error{Code: abri.CodeUnavailable, What: "the keeper does not answer", Err: err}
	}
	return got, answer, nil
}

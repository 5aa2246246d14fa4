package order

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"

	abri "abri.example/abri"
)

// Caller is the reader's end of the orders: each method sends one and waits for its answer. It is itself a Keeper.
// Safe for concurrent use; orders go one at a time.
type Caller struct {
	mu  sync.Mutex
	rw  io.ReadWriter
	buf []byte
}

// NewCaller gives orders on rw.
func NewCaller(rw io.ReadWriter) *Caller { return &Caller{rw: rw} }

var _ Keeper = (*Caller)(nil)

// Load has the prefixes enforced in place of those before, in one flip.
func (c *Caller) Load(p Prefixes) (Loaded, error) {
	var l Loaded
	return l, c.call(WordLoad, p.encode(), &l)
}

// Mode switches between observe and protect.
func (c *Caller) Mode(m abri.Mode) error { return c.send(WordMode, m) }

// Decide puts a decision in force.
func (c *Caller) Decide(d Decision) error { return c.send(WordDecide, d) }

// Withdraw takes a decision back; one that does not stand is no error.
func (c *Caller) Withdraw(d Decision) error { return c.send(WordWithdraw, d) }

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
	if err := writeFrame(c.rw, word, payload); err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, What: "the keeper does not take orders", Err: err}
	}
	got, answer, err := readFrame(c.rw, c.buf)
	if err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, What: "the keeper does not answer", Err: err}
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

package gate

import (
	"math"
	"sync/atomic"
)

// Judged says that the copies until a time of Record have been judged. While the gate protects and knows names, what a
// server answers to a packet whose Record says Asks waits until then: such a packet of the server does not cross, its
// Record says Held, and whoever reads it sends its Data on by the other port when it may pass. A time before one that was
// said is no step back. The bounds are those of SetStrict; at Open all is judged that came before.
func (g *Gate) Judged(until int64) error {
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	if at := &g.control.at.Judged; uint64(until) > atomic.LoadUint64(at) {
		atomic.StoreUint64(at, uint64(until))
	}
	return nil
}

// LetAll has nothing wait any more that may pass, until the next Open: for an agent that ends.
func (g *Gate) LetAll() error {
	if err := g.SetStrict(false); err != nil {
		return err
	}
	return g.Judged(math.MaxInt64)
}

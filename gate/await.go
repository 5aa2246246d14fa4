package gate

import (
	"math"
	"sync/atomic"

	"abri.example/abri"
)

// Judged says that the copies until a Place of a Record have been judged. While the gate protects and knows names, what a
// server answers to a packet whose Record says Asks waits until then: such a packet of the server does not cross, its
// Record says Held, and whoever reads it sends its Data on by the other port when it may pass. A place before one that was
// said is no step back; one that was not read yet is refused (CodeInvalid). The bounds are those of SetStrict; at Open all
// is judged that came before.
func (g *Gate) Judged(until uint64) error {
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	if until > g.ring.isRead() {
		return &abri.Error{Code: abri.CodeInvalid, What: "what was not read yet is not judged", Remedy: "the Place of a Record"}
	}
	if at := &g.control.at.Judged; until > atomic.LoadUint64(at) {
		atomic.StoreUint64(at, until)
	}
	return nil
}

// LetAll has nothing wait any more that may pass, until the next Open: for an agent that ends.
func (g *Gate) LetAll() error {
	if err := g.SetStrict(false); err != nil {
		return err
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	atomic.StoreUint64(&g.control.at.Judged, math.MaxUint64)
	return nil
}

package gate

import (
	"errors"
	"sync/atomic"

	"github.com/cilium/ebpf"

	"abri.example/abri"
)

// SetStrict has the gate hold, while it protects, what may say the name of who a device inside turns to: the beginning of
// TLS and QUIC hellos and of HTTP requests, and what follows it in the same direction. Such a packet does not cross; its
// Record says Held, and whoever reads it sends its Data on by the other port when it may pass, and calls LetGo. It is
// still counted as passed.
//
// Nobody is held up by an agent that is gone, hangs or is late: without a heartbeat for 3 s, with 512 KB unread in the
// ring, and 150 ms after the first packet that was held of a conversation, everything passes. Off in a new gate, and after
// each Open.
func (g *Gate) SetStrict(on bool) error {
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	atomic.StoreUint32(&g.control.at.Strict, flag(on))
	return nil
}

// LetGo ends the holding of a conversation, whose next packet passes unless it begins something new. None is well.
func (g *Gate) LetGo(c Conversation) error {
	release, err := g.holdBlocks()
	if err != nil {
		return err
	}
	defer release()
	key := c.key()
	if err := g.maps.Holds.Delete(&key); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
		return &abri.Error{Code: abri.CodeUnavailable, Place: "holds", What: "a conversation can't be let go", Err: err}
	}
	return nil
}

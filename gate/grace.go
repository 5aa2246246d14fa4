package gate

import (
	"sync/atomic"
	"time"

	"abri.example/abri"
)

// SetGrace changes for how long lists and bans are enforced without a heartbeat, and whether everything stops or passes
// after that, from the next packet on. CodeInvalid for a time that is not positive.
func (g *Gate) SetGrace(grace time.Duration, failClosed bool) error {
	if grace <= 0 {
		return &abri.Error{Code: abri.CodeInvalid, Place: "grace", What: "not a time: " + grace.String(), Remedy: "such as 10m"}
	}
	release, err := g.hold()
	if err != nil {
		return err
	}
	defer release()
	atomic.StoreUint32(&g.control.at.FailClosed, flag(failClosed))
	atomic.StoreUint64(&g.control.at.Grace, uint64(grace))
	return nil
}

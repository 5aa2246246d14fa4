package keeper

import (
	"sync/atomic"

	"abri.example/abri/gate"
)

// untold counts the packets that were stopped, or would have been, and stand in no attempt that a sweep could tell: under a
// flood the kernel pushes the oldest attempts out of its full table. It compares what the kernel counted by reason up to
// one sweep with what was told up to the next; so a packet that was under way at either is never taken for lost.
//
// While the table has room nothing is pushed out of it: what is missing then is later fragments, which are no attempts. It
// is set aside.
type untold struct {
	before  int64 // what the kernel had counted at the sweep before
	told    int64 // in all sweeps
	aside   int64
	packets atomic.Uint64
}

// attempts is how many the kernel's table holds.
const attempts = 65_536

// An LRU table of the kernel pushes out before its last place is taken, for each processor keeps some free. Beyond
// seven eighths it counts as full.
func isFull(standing, size int) bool { return standing >= size-size/8 }

// begin starts from what the kernel had counted as stopped, of which pending packets stand in attempts that are to be told
// still. The rest was an earlier keeper's to tell.
func (u *untold) begin(counted, pending int64) {
	u.before, u.aside = counted, counted-pending
}

// swept takes a sweep that was told whole: packets told, packets that the kernel had counted as stopped when it began, and
// whether its table was full.
func (u *untold) swept(told, counted int64, full bool) {
	u.told += told
	missing := u.before - u.told - u.aside
	u.before = counted
	more := missing - int64(u.packets.Load())
	switch {
	case more <= 0:
	case full:
		u.packets.Add(uint64(more))
	default:
		u.aside += more
	}
}

// stopped sums what the kernel counted as stopped, or to be stopped, and should stand in an attempt.
func stopped(c gate.Counters) (packets int64) {
	for _, side := range []*gate.SideCount{&c.Outside, &c.Inside, &c.Own} {
		for _, r := range gate.Reasons {
			if r.Attempt() {
				packets += int64(side[r].Packets)
			}
		}
	}
	return packets
}

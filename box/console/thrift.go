package console

import (
	"os"
	"runtime/debug"
)

// A box is a small machine, and a flood must not take its memory. The garbage collector of keeper and reader works twice as
// often as Go's own would (half as much garbage as there is in use, not as much again), and harder still beyond the soft
// limit, which is above what lists of millions and two full tables take. Both give back to the machine what they don't
// use. GOGC and GOMEMLIMIT of the environment stand for these where they are given.
const (
	garbage   = 50        // percent of what is in use
	softLimit = 512 << 20 // bytes, of each process
)

func thrift() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(softLimit)
	}
}

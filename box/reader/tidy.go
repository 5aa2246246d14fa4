package reader

import "runtime/debug"

// tidy gives back to the machine what a step with whole lists left: their text, and the copy of a million entries on its
// way to the keeper. By itself the collector would keep it until the heap has grown by half again, which a box at rest
// does not do for minutes; and the next step would find its garbage beside it, which is the peak.
func tidy() { debug.FreeOSMemory() }

package detect

import "time"

// variety counts events and how many different numbers they have, within a window that begins with the first of them, and begins
// anew when that is over. The zero value is empty.
type variety struct {
	tally
	numbers distinct
}

// add counts an event with its number, and reports whether the number is one more.
func (v *variety) add(at time.Time, window time.Duration, number uint32) bool {
	if v.tally.add(at, window) == 1 {
		v.numbers = distinct{}
	}
	return v.numbers.add(number)
}

// count is how many different numbers the window holds.
func (v *variety) count() int { return v.numbers.count() }

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
	v.addMany(at, window, 1)
	return v.numbers.add(number)
}

// addMany counts so many events without a number, and gives how many events the window holds: numbers are for some events only,
// and are added then.
func (v *variety) addMany(at time.Time, window time.Duration, n int) int {
	if v.turn(at, window) {
		v.numbers = distinct{}
	}
	v.n += n
	return v.n
}

// count is how many different numbers the window holds.
func (v *variety) count() int { return v.numbers.count() }

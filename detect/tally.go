package detect

import "time"

// tally counts within a window that begins with its first event, and begins anew when that is over.
type tally struct {
	began time.Time
	n     int
}

// add counts one event, and gives how many the window holds.
func (t *tally) add(at time.Time, window time.Duration) int { return t.addMany(at, window, 1) }

// addMany counts so many events at once.
func (t *tally) addMany(at time.Time, window time.Duration, n int) int {
	t.turn(at, window)
	t.n += n
	return t.n
}

// turn begins the window anew where it is over or there was none, and reports whether it did.
func (t *tally) turn(at time.Time, window time.Duration) bool {
	if !t.began.IsZero() && at.Sub(t.began) <= window {
		return false
	}
	*t = tally{began: at}
	return true
}

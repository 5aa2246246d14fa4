package siege

import "time"

// trail is how much there was in all at each of the last reports, the oldest first. It reaches back as far as anybody asks.
type trail []mark

// mark is how much there was until a time, since the siege began: of all pressures held back, of openings, and of these who
// came back and was let in. The zero mark is before all others.
type mark struct {
	at                       time.Time
	held, openings, returned uint64
}

// reach is how far back a trail is asked: for the second before the one of those who come late.
const reach = comesLate + 2*time.Second

// mostMarks bounds a trail whose reports come more often than they should.
const mostMarks = 64

// add adds a mark that is later than the others. When the clock was set back they are all of now.
func (t *trail) add(m mark) {
	all := *t
	if n := len(all); n > 0 && m.at.Before(all[n-1].at) {
		all[0], all = all[n-1], all[:1]
		all[0].at = m.at
	}
	gone := max(0, len(all)+1-mostMarks)
	for gone+1 < len(all) && m.at.Sub(all[gone+1].at) > reach {
		gone++
	}
	*t = append(all[:copy(all, all[gone:])], m)
}

// at is how much there was until a time: the last mark not after it.
func (t trail) at(at time.Time) (m mark) {
	for _, x := range t {
		if x.at.After(at) {
			break
		}
		m = x
	}
	return m
}

package siege

import (
	"encoding/json"
	"slices"
	"time"

	"abri.example/abri"
)

// learntDays is how long a habit is remembered.
const learntDays = 28

// Habits are how much pressed at most, in a second at one service, in each hour of the last 28 days. The zero Habits are of a
// site that nothing is known of. Not safe for concurrent use.
type Habits struct {
	location *time.Location
	days     map[abri.Day]*day
	now      hour
	besieged map[abri.Pressure]time.Time // until when nothing is learnt of a pressure
}

// day holds the peak of each hour of a local day.
type day map[abri.Pressure]*[24]uint32

// hour is the one that goes on. Its peak is learnt when it is over, and not when it was besieged.
type hour struct {
	day   abri.Day
	hour  int
	peaks map[abri.Pressure]uint32
	spoil map[abri.Pressure]bool
}

// NewHabits gives those of a site whose hours are those of a place.
func NewHabits(l *time.Location) *Habits {
	return &Habits{location: l, days: map[abri.Day]*day{}, besieged: map[abri.Pressure]time.Time{}}
}

// spoilt is for how long after a siege nothing is learnt: what an attacker sends must not become habit.
const spoilt = 10 * time.Minute

// Learn takes what arrived at one service within a second.
func (h *Habits) Learn(at time.Time, r Report) {
	if h.turn(at); at.Before(h.besieged[r.Pressure]) {
		return
	}
	h.now.peaks[r.Pressure] = max(h.now.peaks[r.Pressure], uint32(min(r.Arrived, 1<<31)))
}

// Spoil has this hour teach nothing of a pressure: a siege by it was told.
func (h *Habits) Spoil(at time.Time, p abri.Pressure) {
	h.turn(at)
	h.now.spoil[p] = true
	h.besieged[p] = at.Add(spoilt)
}

// turn ends the hour that is over.
func (h *Habits) turn(at time.Time) (ended bool) {
	d, n := abri.DayOf(at, h.location), at.In(h.location).Hour()
	if h.now.peaks != nil && h.now.day == d && h.now.hour == n {
		return false
	}
	if h.now.peaks != nil {
		h.keep()
	}
	h.now = hour{d, n, map[abri.Pressure]uint32{}, map[abri.Pressure]bool{}}
	for past := range h.days {
		if past < d.Add(-learntDays) || past > d {
			delete(h.days, past)
		}
	}
	return true
}

func (h *Habits) keep() {
	for p, peak := range h.now.peaks {
		if h.now.spoil[p] || peak == 0 {
			continue
		}
		on := h.days[h.now.day]
		if on == nil {
			on = &day{}
			h.days[h.now.day] = on
		}
		if (*on)[p] == nil {
			(*on)[p] = new([24]uint32)
		}
		(*on)[p][h.now.hour] = max((*on)[p][h.now.hour], peak)
	}
}

// Usual is the peak that one in ten days goes beyond, of this hour and the two beside it; of fewer than ten days it is the
// second highest, and 0 of fewer than three.
func (h *Habits) Usual(at time.Time, p abri.Pressure) uint32 {
	if h == nil {
		return 0
	}
	n := at.In(h.location).Hour()
	var peaks []uint32
	for _, on := range h.days {
		of := (*on)[p]
		if of == nil {
			continue
		}
		peaks = append(peaks, max(of[(n+23)%24], of[n], of[(n+1)%24]))
	}
	if len(peaks) < 3 {
		return 0
	}
	slices.Sort(peaks)
	return peaks[len(peaks)-1-max(1, len(peaks)/10)]
}

// Days is of how many days something is known.
func (h *Habits) Days() int { return len(h.days) }

// Write gives the habits as text to keep, and Read takes it up again. The hour that goes on is in it.
func (h *Habits) Write() (string, error) {
	if h.now.peaks != nil {
		h.keep()
	}
	b, err := json.Marshal(h.days)
	return string(b), err
}

// Read takes up what Write gave. CodeDamaged for another text, which leaves the habits as they are.
func (h *Habits) Read(text string) error {
	days := map[abri.Day]*day{}
	if err := json.Unmarshal([]byte(text), &days); err != nil {
		return &abri.Error{Code: abri.CodeDamaged, Place: "habits", What: "what was learnt can't be read", Remedy: "nothing: it is learnt anew", Err: err}
	}
	for d, on := range days {
		if on == nil || d.Start(time.UTC).IsZero() || len(days) > 2*learntDays {
			return &abri.Error{Code: abri.CodeDamaged, Place: "habits", What: "what was learnt is not of days", Remedy: "nothing: it is learnt anew"}
		}
		for p, of := range *on {
			if !p.Valid() || of == nil {
				delete(*on, p)
			}
		}
	}
	h.days = days
	return nil
}

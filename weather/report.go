package weather

import (
	"time"

	"abri.example/abri"
)

// Because names what made the sky.
type Because string

// The reasons. Of several, it is the one that made the sky as bad as it is.
const (
	BecauseNone     Because = "none"     // no attack since midnight
	BecausePoints   Because = "points"   // the points and the bounds
	BecauseAnswered Because = "answered" // a device got an answer from a listed command server
	BecauseKept     Because = "kept"     // it was that bad earlier today
	BecauseNoData   Because = "no-data"  // fog: the box sees nothing
	BecauseNoProof  Because = "no-proof" // fog: nothing proves that the filter works
)

// Report is the weather of a site at one moment, with all that explains it.
//
// The points are of every attack active since midnight. The figures count an attack once, on its first day: Attacks
// are those that began today, and is the sum of Neutralised, WouldBlock and Observed; Ongoing are those that began
// before today and are still active.
type Report struct {
	Sky     abri.Sky
	Because Because
	Reason  string   // of Proof: what is missing, "" when nothing is
	Worst   abri.Sky // the worst sky proven today, also under fog; "" when none was. It is the next Input.Earlier

	Points   int
	Bounds   [4]int // the most points of a clear sky, of light rain, of rain and of a storm
	Learning bool   // the bounds are those of a new site

	Since       time.Time     // local midnight
	Late        time.Duration // how long after it the watch began; nothing is known of the time between
	Watched     time.Duration // for how long it was kept
	Attacks     uint64
	Neutralised uint64
	WouldBlock  uint64
	Observed    uint64
	Ongoing     uint64
	Noise       uint64
	Answered    bool // a device got an answer from a listed command server
	Infected    bool // an infection is confirmed: see Infection

	Families []FamilyCount  // every family, in the order of abri.Families
	Services []ServiceCount // every service, in the order of abri.Services

	Yesterday *Day // nil when the history does not hold it whole
	LastWeek  *Day // the same day of last week, likewise
}

// FamilyCount is the figures of one family. As in Report, Ongoing is apart from Attacks.
type FamilyCount struct {
	Family      abri.Family
	Attacks     uint64
	Neutralised uint64
	Ongoing     uint64
}

// ServiceCount is the figures of one service. As in Report, Ongoing is apart from Attacks.
type ServiceCount struct {
	Service     abri.Service
	Attacks     uint64
	Neutralised uint64
	Ongoing     uint64
}

// tally counts the attacks active since midnight.
func tally(active []abri.Attack, midnight time.Time) Report {
	r := Report{Since: midnight}
	families := make(map[abri.Family]*FamilyCount, len(abri.Families))
	r.Families = make([]FamilyCount, len(abri.Families))
	for i, f := range abri.Families {
		r.Families[i].Family = f
		families[f] = &r.Families[i]
	}
	services := make(map[abri.Service]*ServiceCount, len(abri.Services))
	r.Services = make([]ServiceCount, len(abri.Services))
	for i, s := range abri.Services {
		r.Services[i].Service = s
		services[s] = &r.Services[i]
	}
	today := abri.DayOf(midnight, midnight.Location())
	for _, a := range active {
		if a.Last.Before(midnight) {
			continue
		}
		r.add(a, today, families[a.Kind.Family()], services[a.Service])
	}
	return r
}

// add counts one attack active today. f and s are nil for a kind or service that is not in the vocabulary.
func (r *Report) add(a abri.Attack, today abri.Day, f *FamilyCount, s *ServiceCount) {
	if f == nil {
		f = new(FamilyCount)
	}
	if s == nil {
		s = new(ServiceCount)
	}
	r.Points = plus(r.Points, Points(a))
	r.Answered = r.Answered || answered(a)
	r.Infected = r.Infected || Infection(a, today)
	n := a.Count()
	if a.Day < today {
		r.Ongoing += n
		f.Ongoing += n
		s.Ongoing += n
		return
	}
	r.Attacks += n
	f.Attacks += n
	s.Attacks += n
	switch a.Outcome {
	case abri.Blocked:
		r.Neutralised += n
		f.Neutralised += n
		s.Neutralised += n
	case abri.WouldBlock:
		r.WouldBlock += n
	default:
		r.Observed += n
	}
}

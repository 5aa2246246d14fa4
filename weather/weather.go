// Package weather turns the attacks of a day into the cyber weather of a site: attacks → sky and report.
//
// The published rule, which the page shows behind "pourquoi ce temps ?":
//
//   - The day begins at local midnight, also on a day with a clock change. What counts are the attacks active since
//     then: those of which something was seen since midnight, whenever they began.
//   - An attack on its way in, or between machines of the site, is 1 point; one on its way out is 10; noise is 0.
//   - No point is full sun. Then come light rain, rain, storm and tornado, by the bounds of [Bounds].
//   - A device that got an answer from a listed command server makes at least a storm, whatever the points.
//   - Within a day the sky only worsens.
//   - Without data, or without proof that the filter works, the sky is fog: silence is never sun.
//
// The room has no clock, disk or network: time, the rows and the history are arguments. It imports the root only. It
// does not count attacks (package count does) and does not draw (package box/web does). Every function is pure and
// safe for concurrent use.
package weather

import (
	"time"

	"abri.example/abri"
)

// Input is what the weather of a moment is made of.
type Input struct {
	Now      time.Time
	Location *time.Location // the site's own; nil is UTC

	// Active holds the attacks active since local midnight. Those whose last sign is older are left out here, so a
	// caller may pass more.
	Active []abri.Attack
	// Noise is how many probes of today lead to nothing.
	Noise uint64
	// Late is how long after midnight the watch of today began, 0 when it was there at midnight, and Watched for how long
	// it was kept since.
	Late, Watched time.Duration
	// History holds earlier days, newest first. The last 28 are used for the bounds, as far as they were watched.
	History []Day
	// Earlier is the Worst of the last report of today, "" when there was none.
	Earlier abri.Sky
	Proof   Proof
}

// Proof tells whether the silence of the box means anything.
type Proof struct {
	Data   bool   // packets were seen, or a live link
	Filter bool   // the filter is proven to work
	Reason string // a code that says what is missing, for the log; "" when nothing is
}

// Today gives the weather at in.Now.
func Today(in Input) Report {
	loc := in.Location
	if loc == nil {
		loc = time.UTC
	}
	r := tally(in.Active, Midnight(in.Now, loc))
	r.Noise, r.Late, r.Watched = in.Noise, in.Late, in.Watched
	today := abri.DayOf(in.Now, loc)
	r.Bounds, r.Learning = Bounds(today, in.History)
	r.Yesterday = find(in.History, today.Add(-1))
	r.LastWeek = find(in.History, today.Add(-7))
	r.Reason = in.Proof.Reason
	r.decide(in.Earlier, in.Proof)
	return r
}

// decide sets the sky and its reason from what was tallied.
func (r *Report) decide(earlier abri.Sky, p Proof) {
	r.Sky, r.Because = skyOf(r.Points, r.Bounds), BecausePoints
	if r.Points == 0 {
		r.Because = BecauseNone
	}
	if r.Answered && Worse(r.Sky, abri.Storm) != r.Sky {
		r.Sky, r.Because = abri.Storm, BecauseAnswered
	}
	if Worse(r.Sky, earlier) != r.Sky {
		r.Sky, r.Because = earlier, BecauseKept
	}
	r.Worst = r.Sky
	if p.Data && p.Filter {
		return
	}
	if r.Sky == abri.Clear && earlier != abri.Clear {
		r.Worst = "" // no attack was seen, and nobody could have seen one
	}
	r.Sky, r.Because = abri.Fog, BecauseNoProof
	if !p.Data {
		r.Because = BecauseNoData
	}
}

// Worse is the worse of two skies. Fog and unknown words are better than any sky that was proven, so that fog never
// hides a storm; of two such, it is a.
func Worse(a, b abri.Sky) abri.Sky {
	if b.Severity() > a.Severity() {
		return b
	}
	return a
}

package replay

import (
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/weather"
)

// disorder is how far a packet may lie before the day under way without beginning another: captures of several ports are
// not in order.
const disorder = time.Minute

// days gives each local day of the captures its weather when it is over, and keeps the worst: a capture of a week, of which
// nobody asks about the last hour of Sunday, has the weather of its storm.
type days struct {
	location     *time.Location
	begins, ends time.Time // of the day under way; zero before the first packet
	recent       []abri.Attack
	worst        weather.Report
}

// hold reports whether the time belongs to the day under way.
func (d *days) hold(at time.Time) bool {
	return at.Before(d.ends) && !at.Before(d.begins.Add(-disorder))
}

// begin begins the day of a packet, and lets go the attacks that ended outside of it: a capture may be of a year.
func (d *days) begin(at time.Time) {
	d.begins = weather.Midnight(at, d.location)
	d.ends = abri.DayOf(at, d.location).Add(1).Start(d.location)
	d.recent = slices.DeleteFunc(d.recent, func(a abri.Attack) bool { return !d.saw(a) })
}

// saw reports whether an attack was active on the day under way.
func (d *days) saw(a abri.Attack) bool { return !a.Last.Before(d.begins) && a.First.Before(d.ends) }

// end gives the day under way its weather, by the attacks that ended and those that are open.
func (d *days) end(open map[string]abri.Attack) {
	if d.ends.IsZero() {
		return
	}
	active := slices.Clone(d.recent)
	for _, a := range open {
		active = append(active, a)
	}
	r := weather.Today(weather.Input{
		Now: d.begins, Location: d.location, Proof: weather.Proof{Data: true, Filter: true},
		Active: slices.DeleteFunc(active, func(a abri.Attack) bool { return !d.saw(a) }),
	})
	if worse := weather.Worse(d.worst.Sky, r.Sky) != d.worst.Sky; worse || d.worst.Sky == "" || r.Sky == d.worst.Sky && r.Points > d.worst.Points {
		d.worst = r
	}
}

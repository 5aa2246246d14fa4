package weather

import (
	"slices"

	"abri.example/abri"
)

// The bounds of a site without history, and how much history speaks.
var newSite = [4]int{0, 5, 10, 99}

const (
	daysNeeded = 7
	daysUsed   = 28
)

// Bounds gives the most points of a clear sky, of light rain, of rain and of a storm; above the last it is a
// tornado. Of the history, the 28 calendar days before today are looked at.
//
// A new site has 0, 5, 10 and 99, and learning is true. From seven days on, light rain reaches to the median of the
// site's own days where that is more, rain to their 90 %, a storm to twice the 90 %. Clear is no attack at all and stays
// 0: a usual day of attacks is still a day with attacks. So an average day is light rain at worst, never a storm.
//
// Days with a confirmed infection are left out, and so are days of fog, whose points nobody knows, and days that were not
// watched as a whole, whose points are too few. The seven days are counted after that: a site that was ill on all of its days has learnt nothing, and keeps the bounds of a new
// one. Median and 90 % are by nearest rank: the least number that half (nine tenths) of the days did not exceed.
func Bounds(today abri.Day, history []Day) (bounds [4]int, learning bool) {
	var points []int
	for _, d := range history {
		if d.Day < today && d.Day >= today.Add(-daysUsed) && d.Whole() && !d.Infected && d.Sky != abri.Fog {
			points = append(points, d.Points)
		}
	}
	if len(points) < daysNeeded {
		return newSite, true
	}
	slices.Sort(points)
	median, most := rank(points, 50), rank(points, 90)
	return [4]int{
		newSite[0],
		max(newSite[1], median),
		max(newSite[2], most),
		max(newSite[3], plus(most, most)),
	}, false
}

// rank is the least of the sorted numbers that the given percentage of them does not exceed.
func rank(sorted []int, percent int) int {
	return sorted[(len(sorted)*percent+99)/100-1]
}

// skyOf is the sky of that many points.
func skyOf(points int, bounds [4]int) abri.Sky {
	for i, most := range bounds {
		if points <= most {
			return abri.Skies[i]
		}
	}
	return abri.Tornado
}

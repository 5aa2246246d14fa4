package web

import (
	"math"
	"slices"
)

// margin is how far within a contour a sign's middle stands at least, where the contour is that broad.
const margin = 3

// middleOf is where a sign stands upon rings of a map: at the place that is given for their middle, or, where that lies
// outside of them all or at their edge, upon the greatest.
func middleOf(rings [][]point, given point) point {
	var greatest []point
	for _, ring := range rings {
		if wellWithin(ring, given) {
			return given
		}
		if area(ring) > area(greatest) {
			greatest = ring
		}
	}
	return broadest(greatest, given)
}

func wellWithin(ring []point, p point) bool {
	return within(ring, point{p.x - margin, p.y}) && within(ring, point{p.x + margin, p.y}) &&
		within(ring, point{p.x, p.y - margin}) && within(ring, point{p.x, p.y + margin})
}

// within reports whether a ring goes around a point, by how often a line from it to the east crosses the ring.
func within(ring []point, p point) bool {
	n := 0
	for _, x := range crossings(ring, p.y) {
		if x > p.x {
			n++
		}
	}
	return n%2 == 1
}

// area is that of a ring, in squares of its units (the shoelace formula).
func area(ring []point) (a float64) {
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		a += p.x*q.y - q.x*p.y
	}
	return math.Abs(a) / 2
}

// broadest is the middle of the longest of some level stretches within a ring; otherwise where there is none.
func broadest(ring []point, otherwise point) point {
	if len(ring) < 3 {
		return otherwise
	}
	byHeight := func(a, b point) int { return int(math.Copysign(1, a.y-b.y)) }
	low, high := slices.MinFunc(ring, byHeight).y, slices.MaxFunc(ring, byHeight).y
	const levels = 20
	longest, best := 0.0, otherwise
	for i := 1; i < levels; i++ {
		y := low + (high-low)*float64(i)/levels
		across := crossings(ring, y)
		slices.Sort(across)
		for j := 0; j+1 < len(across); j += 2 {
			if length := across[j+1] - across[j]; length > longest {
				longest, best = length, point{(across[j] + across[j+1]) / 2, y}
			}
		}
	}
	return best
}

// crossings are where a ring crosses a level.
func crossings(ring []point, y float64) (out []float64) {
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		if p.y > y != (q.y > y) {
			out = append(out, p.x+(y-p.y)/(q.y-p.y)*(q.x-p.x))
		}
	}
	return out
}

package weather

import (
	"math"

	"abri.example/abri"
)

// The weight of one attack. One that leaves is worth ten that knock: something inside is already at work.
const (
	pointsIn  = 1
	pointsOut = 10
)

// Points is what an attack adds to the day: 1 on its way in or between machines of the site, 10 on its way out, times
// the attacks that its row stands for. A flood is one attack, however many sources it shows. Noise is no attack and
// never comes here. The result never overflows: it stops at the greatest int.
func Points(a abri.Attack) int {
	each := pointsIn
	if a.Direction == abri.Out {
		each = pointsOut
	}
	n := a.Count()
	if n > uint64(math.MaxInt/each) {
		return math.MaxInt
	}
	return each * int(n)
}

// plus is a+b for numbers that are not negative, stopped at the greatest int.
func plus(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

// answered reports whether a device of the site got an answer from a listed command server.
func answered(a abri.Attack) bool {
	return a.Direction == abri.Out && a.Kind == abri.CommandAndControl && a.Why.Rule == abri.RuleList && a.Answered
}

// Infection reports whether an attack confirms, on the given day, that a device of the site is infected. Either
// the device got an answer from a listed command server; or malicious software (the ransomware family) is still calling
// out on a later day than its first. Without the second, an infection that is stopped every day would, by its
// daily points, raise the bounds and become habit.
func Infection(a abri.Attack, today abri.Day) bool {
	return answered(a) || a.Direction == abri.Out && a.Kind.Family() == abri.Ransomware && a.Day < today
}

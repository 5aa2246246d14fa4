package fleet

import "abri.example/abri"

// Serious reports whether an attack is told at once and not with the next report: a device that speaks with those who
// command it, data on its way out, a telephone bill that grows, or a worm.
func Serious(a abri.Attack) bool {
	switch a.Kind {
	case abri.CommandAndControl, abri.Exfiltration, abri.KnownDestination:
		return a.Direction == abri.Out
	case abri.TollFraud, abri.Worm:
		return true
	}
	return false
}

package telephone

import (
	"abri.example/abri"
	"abri.example/abri/telephone/number"
	"abri.example/abri/telephone/sip"
)

// learn takes from a message what it says of who carries the site's calls, which telephones there are, and what is usual.
func (l *Line) learn(h *Heard) {
	m, local := h.Message, h.Flow.Direction == abri.LAN
	l.Doors.heard(h)
	switch {
	case m.Method == sip.Register && m.Status >= 200 && m.Status < 300 && m.Expires != 0 && l.attempts.armed(h):
		if !h.Outward && !local {
			l.Operators.registered(h.At, h.Source.Addr())
			l.Operators.telephones(h.At, h.Flow.Inside)
		}
		l.Extensions.registered(h.At, h.Source.Addr(), m.To.User, h.Target.Addr(), h.Outward && !local)
	case h.News == Answered && h.Call.Outward && !local:
		if h.Call.Number.Class != number.Internal {
			l.Operators.carried(h.At, h.Call.Outside)
			if l.Operators.Has(h.Call.Outside) {
				l.Operators.telephones(h.At, h.Call.Inside)
			}
		}
		l.Habits.Note(h.Call.Answer, h.Call.Number)
	}
}

package detect

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/telephone"
	plan "abri.example/abri/telephone/number"
	"abri.example/abri/telephone/sip"
)

// Blanker is a detector that has numbers put out of segments that did not cross yet.
type Blanker interface {
	// Blank gives where the numbers of calls to be refused stand in the data of a segment of a flow, and what is found of each
	// call that is refused for the first time.
	Blank(at time.Time, f *flow.Flow, data []byte) (numbers []telephone.Span, found []abri.Finding)
}

var _ Blanker = (*Telephone)(nil)

// Refuses reports whether calls are being refused at a time.
func (t *Telephone) Refuses(at time.Time) bool {
	g, h := &t.fraud.guard, &t.Line.Habits
	return t.fraud.refuses && (g.Bars(at, h, plan.Far) || g.Bars(at, h, plan.Premium))
}

// Blank gives the numbers of calls that the guard bars and that begin in the data of a segment from inside.
func (t *Telephone) Blank(at time.Time, f *flow.Flow, data []byte) (numbers []telephone.Span, found []abri.Finding) {
	if f.Direction == abri.LAN || !t.Refuses(at) {
		return nil, nil
	}
	telephone.Dialled(data, func(m *sip.Message, s telephone.Span) {
		if !t.fraud.guard.Bars(at, &t.Line.Habits, plan.Read(m.Target.User).Class) {
			return
		}
		numbers = append(numbers, s)
		if c := t.Line.Refused(f, m); c != nil {
			found = append(found, t.fraud.about(at, c, f.Proto, "refused-calls", 1))
		}
	})
	return numbers, found
}

package detect

import (
	"fmt"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// again is how often an attack that goes on is told of: once when its bar is met, and then at most once in this time,
// each time as one attempt more. So its last time stays true, and a flood of packets is no flood of findings.
const again = time.Minute

// due reports whether an attack that was last told at *told is to be told now, and notes it.
func due(at time.Time, told *time.Time) bool {
	if !told.IsZero() && at.Sub(*told) < again && !at.Before(*told) {
		return false
	}
	*told = at
	return true
}

// because is the reason of a detector: its kind, and the facts as name and value, in turn.
func because(k abri.Kind, facts ...any) abri.Why {
	why := abri.Why{Rule: abri.Rule(k)}
	for i := 0; i+1 < len(facts); i += 2 {
		why.Evidence = append(why.Evidence, abri.Evidence{Name: fmt.Sprint(facts[i]), Value: fmt.Sprint(facts[i+1])})
	}
	return why
}

// seconds is a time that passed, as a fact: whole seconds, at least 1.
func seconds(d time.Duration) int { return max(1, int(d.Round(time.Second)/time.Second)) }

// fromClient reports whether the packet of a flow comes from the end that began.
func fromClient(f *flow.Flow, h *packet.Headers) bool {
	return h.Src == f.Client.Addr() && (h.SrcPort == f.Client.Port() || h.Fragment)
}

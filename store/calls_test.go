package store

import (
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Calls of an hour add up, and go with the rows; operators are kept as they were last known.
func TestCallsAddUpAndGo(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	at := func(hour, minute int) time.Time { return time.Date(2026, 3, 3, hour, minute, 0, 0, time.UTC) }
	c := func(when time.Time, outcome CallOutcome, calls, seconds uint64) Calls {
		return Calls{Hour: when, Outward: true, Country: "SO", Class: "far", Prefix: "+252 61", Outcome: outcome, Calls: calls, Seconds: seconds}
	}
	must(t, s.AddCalls(t.Context(), []Calls{c(at(21, 5), CallAnswered, 1, 60), c(at(21, 5), CallRefused, 2, 0)}))
	must(t, s.AddCalls(t.Context(), []Calls{c(at(21, 50), CallAnswered, 2, 30), c(at(22, 1), CallAnswered, 1, 9)}))
	want := []Calls{c(at(21, 0), CallAnswered, 3, 90), c(at(21, 0), CallRefused, 2, 0), c(at(22, 0), CallAnswered, 1, 9)}
	if d := cmp.Diff(want, got[[]Calls](t)(s.CallsSince(t.Context(), at(21, 30)))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if all := got[[]Calls](t)(s.CallsSince(t.Context(), at(22, 0))); len(all) != 1 {
		t.Errorf("since ten: %v", all)
	}
	o := Operator{Address: netip.MustParseAddr("198.51.100.20"), First: at(8, 0), Last: at(9, 0), Registrations: 3}
	must(t, s.PutOperators(t.Context(), []Operator{o}))
	o.Last, o.Calls = at(10, 0), 7
	must(t, s.PutOperators(t.Context(), []Operator{o}))
	if all := got[[]Operator](t)(s.Operators(t.Context())); len(all) != 1 || all[0] != o {
		t.Errorf("operators %+v", all)
	}
	keep := Retention{Rows: 24 * time.Hour, Counters: 24 * time.Hour}
	if n := got[int](t)(s.Sweep(t.Context(), at(22, 0).Add(24*time.Hour), keep)); n != 3 {
		t.Errorf("swept %d", n)
	}
	if n := got[int](t)(s.Sweep(t.Context(), at(22, 0).Add(91*24*time.Hour), keep)); n != 1 {
		t.Errorf("swept %d later", n)
	}
}

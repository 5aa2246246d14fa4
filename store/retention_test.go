package store

import (
	"testing"
	"time"

	"abri.example/abri"
)

func sweepTakesTheOld(t *testing.T, m memory) {
	ctx, day := t.Context(), 24*time.Hour
	keep := Retention{Rows: 90 * day, Counters: 1095 * day}
	old, open, young := attack(1), attack(2), attack(3)
	old.Ended, young.Ended = true, true
	old.Last, open.Last, young.Last = noon.Add(-91*day), noon.Add(-200*day), noon.Add(-89*day)
	must(t, m.Put(ctx, []abri.Attack{old, open, young}))
	must(t, m.AddHours(ctx, 1, []Hour{{Start: noon.Add(-1096 * day)}, {Start: noon.Add(-1094 * day)}}))
	must(t, m.PutDay(ctx, Day{Day: abri.DayOf(noon.Add(-1096*day), time.UTC)}))
	must(t, m.PutDay(ctx, Day{Day: abri.DayOf(noon.Add(-1094*day), time.UTC)}))
	ended, ever := ban("203.0.113.7/32", noon.Add(-91*day)), ban("203.0.113.8/32", time.Time{})
	ended.At, ever.At = noon.Add(-1096*day), noon.Add(-1094*day)
	must(t, m.Decide(ctx, ended))
	must(t, m.Decide(ctx, ever))

	if n := got[int](t)(m.Sweep(ctx, noon, keep)); n != 5 {
		t.Errorf("%d rows swept, want an attack, an hour, a day, a decision and an entry", n)
	}
	same(t, "attacks", ids(got[[]abri.Attack](t)(m.Recent(ctx, 10))), ids([]abri.Attack{young, open}))
	same(t, "hours", len(got[[]Hour](t)(m.Hours(ctx, time.Unix(0, 0)))), 1)
	same(t, "days", len(got[[]Day](t)(m.Days(ctx, 10))), 1)
	same(t, "decisions", got[[]Decision](t)(m.Decisions(ctx, noon.Add(-92*day))), []Decision{ever})
	same(t, "audit", len(got[[]Entry](t)(m.AuditLog(ctx, 10))), 1)
	if _, err := m.Sweep(ctx, noon, Retention{}); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("a retention of nothing: %v", err)
	}
}

func sweepTakesManyChunks(t *testing.T, m memory) {
	const many = 2*chunk + 1
	list := attacks(0, many+1)
	for i := range list {
		list[i].Ended = true
	}
	must(t, m.Put(t.Context(), list))
	now := list[many].Last.Add(time.Hour)
	if n := got[int](t)(m.Sweep(t.Context(), now, Retention{Rows: time.Hour, Counters: time.Hour})); n != many {
		t.Errorf("%d rows swept, want %d", n, many)
	}
	same(t, "kept", ids(got[[]abri.Attack](t)(m.Recent(t.Context(), 10))), ids(list[many:]))
}

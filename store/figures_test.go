package store

import (
	"testing"
	"time"

	"abri.example/abri"
)

func replayedHours(t *testing.T, m memory) {
	ctx := t.Context()
	delta := []Hour{
		{Start: noon, Side: abri.Outside, Reason: "list", Packets: 10, Bytes: 640, Noise: 2},
		{Start: noon.Add(30 * time.Minute), Side: abri.Outside, Reason: "list", Packets: 1, Bytes: 60},
		{Start: noon.Add(time.Hour), Side: abri.Inside, Reason: "passed", Packets: 5, Bytes: 5000},
	}
	if seq := got[uint64](t)(m.HoursSeq(ctx)); seq != 0 {
		t.Errorf("a new store begins at %d", seq)
	}
	for _, seq := range []uint64{9, 9, 3, 10, 10} { // 9 and 10 count, once each; as text "10" would come before "9"
		must(t, m.AddHours(ctx, seq, delta))
	}
	if seq := got[uint64](t)(m.HoursSeq(ctx)); seq != 10 {
		t.Errorf("the last batch is %d", seq)
	}
	at := noon.Truncate(time.Hour)
	same(t, "hours", got[[]Hour](t)(m.Hours(ctx, noon)), []Hour{
		{Start: at, Side: abri.Outside, Reason: "list", Packets: 22, Bytes: 1400, Noise: 4},
		{Start: at.Add(time.Hour), Side: abri.Inside, Reason: "passed", Packets: 10, Bytes: 10000},
	})
	if later := got[[]Hour](t)(m.Hours(ctx, noon.Add(time.Hour))); len(later) != 1 {
		t.Errorf("since the next hour: %v", later)
	}
}

func skyOnlyWorsens(t *testing.T, m memory) {
	for _, c := range []struct {
		put, want abri.Sky
	}{
		{abri.Fog, abri.Fog}, {abri.Clear, abri.Clear}, {abri.Fog, abri.Fog}, {abri.Rain, abri.Rain}, {abri.LightRain, abri.Rain},
		{abri.Fog, abri.Rain}, {abri.Tornado, abri.Tornado}, {abri.Storm, abri.Tornado}, {abri.Clear, abri.Tornado},
	} {
		must(t, m.PutDay(t.Context(), Day{Day: "2026-03-05", Sky: c.put}))
		if days := got[[]Day](t)(m.Days(t.Context(), 1)); days[0].Sky != c.want {
			t.Errorf("after %s the sky is %s, want %s", c.put, days[0].Sky, c.want)
		}
	}
	sick := Day{Day: "2026-03-06", Points: 30, Attacks: 3, Neutralised: 2, Sky: abri.Storm, Infected: true, Late: time.Hour, Watched: 2 * time.Hour}
	must(t, m.PutDay(t.Context(), sick))
	later := sick
	later.Points, later.Infected, later.Watched = 31, false, 3*time.Hour
	must(t, m.PutDay(t.Context(), later))
	later.Infected = true
	must(t, m.PutDay(t.Context(), Day{Day: "2026-03-04", Sky: abri.Clear}))
	same(t, "days", got[[]Day](t)(m.Days(t.Context(), 2)), []Day{{Day: "2026-03-05", Sky: abri.Tornado}, later})
	for _, bad := range []abri.Day{"", "2026-3-5", "2026-02-30", "yesterday"} {
		if err := m.PutDay(t.Context(), Day{Day: bad}); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("day %q: %v", bad, err)
		}
	}
}

func settingsAreRemembered(t *testing.T, m memory) {
	ctx := t.Context()
	if v, ok, err := m.Recall(ctx, "mode"); v != "" || ok || err != nil {
		t.Errorf("before: %q, %t, %v", v, ok, err)
	}
	must(t, m.Remember(ctx, "mode", "observe"))
	must(t, m.Remember(ctx, "mode", "protect"))
	must(t, m.Remember(ctx, "empty", ""))
	if v, ok, err := m.Recall(ctx, "mode"); v != "protect" || !ok || err != nil {
		t.Errorf("after: %q, %t, %v", v, ok, err)
	}
	if v, ok, err := m.Recall(ctx, "empty"); v != "" || !ok || err != nil {
		t.Errorf("empty: %q, %t, %v", v, ok, err)
	}
}

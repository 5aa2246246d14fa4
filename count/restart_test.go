package count

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"abri.example/abri"
)

// A restart anywhere in a random day gives the attacks, ids and figures that no restart would have given.
func TestRestore(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		o := Options{Location: paris, Seed: "box"}
		straight, restarted := New(o), New(o)
		want, got := map[string]abri.Attack{}, map[string]abri.Attack{}
		at := start
		for range 400 {
			at = at.Add(time.Duration(random.IntN(1800)) * time.Second)
			s := randomSighting(random)
			for c, rows := range map[*Counter]map[string]abri.Attack{straight: want, restarted: got} {
				c.Tick(at)
				c.Add(at, s)
				for _, a := range c.Changed() {
					rows[a.ID] = stored(a)
				}
			}
			if random.IntN(20) == 0 {
				restarted = New(o)
				restarted.Restore(values(got))
			}
		}
		for id, w := range want {
			g := got[id]
			g.Revision, w.Revision = 0, 0
			if g.Kind.OneRowPerTarget() { // a sketch is lost with the process
				g.Sources, g.Outside = w.Sources, w.Outside
			}
			if !same(t, g, w) {
				t.Fatalf("seed %d: after restarts\n%+v\nwant\n%+v", seed, g, w)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("seed %d: %d attacks after restarts, want %d", seed, len(got), len(want))
		}
	}
}

func TestRestoreKeepsTheBound(t *testing.T) {
	o := Options{RowsPerHour: 5}
	c := New(o)
	for i := range 8 {
		c.Add(start, inward(nth(i), "192.168.1.10"))
	}
	rows := c.Changed()
	c = New(o)
	c.Restore(rows)
	if changed := c.Changed(); len(changed) != 0 {
		t.Errorf("restoring changes %+v", changed)
	}
	c.Add(start.Add(time.Minute), inward(nth(100), "192.168.1.10"))
	got := c.Changed()
	if len(got) != 1 || got[0].Rest != 4 || got[0].Revision != 2 {
		t.Errorf("after the restart %+v, want the rest of 4 at its second revision", got)
	}
}

func TestRestoreEndsTwins(t *testing.T) {
	one, two := New(Options{Seed: "a"}), New(Options{Seed: "b"})
	one.Add(start, inward("198.51.100.7", "192.168.1.10"))
	two.Add(start.Add(time.Minute), inward("198.51.100.7", "192.168.1.10"))
	older, newer := one.Changed()[0], two.Changed()[0]
	c := New(Options{})
	c.Restore([]abri.Attack{newer, older})
	if open, ended := c.Open(), c.Changed(); len(open) != 1 || open[0].ID != newer.ID || len(ended) != 1 || ended[0].ID != older.ID || !ended[0].Ended {
		t.Errorf("open %+v, ended %+v", open, ended)
	}
}

func randomSighting(r *rand.Rand) Sighting {
	s := inward(nth(r.IntN(3)), nth(1000+r.IntN(2)))
	s.Finding.Direction = []abri.Direction{abri.In, abri.Out, abri.LAN}[r.IntN(3)]
	s.Finding.Kind = []abri.Kind{abri.KnownAttacker, abri.Beacon, abri.Flood}[r.IntN(3)]
	s.Outcome = []abri.Outcome{abri.Observed, abri.WouldBlock, abri.Blocked}[r.IntN(3)]
	s.Answered = r.IntN(5) == 0
	return s
}

// stored is what comes back of an attack from a store, without a monotonic clock or shared memory.
func stored(a abri.Attack) abri.Attack {
	a.First, a.Last = time.Unix(0, a.First.UnixNano()), time.Unix(0, a.Last.UnixNano())
	return a
}

func values(m map[string]abri.Attack) []abri.Attack {
	out := make([]abri.Attack, 0, len(m))
	for _, a := range m {
		out = append(out, a)
	}
	return out
}

func same(t *testing.T, a, b abri.Attack) bool {
	t.Helper()
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(x) == string(y) && a.Day == b.Day && a.Ended == b.Ended
}

// The sketch of a flood's sources is lost in a restart; what it had numbered is not.
func TestRestoreKeepsTheSources(t *testing.T) {
	flood := func(c *Counter, from, to int) abri.Attack {
		for i := from; i < to; i++ {
			s := inward(nth(i), "192.168.1.10")
			s.Finding.Kind = abri.Flood
			c.Add(start, s)
		}
		return c.Changed()[0]
	}
	a := flood(New(Options{}), 0, 500)
	for sources, want := range map[int]uint64{100: 500, 800: 800} {
		c := New(Options{})
		c.Restore([]abri.Attack{a})
		if got := flood(c, 0, sources); got.ID != a.ID || got.Sources != want {
			t.Errorf("%d sources after the restart: %d, want %d", sources, got.Sources, want)
		}
	}
}

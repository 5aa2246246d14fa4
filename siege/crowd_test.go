package siege

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
)

// How systems wait for the answer to a SYN, each time: RFC 6298, and RFC 1122 before it.
var (
	usual = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}
	older = []time.Duration{3 * time.Second, 6 * time.Second}
)

// No crowd of visitors is told as a flood, however it comes.
func TestNoCrowdIsAFlood(t *testing.T) {
	for _, c := range []struct {
		name  string
		crowd []opening
		scene scene
	}{
		{name: "new visitors at three times the bar, all at once", crowd: arrive(0, 10*time.Second, 3*bar, 3*bar, usual)},
		{name: "as many in the first half second as else in three", crowd: arrive(0, time.Second/2, 8*bar, 8*bar, usual)},
		{name: "who wait for three seconds, every second", crowd: arrive(0, 10*time.Second, 3*bar, 3*bar, usual, older)},
		{name: "who all wait for three seconds", crowd: arrive(0, 10*time.Second, 3*bar, 3*bar, older)},
		{name: "who all wait for three seconds, in half a second", crowd: arrive(0, time.Second/2, 8*bar, 8*bar, older)},
		{name: "that grows from nothing to ten times the bar", crowd: arrive(0, 20*time.Second, 10, 10*bar, usual, usual, older)},
		{name: "another after it, who all wait for three seconds", crowd: slices.Concat(arrive(0, 2*time.Second, 4*bar, 4*bar, older), arrive(8*time.Second, time.Second, 4*bar, 4*bar, older))},
		{name: "that shrinks", crowd: arrive(0, 20*time.Second, 6*bar, 10, usual, older)},
		{name: "one packet in twenty is lost", crowd: arrive(0, 10*time.Second, 3*bar, 3*bar, usual, older), scene: scene{loss: 5}},
		{name: "one in six, behind a line that is nearly full", crowd: arrive(0, 10*time.Second, 4*bar, 4*bar, usual), scene: scene{loss: 16, way: 800 * time.Millisecond}},
		{name: "by satellite", crowd: arrive(0, 10*time.Second, 3*bar, 3*bar, usual), scene: scene{way: 700 * time.Millisecond}},
		{name: "twice, a minute apart", crowd: slices.Concat(arrive(0, 4*time.Second, 3*bar, 3*bar, usual, older), arrive(time.Minute, 4*time.Second, 3*bar, 3*bar, usual, older))},
	} {
		if held, told := c.scene.play(c.crowd); held == 0 || told != 0 {
			t.Errorf("%s: held back from %v on, told after %v", c.name, held, told)
		}
	}
}

// A forged flood above the bar is told within two seconds of its first opening that is held back; and of its first packet, where
// what is granted at once is used up soon enough and the machine answers.
func TestForgedFloodsAreToldSoon(t *testing.T) {
	const soon, look = 2 * time.Second, time.Second / 4
	for _, times := range []float64{1.1, 1.3, 1.5, 2, 2.3, 3, 5, 10, 20} {
		flood := arrive(0, 30*time.Second, times*bar, times*bar)
		visitors := arrive(0, 30*time.Second, 50, 50, usual, older)
		for _, c := range []struct {
			name  string
			all   []opening
			scene scene
		}{
			{"alone", flood, scene{}},
			{"at a machine that answers nobody", flood, scene{deaf: true}},
			{"beside visitors", slices.Concat(flood, visitors), scene{}},
			{"beside visitors, one packet in twenty is lost", slices.Concat(flood, visitors), scene{loss: 5}},
		} {
			name := fmt.Sprintf("%.1f times the bar, %s", times, c.name)
			held, told := c.scene.play(c.all)
			if told == 0 || told-held > soon {
				t.Errorf("%s: told at %v, %v after the first was held back", name, told, told-held)
			}
			filled := time.Duration(2 / (times - 1) * float64(time.Second))
			if !c.scene.deaf && filled+look <= soon && told > soon {
				t.Errorf("%s: told %v after it began", name, told)
			}
		}
	}
}

// How those behaved who were let in before tells a flood as soon as something is held back, when most said nothing, and enough of them.
func TestWhoWasLetInBefore(t *testing.T) {
	for _, c := range []struct {
		silent, joined uint64
		want           bool
	}{{400, 0, true}, {400, 150, true}, {400, 250, false}, {60, 400, false}, {40, 0, false}, {0, 0, false}} {
		told := NewWatch().Observe(monday, []Report{{Target: site, Pressure: abri.Openings, Service: abri.Web, Arrived: 400, Held: 60, Sources: 60, Silent: c.silent, Joined: c.joined}})
		if is := len(told) > 0; is != c.want {
			t.Errorf("%d silent and %d joined: told %v", c.silent, c.joined, is)
		}
	}
}

// A flood is told that begins when a crowd has gone, and one that begins in a crowd and is much larger.
func TestAFloodAfterACrowdIsTold(t *testing.T) {
	for _, c := range []struct {
		name   string
		crowd  []opening
		begins time.Duration
		rate   float64
		within time.Duration
	}{
		{"a minute after", arrive(0, 5*time.Second, 4*bar, 4*bar, usual, older), time.Minute, 3 * bar, 2 * time.Second},
		{"when the last have come again", arrive(0, 5*time.Second, 4*bar, 4*bar, usual, older), 10 * time.Second, 3 * bar, 2 * time.Second},
		{"while the gate has everybody come again still", arrive(0, 3*time.Second, 4*bar, 4*bar, usual), 5 * time.Second, 3 * bar, 2500 * time.Millisecond},
		{"within it, and no crowd's", arrive(0, 5*time.Second, 4*bar, 4*bar, usual, older), 3 * time.Second, 6000, time.Second},
	} {
		flood := arrive(c.begins, 30*time.Second, c.rate, c.rate)
		var s scene
		if _, told := s.play(slices.Concat(c.crowd, flood)); told < c.begins || told-c.begins > c.within {
			t.Errorf("%s: begun at %v, told at %v", c.name, c.begins, told)
		}
	}
}

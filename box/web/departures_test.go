package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/web"
)

// stolen is what left one town hall.
type stolen struct {
	all []abri.Departed
	err error
}

func (s stolen) Departures(context.Context) ([]abri.Departed, error) { return s.all, s.err }

func (s stolen) Departed(_ context.Context, id string) (abri.Departed, error) {
	for _, d := range s.all {
		if d.Attack.ID == id {
			return d, nil
		}
	}
	return abri.Departed{}, &abri.Error{Code: abri.CodeNotFound, What: "no attack has this id"}
}

func TestThePageOfWhatLeft(t *testing.T) {
	v := under(t, abri.Storm, abri.Protect)
	a := leak(v.Location)
	a.Kind, a.Device, a.Why = abri.Exfiltration, "SECRETARIAT-2", abri.Why{Rule: abri.Rule(abri.Exfiltration)}
	sheet := abri.Departed{Attack: a, Hours: []abri.DepartedHour{{Hour: a.First.Truncate(time.Hour), Outside: a.Outside, Flows: 3, Sent: 1_234_000_000, Received: 52_000}}}
	page := func(s stolen) (*withDoor, string) {
		d := doorOf(t)
		word := d.enter(t)
		d.Handler = web.New(&townHall{view: v}, web.Options{Sessions: d.people, Clock: func() time.Time { return d.now }, Departures: s, Hands: d.hands,
			Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		return d, word
	}
	d, word := page(stolen{all: []abri.Departed{sheet}})
	for _, path := range []string{"/parti", "/parti?id=" + a.ID} {
		if w := d.send(path, "", nil); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "SECRETARIAT-2") {
			t.Errorf("%s, whoever opens it: %d", path, w.Code)
		}
	}
	for path, wants := range map[string][]string{
		"/parti?lang=fr":                 {"<h1>Ce qui est parti</h1>", "SECRETARIAT-2", "1,2\u00a0Go", `href="/parti?id=` + a.ID + `"`, `aria-current="page">Ce qui est parti`},
		"/parti?lang=en&id=" + a.ID:      {"<h1>What left</h1>", "SECRETARIAT-2", "1.2\u00a0GB", "52.0\u00a0kB", "Sends data out as a thief would", `<td class="n">3</td>`},
		"/?lang=fr":                      {`href="/parti?id=` + a.ID + `"`},
		"/parti?lang=fr&id=" + "unknown": nil,
	} {
		w := d.send(path, word, nil)
		if want := map[bool]int{true: http.StatusOK, false: http.StatusNotFound}[wants != nil]; w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
		for _, want := range wants {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s lacks %q", path, want)
			}
		}
	}
	d, word = page(stolen{})
	if w := d.send("/parti?lang=fr", word, nil); !strings.Contains(w.Body.String(), "Aucune attaque vers l&#39;extérieur") {
		t.Errorf("without attacks: %s", w.Body)
	}
	d, word = page(stolen{err: &abri.Error{Code: abri.CodeUnavailable, What: "the database can't be read"}})
	if w := d.send("/parti", word, nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("without a database: %d", w.Code)
	}
}

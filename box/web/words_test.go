package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

func TestNoPhraseIsMissingOrUnused(t *testing.T) {
	source := ""
	for _, pattern := range []string{"*.go", "pages/*.html", "pages/*/*.html"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if name != "words.go" && !strings.HasSuffix(name, "_test.go") {
				source += string(data)
			}
		}
	}
	used := map[string]bool{"call.answered": true, "call.vain": true, "phone.chart.desc": true, "mail.chart.desc": true} // put together
	for _, m := range regexp.MustCompile(`(say )?"([a-z.-]+)"`).FindAllStringSubmatch(source, -1) {
		if _, is := phrases[m[2]]; is || m[1] != "" {
			used[m[2]] = true
		}
	}
	for _, d := range []abri.Direction{abri.In, abri.Out, abri.LAN} {
		used["way."+string(d)] = true
	}
	for _, o := range []abri.Outcome{abri.Observed, abri.WouldBlock, abri.Blocked} {
		used["outcome."+string(o)], used["stood."+string(o)] = true, true
	}
	for _, b := range []weather.Because{weather.BecauseNone, weather.BecausePoints, weather.BecauseAnswered,
		weather.BecauseKept, weather.BecauseNoData, weather.BecauseNoProof} {
		used["because."+string(b)] = true
	}
	for key := range used {
		if phrases[key][0] == "" || phrases[key][1] == "" {
			t.Errorf("%q is said, and is no phrase in both languages", key)
		}
	}
	for key := range phrases {
		if !used[key] {
			t.Errorf("%q is never said", key)
		}
	}
}

func TestFrenchPunctuationStaysWithItsWord(t *testing.T) {
	w := words{abri.French}
	if got := w.pick("Que faire ? « rien » : non !", ""); got != "Que faire\u202f? «\u00a0rien\u00a0»\u00a0: non\u202f!" {
		t.Errorf("%q", got)
	}
}

func TestNumbersAndTimesInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		n      uint64
		fr, en string
	}{
		{0, "0", "0"}, {999, "999", "999"}, {1000, "1\u202f000", "1,000"}, {422000, "422\u202f000", "422,000"},
		{18446744073709551615, "18\u202f446\u202f744\u202f073\u202f709\u202f551\u202f615", "18,446,744,073,709,551,615"},
	} {
		if fr, en := wording.Number(c.n, abri.French), wording.Number(c.n, abri.English); fr != c.fr || en != c.en {
			t.Errorf("%d is %q, %q", c.n, fr, en)
		}
	}
	now := time.Date(2026, 3, 5, 0, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		at     time.Time
		fr, en string
	}{
		{now, "0\u00a0h\u00a030", "00:30"},
		{now.Add(-time.Hour), "mercredi 4 mars, 23\u00a0h\u00a030", "Wednesday 4 March, 23:30"},
		{time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC), "dimanche 1er mars, 9\u00a0h\u00a005", "Sunday 1 March, 09:05"},
	} {
		if fr, en := wording.Moment(c.at, now, abri.French), wording.Moment(c.at, now, abri.English); fr != c.fr || en != c.en {
			t.Errorf("%v is %q, %q", c.at, fr, en)
		}
	}
	if got := wording.ShortNumber(1_234_567, abri.French); got != "1\u202fM" {
		t.Errorf("%q", got)
	}
}

func TestThereIsOneThingToDoForEveryState(t *testing.T) {
	theft := []weather.FamilyCount{{Family: abri.Theft, Attacks: 1}}
	for name, c := range map[string]struct {
		mode   abri.Mode
		report weather.Report
		says   string
		urgent bool
	}{
		"sun":                {abri.Protect, weather.Report{Sky: abri.Clear}, "Rien à faire", false},
		"sun, watch-only":    {abri.Observe, weather.Report{Sky: abri.Clear}, "Rien à faire", false},
		"rain":               {abri.Protect, weather.Report{Sky: abri.Rain, Attacks: 9}, "courriels inattendus", false},
		"rain, watch-only":   {abri.Observe, weather.Report{Sky: abri.Rain, Attacks: 9}, "passer le boîtier en protection", false},
		"storm":              {abri.Protect, weather.Report{Sky: abri.Storm, Attacks: 99}, "Prévenez aujourd'hui", false},
		"tornado":            {abri.Protect, weather.Report{Sky: abri.Tornado, Attacks: 999}, "Appelez", true},
		"theft":              {abri.Protect, weather.Report{Sky: abri.Rain, Families: theft}, "cette semaine", false},
		"theft, watch-only":  {abri.Observe, weather.Report{Sky: abri.Rain, Families: theft}, "rien n'est coupé", true},
		"answered":           {abri.Protect, weather.Report{Sky: abri.Storm, Answered: true}, "sans l'éteindre", true},
		"answered under fog": {abri.Protect, weather.Report{Sky: abri.Fog, Because: weather.BecauseNoData, Answered: true}, "sans l'éteindre", true},
		"no data":            {abri.Observe, weather.Report{Sky: abri.Fog, Because: weather.BecauseNoData}, "deux câbles", true},
		"no proof":           {abri.Protect, weather.Report{Sky: abri.Fog, Because: weather.BecauseNoProof}, "rien ne prouve", true},
	} {
		got := advise(View{Mode: c.mode, Report: c.report}, words{abri.French})
		if !strings.Contains(got.Text, c.says) || got.Urgent != c.urgent {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

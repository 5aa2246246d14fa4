package web_test

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"abri.example/abri/weather"
)

// ask sends one request to the pages of a hall, as a browser on the site's network would.
func ask(t *testing.T, hall web.Site, method, target string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	r.Host = "192.168.1.2:8080"
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	web.New(hall, web.Options{Names: []string{"Abri.Mairie.lan"}, Log: quiet}).ServeHTTP(w, r)
	return w
}

func TestEachRouteInEachLanguage(t *testing.T) {
	hall := &townHall{view: under(t, abri.Rain, abri.Protect)}
	for _, c := range []struct {
		path, lang string
		wants      []string
	}{
		{"/", "fr", []string{`<html lang="fr">`, "Mairie de Sury-le-Comtal", "Protection active", ">Pluie</h1>", "Messagerie", "Attaquant connu", "Allemagne", "arrêtée", "Piratage", "Dernier contact", "15\u00a0h\u00a003", "IP2Location LITE",
			`<noscript><meta http-equiv="refresh" content="60"></noscript>`}},
		{"/", "en", []string{`<html lang="en">`, "Mairie de Sury-le-Comtal", "Protection on", ">Rain</h1>", "Mail", "Known attacker", "Germany", "stopped", "Intrusion", "Last contact", "15:03"}},
		{"/fragment", "fr", []string{"Pluie", `id="live-attacks"`}},
		{"/fragment", "en", []string{"Rain", `id="live-attacks"`}},
		{"/pourquoi", "fr", []string{"Pourquoi ce temps", "10 points", "6 à 10", "100 et plus", "26 heures", "10 000 attaques", "28 derniers jours du calendrier", "Le silence n'est jamais du soleil"}},
		{"/pourquoi", "en", []string{"Why this weather?", "10 points", "6 to 10", "100 and more", "26 hours", "10,000 new attacks", "28 calendar days", "Silence is never sun"}},
		{"/aide", "fr", []string{"https://17cyber.gouv.fr", "https://www.cybermalveillance.gouv.fr", "hameçonnage", "opérateur", "darknet", "hébergés ailleurs"}},
		{"/aide", "en", []string{"https://17cyber.gouv.fr", "https://www.cybermalveillance.gouv.fr", "Phishing", "operator", "darknet", "hosted elsewhere"}},
	} {
		w := ask(t, hall, "GET", c.path+"?lang="+c.lang)
		if w.Code != http.StatusOK || w.Header().Get("Content-Language") != c.lang {
			t.Errorf("%s %s: %d, Content-Language %q", c.path, c.lang, w.Code, w.Header().Get("Content-Language"))
		}
		for _, want := range c.wants {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s in %s does not say %q", c.path, c.lang, want)
			}
		}
	}
}

func TestThePageSaysTheSentenceOfEverySky(t *testing.T) {
	for _, sky := range append([]abri.Sky{abri.Fog}, abri.Skies...) {
		for _, mode := range []abri.Mode{abri.Protect, abri.Observe} {
			v := under(t, sky, mode)
			for _, lang := range []abri.Lang{abri.French, abri.English} {
				body := ask(t, &townHall{view: v}, "GET", "/?lang="+string(lang)).Body.String()
				if want := weather.Sentence(v.Report, lang); !strings.Contains(unescape(body), want) {
					t.Errorf("%s, %s, %s: the page does not say %q", sky, mode, lang, want)
				}
				if !strings.Contains(body, `class="scene scene-`+string(sky)+`"`) || !strings.Contains(body, `<title id="scene-title">`) {
					t.Errorf("%s: no picture with a title", sky)
				}
			}
		}
	}
}

var entities = strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&")

func unescape(s string) string { return entities.Replace(s) }

func TestWatchOnlyNeverClaimsToHaveStopped(t *testing.T) {
	v := under(t, abri.Rain, abri.Observe)
	body := unescape(ask(t, &townHall{view: v}, "GET", "/?lang=fr").Body.String())
	for _, want := range []string{"rien n'est coupé, voici ce qui l'aurait été", "Auraient été arrêtées", "Mode observation", "aurait été arrêtée"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, never := range []string{"Protection active", "Arrêtées aujourd'hui"} {
		if strings.Contains(body, never) {
			t.Errorf("the page says %q", never)
		}
	}
}

func TestFogClaimsNeitherProtectionNorAFigure(t *testing.T) {
	body := ask(t, &townHall{view: under(t, abri.Fog, abri.Protect)}, "GET", "/?lang=fr").Body.String()
	if strings.Contains(body, "Rien n&#39;a été visé") || strings.Count(body, "personne ne le sait") != 2 {
		t.Error("under fog the page says that nothing came")
	}
	if strings.Contains(body, "Protection active") || !strings.Contains(body, `<p class="figure">—</p>`) {
		t.Error("under fog the page claims that the protection works, or shows a figure")
	}
}

func TestAViewThatCannotBeHadIsFog(t *testing.T) {
	hall := &townHall{err: errors.New("disk I/O error at /secret/place")}
	for path, status := range map[string]int{"/": 503, "/fragment": 503, "/pourquoi": 503, "/aide": 503, "/healthz": 503, "/api/weather": 503} {
		w := ask(t, hall, "GET", path+"?lang=fr")
		if w.Code != status {
			t.Errorf("%s: %d, want %d", path, w.Code, status)
		}
		if strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s tells the reader the inner fault", path)
		}
	}
	body := ask(t, hall, "GET", "/").Body.String()
	if !strings.Contains(body, ">Brouillard</h1>") {
		t.Error("the page is not fog")
	}
	for _, never := range []string{"0001", "Page du", "Entrées de listes", `<p class="figure">0`} {
		if strings.Contains(body, never) {
			t.Errorf("the page that knows nothing says %q", never)
		}
	}
	if w := ask(t, &townHall{view: under(t, abri.Fog, abri.Protect)}, "GET", "/healthz"); w.Code != 200 || w.Body.String() != "ok\n" {
		t.Errorf("fog is healthy, got %d %q", w.Code, w.Body)
	}
}

func TestTheAPIGivesTheWeatherAndNoAddress(t *testing.T) {
	v := under(t, abri.Storm, abri.Protect)
	v.Troubles = []web.Trouble{{Code: web.TroubleDrift, At: v.Now, Detail: "10 of 12"}}
	w := ask(t, &townHall{view: v}, "GET", "/api/weather")
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"type": "weather", "sky": "storm", "mode": "protect", "attacks": 25.0, "neutralised": 25.0,
		"now": "2026-03-05T14:04:00Z", "lists_wanted": 1004318.0, "points": 34.0,
	} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
	if days := got["days"].([]any); len(days) != 7 {
		t.Errorf("%d days, want 7", len(days))
	}
	if regexp.MustCompile(`\d+\.\d+\.\d+\.\d+`).Match(w.Body.Bytes()) {
		t.Error("the answer names an address")
	}
}

func TestEveryTroubleIsSaidInWords(t *testing.T) {
	for code, want := range map[string]string{
		web.TroubleDiskFull: "disque du boîtier est plein", web.TroubleDatabase: "registre des attaques est abîmé",
		web.TroublePort: "un de ses ports", web.TroubleTakenOff: "a retiré le filtre", web.TroubleBond: "plusieurs câbles en un seul",
		web.TroubleDrift: "n'applique pas toutes", web.TroubleLosses: "Trop de trafic", web.TroubleRestarted: "puis est revenue",
		"moon-phase": "moon-phase",
	} {
		v := under(t, abri.Clear, abri.Protect)
		v.Troubles = []web.Trouble{{Code: code, At: v.Now, Detail: "inode 7 <b>"}}
		body := unescape(ask(t, &townHall{view: v}, "GET", "/?lang=fr").Body.String())
		if !strings.Contains(body, want) || !strings.Contains(body, "inode 7 &lt;b&gt;") {
			t.Errorf("%s: the page does not say %q and its detail", code, want)
		}
	}
}

func TestAGapBetweenListsAndKernelIsTold(t *testing.T) {
	v := under(t, abri.Clear, abri.Protect)
	v.Lists = web.Lists{Wanted: 58000, Enforced: 986}
	body := ask(t, &townHall{view: v}, "GET", "/?lang=en").Body.String()
	for _, want := range []string{"58,000 wanted", "986 enforced", "Gap"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	hall := &townHall{view: under(b, abri.Tornado, abri.Protect)}
	pages := web.New(hall, web.Options{})
	size := 0
	for b.Loop() {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/", nil))
		size = w.Body.Len()
	}
	b.ReportMetric(float64(size), "page-bytes")
}

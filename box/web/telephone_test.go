package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"abri.example/abri/testnet/browser"
)

// line is a telephone line at one instant.
type line struct {
	at  web.Telephone
	err error
}

func (l *line) Telephone(context.Context) (web.Telephone, error) { return l.at, l.err }

// phoneDoor is a hall with a telephone, whose pages people may sign in to.
func phoneDoor(t *testing.T, l *line) (*withDoor, string) {
	d := doorOf(t)
	word := d.enter(t)
	d.Handler = web.New(&townHall{view: l.at.View}, web.Options{Sessions: d.people, Clock: func() time.Time { return d.now }, Telephones: l,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	return d, word
}

func evening(t *testing.T) *line {
	v := under(t, abri.Storm, abri.Protect)
	hours := make([]web.CallHour, 24)
	for i := range hours {
		hours[i].Start = v.Now.Truncate(time.Hour).Add(time.Duration(i-23) * time.Hour)
	}
	hours[23] = web.CallHour{Start: hours[23].Start, Out: 7, In: 3, Refused: 41}
	fraud := abri.Attack{
		ID: "t", Kind: abri.TollFraud, Service: abri.TelephoneSvc, Direction: abri.Out, Outside: netip.MustParseAddr("198.51.100.20"),
		Inside: netip.MustParseAddr("192.168.1.14"), Last: v.Now, Attempts: 41, Outcome: abri.Blocked,
		Why: abri.Why{Rule: abri.Rule(abri.TollFraud), Evidence: []abri.Evidence{{Name: "country", Value: "SO"}, {Name: "prefix", Value: "+252 61"}, {Name: "night-calls", Value: "3"}}},
	}
	return &line{at: web.Telephone{
		View: v, Hours: hours, Extensions: 12, Operators: []netip.Addr{netip.MustParseAddr("198.51.100.20")}, Attacks: []abri.Attack{fraud},
		Countries: []web.CallCountry{{Country: "SO", Out: 2, Refused: 41, Spoken: 130 * time.Second}, {Country: "FR", Out: 5, In: 3}, {Country: "ZZ"}, {Country: "", In: 4}},
		Calls:     []web.CallRow{{Hour: v.Now, Outward: true, Country: "SO", Prefix: "+252 61", Outcome: "refused", Calls: 41}},
		Guard:     web.CallGuard{Abroad: time.Hour, SpentAbroad: 130 * time.Second, Refuse: true, Acts: true},
		Secure:    []web.SecurePeer{{Address: netip.MustParseAddr("51.75.1.9"), Bytes: 3 << 20}},
	}}
}

// "The page Téléphone: calls by hour and country, attempts stopped, guard; numbers shortened, metadata only, behind sign-in."
func TestThePageOfTheTelephone(t *testing.T) {
	d, word := phoneDoor(t, evening(t))
	if w := d.send("/telephone", "", nil); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "+252") || strings.Contains(w.Body.String(), "198.51.100.20") {
		t.Errorf("whoever opens it: %d\n%s", w.Code, w.Body)
	}
	for lang, wants := range map[string][]string{
		"fr": {"Téléphone", "Somalie", "+252 61…", "3\u00a0min", "60\u00a0min", "sans limite", "refuse un à un", "3114", "198.51.100.20", "3\u202f072", "correspondants et le volume", "un poste", "essaie de téléphoner aux frais du site", "appels lointains ou chers hors des heures"},
		"en": {"Telephone", "Somalia", "+252 61…", "no bound", "one by one", "peers and the volume", "an extension", "far or dear calls outside opening hours"},
	} {
		w := d.send("/telephone?lang="+lang, word, nil)
		body := strings.ReplaceAll(strings.ReplaceAll(w.Body.String(), "&#39;", "'"), "&#43;", "+")
		for _, want := range wants {
			if !strings.Contains(strings.ToLower(body), strings.ToLower(want)) {
				t.Errorf("%s: the page does not say %q", lang, want)
			}
		}
		if w.Code != http.StatusOK || strings.Count(body, `class="bar-in"`) != 24 || !strings.Contains(body, "<table") {
			t.Errorf("%s: %d, or no chart with its table", lang, w.Code)
		}
	}
}

func TestThePageOfTheTelephoneSaysWhatTheGuardDoes(t *testing.T) {
	for want, g := range map[string]web.CallGuard{
		"cuts nothing": {Abroad: time.Hour}, "only watches": {Refuse: true}, "one by one": {Refuse: true, Acts: true},
	} {
		l := evening(t)
		l.at.Guard = g
		d, word := phoneDoor(t, l)
		if body := d.send("/telephone?lang=en", word, nil).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%+v: the page does not say %q", g, want)
		}
	}
	broken := &line{err: errors.New("no store")}
	d, word := phoneDoor(t, broken)
	if w := d.send("/telephone", word, nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("without a line: %d", w.Code)
	}
}

// The page of the telephone in a real browser: whoever is not signed in sees nothing of it; signed in, it fits a telephone and
// a desk in both languages, the keyboard reaches every link, and the console has nothing to complain of.
func TestThePageOfTheTelephoneInABrowser(t *testing.T) {
	ctx := open(t)
	d, _ := phoneDoor(t, evening(t))
	server := httptest.NewServer(d)
	defer server.CloseClientConnections()
	must(t, ctx, chromedp.Navigate(server.URL+"/telephone?lang=fr"))
	if text := must(t, ctx, chromedp.Text("body")); strings.Contains(text, "+252") || strings.Contains(text, "Somalie") {
		t.Errorf("whoever opens it reads %q", text)
	}
	said := browser.Complaints(t, ctx)
	code, err := d.people.Invite("clerk", d.now)
	if err != nil {
		t.Fatal(err)
	}
	must(t, ctx, chromedp.Navigate(server.URL+"/entrer?code="+code))
	must(t, ctx, chromedp.Click(`main form button`))
	must(t, ctx, chromedp.Click(`header a[href="/telephone"]`))
	must(t, ctx, chromedp.WaitVisible("main table"))
	for lang, word := range map[string]string{"fr": "Somalie", "en": "Somalia"} {
		must(t, ctx, chromedp.Navigate(server.URL+"/telephone?lang="+lang))
		for _, width := range []int64{390, 1100} {
			must(t, ctx, chromedp.EmulateViewport(width, 800))
			if wide := must(t, ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > document.documentElement.clientWidth`)); wide {
				t.Errorf("%s: it scrolls sideways at %d", lang, width)
			}
		}
		if text := must(t, ctx, chromedp.Text("main")); !strings.Contains(text, word) || strings.Contains(text, "612345") {
			t.Errorf("%s: it says %q", lang, text)
		}
		links := must(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("a[href], button, summary, [tabindex='0']").length`))
		reached := map[string]bool{}
		for range 2 * links {
			must(t, ctx, chromedp.KeyEvent(kb.Tab))
			reached[must(t, ctx, chromedp.Evaluate[string](`(e => e.tagName + (e.getAttribute("href") || e.textContent))(document.activeElement)`))] = true
		}
		if !reached["A/messagerie"] || len(reached) < 5 {
			t.Errorf("%s: the keyboard reaches %v", lang, reached)
		}
	}
	for _, c := range said() {
		t.Error("the console complains:", c)
	}
}

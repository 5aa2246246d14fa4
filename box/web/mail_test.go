package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"abri.example/abri/testnet/browser"
)

// post is the mail of a site at one instant.
type post struct {
	at  web.Mail
	err error
}

func (p *post) Mail(context.Context) (web.Mail, error) { return p.at, p.err }

func postDoor(t *testing.T, p *post) (*withDoor, string) {
	d := doorOf(t)
	word := d.enter(t)
	d.Handler = web.New(&townHall{view: p.at.View}, web.Options{Sessions: d.people, Clock: func() time.Time { return d.now }, Mails: p, Hands: d.hands,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	return d, word
}

// guesses are attacks on the mail: two within the last hours, one of them stopped, and one of last week.
func guesses(t *testing.T) *post {
	v := under(t, abri.Rain, abri.Protect)
	var all []abri.Attack
	for i, back := range []time.Duration{time.Hour, 3 * time.Hour, 8 * 24 * time.Hour} {
		a := knock(v.Location, i)
		a.Kind, a.Service, a.First, a.Last, a.Outcome = abri.Bruteforce, abri.Mail, v.Now.Add(-back), v.Now.Add(-back+time.Minute), abri.Observed
		if i == 0 {
			a.Outcome = abri.Blocked
		}
		all = append(all, a)
	}
	return &post{at: web.Mail{View: v, Attacks: all}}
}

func TestThePageOfTheMail(t *testing.T) {
	d, word := postDoor(t, guesses(t))
	if w := d.send("/messagerie", "", nil); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "Allemagne") {
		t.Errorf("whoever opens it: %d", w.Code)
	}
	for lang, wants := range map[string][]string{
		"fr": {"<h1>Messagerie</h1>", "Allemagne", `<td class="n">3</td><td class="n">1</td>`, "lettre perdue en silence", "Faites-le vérifier", `aria-current="page">Messagerie`},
		"en": {"<h1>Mail</h1>", "Germany", "letter lost in silence"},
	} {
		w := d.send("/messagerie?lang="+lang, word, nil)
		for _, want := range wants {
			if w.Code != http.StatusOK || !strings.Contains(unescape(w.Body.String()), want) {
				t.Errorf("%s: %d, does not say %q", lang, w.Code, want)
			}
		}
		if n := strings.Count(w.Body.String(), `<g class="day">`); n != 24 {
			t.Errorf("the chart has %d hours", n)
		}
	}
	d, word = postDoor(t, &post{err: errors.New("disk at /secret")})
	if w := d.send("/messagerie", word, nil); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("without a store: %d", w.Code)
	}
}

func TestThePageOfTheMailInABrowser(t *testing.T) {
	ctx := open(t)
	p := guesses(t)
	d, _ := postDoor(t, p)
	server := httptest.NewServer(d)
	defer server.CloseClientConnections()
	said := browser.Complaints(t, ctx)
	code, err := d.people.Invite("clerk", d.now)
	if err != nil {
		t.Fatal(err)
	}
	must(t, ctx, chromedp.Navigate(server.URL+"/entrer?code="+code))
	must(t, ctx, chromedp.Click(`main form button`))
	must(t, ctx, chromedp.Click(`header a[href="/messagerie"]`))
	must(t, ctx, chromedp.WaitVisible("#mail-countries"))
	for _, width := range []int64{390, 1100} {
		must(t, ctx, chromedp.EmulateViewport(width, 800))
		if wide := must(t, ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > document.documentElement.clientWidth`)); wide {
			t.Errorf("it scrolls sideways at %d", width)
		}
		if out := must(t, ctx, chromedp.Evaluate[bool](`document.querySelector("table.attacks").getBoundingClientRect().right > document.querySelector("table.attacks").closest(".card").getBoundingClientRect().right`)); out {
			t.Errorf("at %d the table of attacks leaves its card", width)
		}
	}
	for _, c := range said() {
		t.Error("the console complains:", c)
	}
}

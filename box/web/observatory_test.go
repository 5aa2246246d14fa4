package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"abri.example/abri"
	"abri.example/abri/box/liaison"
	"abri.example/abri/testnet/browser"
)

// asking is a box that waits for a person to compare its words.
var asking = liaison.State{Enrolled: true, URL: "https://observatoire.example:8444", Site: "Sury-le-Comtal", Words: "midi piko pisu pisa"}

func TestOnlyWhoIsSignedInJoinsAnObservatory(t *testing.T) {
	d := doorOf(t)
	form := url.Values{"invitation": {"abri1.word"}}
	if w := d.send("/observatoire", "", form); w.Code != http.StatusForbidden || d.hands.said != "" {
		t.Errorf("nobody joins: %d, %q", w.Code, d.hands.said)
	}
	if w := d.send("/observatoire?invitation=abri1.word", "", nil); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `name="then" value="/observatoire?invitation=abri1.word"`) {
		t.Errorf("the door does not keep what was wanted: %d", w.Code)
	}
	word := d.enter(t)
	if body := d.send("/observatoire?invitation=abri1.word&lang=fr", word, nil).Body.String(); !strings.Contains(body, ">abri1.word</textarea>") || d.hands.said != "" {
		t.Errorf("reading a link does not fill the form, or used the invitation: %q", d.hands.said)
	}
	if w := d.send("/observatoire", word, form); w.Code != http.StatusSeeOther || d.hands.said != "enrol abri1.word" || d.hands.by != "clerk" {
		t.Errorf("%d, %+v", w.Code, d.hands)
	}
	if w := d.send("/observatoire/quitter", word, url.Values{}); w.Code != http.StatusSeeOther || d.hands.said != "quit" {
		t.Errorf("leaving: %d, %+v", w.Code, d.hands)
	}
}

func TestHowABoxStandsWithItsObservatoryIsSaid(t *testing.T) {
	d := doorOf(t)
	word := d.enter(t)
	told := time.Date(2026, 3, 5, 14, 30, 0, 0, time.UTC)
	in := liaison.State{Enrolled: true, Confirmed: true, URL: asking.URL, Site: asking.Site, Told: told, Waiting: 1234, Trouble: "unavailable: dial tcp"}
	for name, c := range map[string]struct {
		state liaison.State
		says  []string
		hides string
	}{
		"in none":  {liaison.State{}, []string{"dans aucun observatoire", "<textarea"}, "quitter"},
		"asks":     {asking, []string{"Sury-le-Comtal", "midi piko pisu pisa", "standing.js", "data-awaits"}, "<textarea"},
		"is in it": {in, []string{"Sury-le-Comtal", "1\u202f234", "unavailable: dial tcp", "rien n'est perdu"}, "standing.js"},
	} {
		d.hands.stands(c.state)
		body := strings.ReplaceAll(d.send("/observatoire?lang=fr", word, nil).Body.String(), "&#39;", "'")
		for _, says := range c.says {
			if !strings.Contains(body, says) {
				t.Errorf("%s: the page does not say %q", name, says)
			}
		}
		if strings.Contains(body, c.hides) {
			t.Errorf("%s: the page says %q", name, c.hides)
		}
	}
	d.hands.stands(liaison.State{})
	for code, says := range map[abri.Code]string{abri.CodeInvalid: "pas une invitation", abri.CodeRefused: "déjà servi", abri.CodeUnavailable: "ne répond pas", abri.CodeInternal: "pas pu être fait"} {
		d.hands.refusing = &abri.Error{Code: code, What: "the reason"}
		w := d.send("/observatoire", word, url.Values{"invitation": {"abri1.w<b>"}}, "Accept-Language", "fr")
		if body := w.Body.String(); w.Code < 400 || !strings.Contains(strings.ReplaceAll(body, "&#39;", "'"), says) || !strings.Contains(body, "abri1.w&lt;b&gt;</textarea>") {
			t.Errorf("%s: %d", code, w.Code)
		}
	}
}

func TestTheDoorLeadsToThePageThatWasWantedAndNowhereElse(t *testing.T) {
	for then, want := range map[string]string{
		"/observatoire?invitation=abri1.x": "/observatoire?invitation=abri1.x", "": "/", "//evil.example/": "/", "https://evil.example/": "/",
		`/\evil.example`: "/", "/\t/evil.example": "/", "javascript:alert(1)": "/",
	} {
		d := doorOf(t)
		code, err := d.people.Invite("clerk", d.now)
		if err != nil {
			t.Fatal(err)
		}
		if w := d.send("/entrer", "", url.Values{"code": {code}, "then": {then}}); w.Header().Get("Location") != want {
			t.Errorf("%q leads to %q", then, w.Header().Get("Location"))
		}
	}
}

func TestInABrowserThePageFollowsTheEnrolment(t *testing.T) {
	ctx := open(t)
	d := doorOf(t)
	server := httptest.NewServer(d)
	defer server.CloseClientConnections()
	said := browser.Complaints(t, ctx)
	code, err := d.people.Invite("clerk", d.now)
	if err != nil {
		t.Fatal(err)
	}
	hurry(t, ctx)
	must(t, ctx, chromedp.Navigate(server.URL+"/entrer?code="+code+"&lang=fr"))
	must(t, ctx, chromedp.Click(`main form button`))
	must(t, ctx, chromedp.WaitVisible(`header a[href="/observatoire"]`))
	must(t, ctx, chromedp.Click(`header a[href="/observatoire"]`))
	must(t, ctx, chromedp.SendKeys(`#invitation`, "abri1.word"))
	must(t, ctx, chromedp.Click(`form[action="/observatoire"] button`))
	must(t, ctx, chromedp.WaitVisible(`.words`))
	if words := must(t, ctx, chromedp.Text(`.words`)); words != asking.Words || d.hands.said != "enrol abri1.word" {
		t.Errorf("the page shows %q, and the box was told %q", words, d.hands.said)
	}
	in := asking
	in.Confirmed = true
	d.hands.stands(in)
	must(t, ctx, chromedp.WaitVisible(`#standing dl`))
	for _, c := range said() {
		t.Error("the console complains:", c)
	}
}

// hurry makes a page's own patience fifty times shorter, so that a test need not wait for it.
func hurry(t *testing.T, ctx context.Context) {
	t.Helper()
	must(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `const patient = window.setInterval; window.setInterval = (f, ms) => patient(f, ms / 50);`,
		})
		return err
	}))
}

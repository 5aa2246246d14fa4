package web_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"abri.example/abri/testnet/browser"
)

// open starts a browser for a test: long enough for all pictures where these are wanted.
func open(t *testing.T) context.Context {
	t.Helper()
	if *preview != "" {
		return browser.Open(t, 10*time.Minute)
	}
	return browser.Open(t, 2*time.Minute)
}

// must does one thing in the browser, and ends the test when it cannot be done.
func must[T any](t *testing.T, ctx context.Context, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestThePageGoesFromSunToRainWhileOneWatches(t *testing.T) {
	ctx := open(t)
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	server := httptest.NewServer(web.New(hall, web.Options{}))
	defer server.CloseClientConnections()
	said := browser.Complaints(t, ctx)

	must(t, ctx, chromedp.Navigate(server.URL+"/?lang=fr"))
	must(t, ctx, chromedp.WaitVisible(".scene-clear"))
	before := must(t, ctx, chromedp.Text("#sky-name"))
	must(t, ctx, chromedp.Evaluate[chromedp.Void](`window.stayed = true`))
	hall.become(under(t, abri.Rain, abri.Protect))
	must(t, ctx, chromedp.WaitVisible(".scene-rain"))
	must(t, ctx, chromedp.Poll[bool](`document.title.startsWith("Pluie")`))
	after := must(t, ctx, chromedp.Text("#sky-name"))
	same := must(t, ctx, chromedp.Evaluate[bool](`window.stayed === true`))
	title := must(t, ctx, chromedp.Title())
	icon := must(t, ctx, chromedp.Evaluate[string](`document.querySelector("link[rel=icon]").href`))
	if before != "Plein soleil" || after != "Pluie" || !same {
		t.Errorf("before %q, after %q, without a reload %v", before, after, same)
	}
	if !strings.HasPrefix(title, "Pluie · ") || !strings.Contains(icon, "/static/rain.svg") {
		t.Errorf("the tab still says %q with %q", title, icon)
	}
	for _, c := range said() {
		t.Error("the console complains:", c)
	}
}

func TestTheKeyboardReachesTheLanguageSwitch(t *testing.T) {
	ctx := open(t)
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	server := httptest.NewServer(web.New(hall, web.Options{}))
	defer server.CloseClientConnections()

	must(t, ctx, chromedp.Navigate(server.URL+"/?lang=fr"))
	must(t, ctx, chromedp.WaitVisible("#sky-name"))
	var seen []string
	for range 12 {
		must(t, ctx, chromedp.KeyEvent(kb.Tab))
		focused := must(t, ctx, chromedp.Evaluate[string](`document.activeElement.textContent.trim()`))
		seen = append(seen, focused)
		if focused == "English" {
			break
		}
	}
	if seen[0] != "Aller au contenu" {
		t.Errorf("the first stop is %q, want the skip link", seen[0])
	}
	if seen[len(seen)-1] != "English" {
		t.Fatalf("the keyboard stops at %q and never at the language", seen)
	}
	must(t, ctx, chromedp.KeyEvent(kb.Enter))
	must(t, ctx, chromedp.WaitVisible(`html[lang="en"] #sky-name`))
	if name := must(t, ctx, chromedp.Text("#sky-name")); name != "Full sun" {
		t.Errorf("after the switch the sky is %q", name)
	}
}

func TestNothingScrollsSideways(t *testing.T) {
	ctx := open(t)
	v := under(t, abri.Tornado, abri.Observe)
	v.Attacks[0].Outside, v.Attacks[0].Why = longAddress, listed(longAddress)
	v.Days[6].Attacks, v.Report.Families[0].Attacks = 1_234_567_890, 1_234_567_890
	f := flooded(t)
	v.Attacks, v.Saturations, v.Troubles = append(v.Attacks, f.Attacks...), f.Saturations, f.Troubles
	hall := &townHall{view: v}
	server := httptest.NewServer(web.New(hall, web.Options{}))
	defer server.CloseClientConnections()
	for _, width := range []int64{320, 390, 600, 832, 1100, 1440} {
		for _, path := range []string{"/?lang=fr", "/?lang=en", "/pourquoi", "/aide", "/saturation?lang=fr", "/saturation?lang=en"} {
			must(t, ctx, chromedp.EmulateViewport(width, 800))
			must(t, ctx, chromedp.Navigate(server.URL+path))
			over := must(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
			if over > 0 {
				t.Errorf("%s at %d px is %d px too wide", path, width, over)
			}
		}
	}
}

func TestThePageSaysWhenTheBoxFallsSilent(t *testing.T) {
	ctx := open(t)
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	server := httptest.NewServer(web.New(hall, web.Options{Heartbeat: time.Hour}))
	defer server.CloseClientConnections()

	// The page's own patience is made a thousand times shorter, so that the test need not wait for it.
	must(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `const patient = window.setTimeout; window.setTimeout = (f, ms) => patient(f, ms / 1000);`,
		})
		return err
	}))
	must(t, ctx, chromedp.Navigate(server.URL+"/?lang=fr"))
	must(t, ctx, chromedp.WaitVisible("#stale"))
	if said := must(t, ctx, chromedp.Text("#stale")); !strings.Contains(said, "plus de nouvelles du boîtier") {
		t.Errorf("the page says %q", said)
	}
}

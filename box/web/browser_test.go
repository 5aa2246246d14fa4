package web_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser starts Chromium for a test, and skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: apt install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.NoFirstRun,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Skipf("chromium does not start here: %v", err)
	}
	limit := 2 * time.Minute // only so that a hung browser fails the test and not the whole run
	if *preview != "" {
		limit = 10 * time.Minute
	}
	ctx, cancel = context.WithTimeout(ctx, limit)
	t.Cleanup(cancel)
	return ctx
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

// complaints gathers what the browser's console reports as an error, a broken policy among them.
func complaints(t *testing.T, ctx context.Context) func() []string {
	t.Helper()
	var mu sync.Mutex
	var said []string
	add := func(s string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, s)
	}
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *log.EventEntryAdded:
			add(fmt.Sprint(e.Entry.Level, ": ", e.Entry.Text, " ", e.Entry.URL))
		case *runtime.EventExceptionThrown:
			add("exception: " + e.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			add(fmt.Sprint("console.", e.Type))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), said...)
	}
}

func TestThePageGoesFromSunToRainWhileOneWatches(t *testing.T) {
	ctx := browser(t)
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	server := httptest.NewServer(web.New(hall, web.Options{}))
	defer server.CloseClientConnections()
	said := complaints(t, ctx)

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
	ctx := browser(t)
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
	ctx := browser(t)
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
	ctx := browser(t)
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

package web_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"abri.example/abri"
	"abri.example/abri/box/liaison"
	"abri.example/abri/box/session"
	"abri.example/abri/box/web"
	"abri.example/abri/testnet/browser"
)

// releasing does what is asked for on a page, and keeps it.
type releasing struct {
	by, address, said string
	refusing          error

	mu    sync.Mutex
	state liaison.State
}

func (h *releasing) Membership(context.Context) (liaison.State, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.state, nil
}

// stands says how the box stands with its observatory from now on.
func (h *releasing) stands(s liaison.State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state = s
}

func (h *releasing) Release(_ context.Context, by string, a netip.Addr) error {
	if a.IsPrivate() {
		return &abri.Error{Code: abri.CodeRefused, What: "nobody blocks " + a.String()}
	}
	h.by, h.address = by, a.String()
	return nil
}

func (h *releasing) Promote(_ context.Context, by string, k abri.Kind, undo bool) error {
	if !k.Valid() {
		return &abri.Error{Code: abri.CodeNotFound, What: "no rule has this name"}
	}
	h.by, h.said = by, fmt.Sprintf("promote %s %v", k, undo)
	return nil
}

func (h *releasing) Isolate(_ context.Context, by, device string, undo bool) error {
	h.by, h.said = by, fmt.Sprintf("isolate %s %v", device, undo)
	return nil
}

func (h *releasing) Enrol(_ context.Context, by, invitation string) error {
	if h.refusing != nil {
		return h.refusing
	}
	h.by, h.said = by, "enrol "+invitation
	h.stands(asking)
	return nil
}

func (h *releasing) Quit(_ context.Context, by string) error {
	h.by, h.said = by, "quit"
	return nil
}

// withDoor is a hall whose pages people may sign in to.
type withDoor struct {
	http.Handler
	people *session.Book
	hands  *releasing
	now    time.Time
}

func doorOf(t *testing.T) *withDoor {
	d := &withDoor{people: session.New(rand.Reader), hands: &releasing{}, now: time.Date(2026, 3, 5, 15, 0, 0, 0, time.UTC)}
	d.Handler = web.New(&townHall{view: under(t, abri.Rain, abri.Protect)}, web.Options{
		Sessions: d.people, Clock: func() time.Time { return d.now }, Hands: d.hands, Members: d.hands, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	return d
}

// send sends a form as a page of this box would, with the cookie word.
func (d *withDoor) send(path, word string, form url.Values, header ...string) *httptest.ResponseRecorder {
	method := "POST"
	if form == nil {
		method = "GET"
	}
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Host = "192.168.1.2:8080"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://192.168.1.2:8080")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if word != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: word})
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

// enter signs somebody in and gives the word of the cookie.
func (d *withDoor) enter(t *testing.T) string {
	t.Helper()
	code, err := d.people.Invite("clerk", d.now)
	if err != nil {
		t.Fatal(err)
	}
	w := d.send("/entrer", "", url.Values{"code": {code}})
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || len(cookies) != 1 {
		t.Fatalf("%d with %d cookies", w.Code, len(cookies))
	}
	if c := cookies[0]; !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Value == code {
		t.Errorf("the cookie is %+v", c)
	}
	return cookies[0].Value
}

func TestOnlyWhoIsSignedInMayRelease(t *testing.T) {
	d := doorOf(t)
	form := url.Values{"address": {"45.155.205.10"}}
	for name, word := range map[string]string{"nobody": "", "a guess": "AAAA"} {
		if w := d.send("/debloquer", word, form); w.Code != http.StatusForbidden || d.hands.address != "" {
			t.Errorf("%s: %d, released %q", name, w.Code, d.hands.address)
		}
		if body := d.send("/", word, nil).Body.String(); strings.Contains(body, "/debloquer") || !strings.Contains(body, "Se connecter") {
			t.Errorf("%s is offered to release, or not to sign in", name)
		}
	}
	word := d.enter(t)
	if body := d.send("/", word, nil).Body.String(); !strings.Contains(body, `action="/debloquer"`) || !strings.Contains(body, "Se déconnecter") {
		t.Error("who is signed in is not offered to release, or to sign out")
	}
	if w := d.send("/debloquer", word, form); w.Code != http.StatusSeeOther || d.hands.by != "clerk" || d.hands.address != "45.155.205.10" {
		t.Errorf("%d, %+v", w.Code, d.hands)
	}
	for _, refused := range []string{"10.0.0.1", "", "<script>"} {
		w := d.send("/debloquer", word, url.Values{"address": {refused}})
		if w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "<script>") {
			t.Errorf("%q: %d", refused, w.Code)
		}
	}
	if w := d.send("/sortir", word, url.Values{}); w.Code != http.StatusSeeOther {
		t.Errorf("leaving: %d", w.Code)
	}
	if w := d.send("/debloquer", word, form); w.Code != http.StatusForbidden {
		t.Errorf("after leaving: %d", w.Code)
	}
}

func TestAFormOfSomebodyElsesPageDoesNothing(t *testing.T) {
	d := doorOf(t)
	word := d.enter(t)
	for _, header := range [][]string{{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "null"}} {
		if w := d.send("/debloquer", word, url.Values{"address": {"45.155.205.10"}}, header...); w.Code != http.StatusForbidden || d.hands.address != "" {
			t.Errorf("%v: %d, released %q", header, w.Code, d.hands.address)
		}
	}
	if w := d.send("/debloquer?address=45.155.205.10", word, nil); w.Code != http.StatusNotFound || d.hands.address != "" {
		t.Errorf("reading an address acts: %d", w.Code)
	}
}

func TestACodeIsUsedByAPersonOnly(t *testing.T) {
	d := doorOf(t)
	code, _ := d.people.Invite("clerk", d.now)
	if body := d.send("/entrer?code="+code, "", nil).Body.String(); !strings.Contains(body, code) {
		t.Error("the page does not hold the code of its address")
	}
	if w := d.send("/entrer", "", url.Values{"code": {code}}); w.Code != http.StatusSeeOther {
		t.Errorf("having looked at the page used the code: %d", w.Code)
	}
	if w := d.send("/entrer", "", url.Values{"code": {code}}); w.Code != http.StatusForbidden || len(w.Result().Cookies()) != 0 {
		t.Errorf("a code is good twice: %d", w.Code)
	}
	if w := d.send("/entrer", "", url.Values{"code": {strings.Repeat("x", 1<<20)}}); w.Code != http.StatusForbidden {
		t.Errorf("a megabyte of code: %d", w.Code)
	}
}

func TestInABrowserOneSignsInReleasesAndSignsOut(t *testing.T) {
	ctx := open(t)
	d := doorOf(t)
	server := httptest.NewServer(d)
	defer server.CloseClientConnections()
	said := browser.Complaints(t, ctx)
	code, err := d.people.Invite("clerk", d.now)
	if err != nil {
		t.Fatal(err)
	}
	must(t, ctx, chromedp.Navigate(server.URL+"/entrer?code="+code))
	must(t, ctx, chromedp.Click(`main form button`))
	must(t, ctx, chromedp.WaitVisible(`form[action="/debloquer"] button`))
	must(t, ctx, chromedp.Click(`form[action="/debloquer"] button`))
	must(t, ctx, chromedp.WaitVisible(`form[action="/debloquer"] button`))
	must(t, ctx, chromedp.Click(`header form[action="/sortir"] button`))
	must(t, ctx, chromedp.WaitVisible(`header a[href="/entrer"]`))
	if d.hands.by != "clerk" || d.hands.address == "" {
		t.Errorf("released: %+v", d.hands)
	}
	for _, c := range said() {
		t.Error("the console complains:", c)
	}
}

// Who a device is stands on the page for those who are signed in, and for nobody else; so does what looking back found.
func TestOnlyWhoIsSignedInSeesDevices(t *testing.T) {
	d := doorOf(t)
	out := leak(paris(t))
	out.Device = "SECRETARIAT-2"
	found := out
	found.Why = abri.Why{Rule: abri.RuleLooked, List: "feodo", Entry: netip.MustParsePrefix("45.155.205.10/32"), Evidence: []abri.Evidence{{Name: abri.EvidenceSpoke, Value: "2025-12-03"}}}
	view := onDay(t, abri.Protect, []abri.Attack{out})
	view.Found = []abri.Attack{found}
	d.Handler = web.New(&townHall{view: view}, web.Options{Sessions: d.people, Clock: func() time.Time { return d.now }, Hands: d.hands})
	for _, c := range []struct {
		name, word string
		named      int
	}{{"nobody", "", 0}, {"the clerk", d.enter(t), 2}} {
		body := strings.ReplaceAll(d.send("/?lang=fr", c.word, nil).Body.String(), "<wbr>", "")
		if n := strings.Count(body, "SECRETARIAT-2 "+laptop.String()); n != c.named || c.named == 0 && strings.Contains(body, "SECRETARIAT") {
			t.Errorf("%s sees the device %d times, want %d", c.name, n, c.named)
		}
		if !strings.Contains(body, "Retrouvé après coup") || !strings.Contains(body, "A parlé le 03/12/2025 avec un hôte") {
			t.Errorf("%s does not see what looking back found", c.name)
		}
	}
}

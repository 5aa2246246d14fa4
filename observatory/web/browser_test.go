package web_test

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/communes"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/testnet/browser"
)

var preview = flag.String("preview", "", "write pictures of the pages for people into this folder")

// tab is a browser's tab, of a person who looks at these pages.
type tab struct {
	*testing.T
	ctx  context.Context
	at   string // where the pages are
	said func() []string
}

// browse opens the pages in Chromium, and skips the test where there is none.
func (c *county) browse() *tab {
	c.Helper()
	ctx := browser.Open(c.T, 3*time.Minute, chromedp.Flag("ignore-certificate-errors", true))
	server := httptest.NewTLSServer(c.pages)
	c.Cleanup(server.CloseClientConnections)
	return &tab{c.T, ctx, strings.Replace(server.URL, "127.0.0.1", "localhost", 1), browser.Complaints(c.T, ctx)}
}

// do does things in the tab one after the other, and ends the test when one cannot be done.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	for i, s := range steps {
		limit, cancel := context.WithTimeout(b.ctx, time.Minute)
		_, err := chromedp.Run(limit, s)
		cancel()
		if err != nil {
			b.Fatalf("step %d: %v; the page is %s", i+1, err, b.text("body"))
		}
	}
}

func (b *tab) open(path string) { b.Helper(); b.do(chromedp.Navigate(b.at + path)) }

// click presses a button by the keyboard: it is focused, as Tab does, and Enter is struck.
func (b *tab) click(selector string) {
	b.Helper()
	b.do(chromedp.WaitVisible(selector), chromedp.Focus(selector), chromedp.KeyEvent(kb.Enter))
}

// text is what an element says; "" when it is not there.
func (b *tab) text(selector string) string {
	return read[string](b, `(document.querySelector(`+strconv.Quote(selector)+`) || {innerText: ""}).innerText`)
}

// read reads something of the page.
func read[T any](b *tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// device gives the tab's computer an authenticator, which verifies its person or fails to.
func (b *tab) device() (verify func(bool)) {
	b.Helper()
	_, err := chromedp.Call(b.ctx, webauthn.Enable, webauthn.EnableParams{})
	if err != nil {
		b.Fatal(err)
	}
	made, err := chromedp.Call(b.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	if err != nil {
		b.Fatal(err)
	}
	return func(is bool) {
		if _, err := chromedp.Call(b.ctx, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: made.AuthenticatorID, IsUserVerified: is}); err != nil {
			b.Fatal(err)
		}
	}
}

// From an invitation to a passkey, out and in again, by the keyboard alone; and the printed code when the device is lost.
func TestInABrowserOneComesWithAPasskey(t *testing.T) {
	c := open(t)
	p, secret, err := c.door.Invite(t.Context(), people.Person{Name: "Mme Durand", Role: people.Administrator}, "test", time.Hour)
	c.must(err)
	b := c.browse()
	verify := b.device()

	b.open("/invitation?lang=fr&cle=" + secret)
	b.click("main form button")
	b.do(chromedp.WaitVisible(`[data-passkey=make]`))
	if !strings.Contains(b.text("main"), "vous ne pourrez plus entrer") {
		t.Error("nobody tells who came by a link that it was the only time")
	}
	b.do(chromedp.SendKeys("#key-name", "Ordinateur de la mairie"))
	b.click(`[data-passkey=make]`)
	b.do(chromedp.WaitVisible(`form[action="/moi/clef/retirer"] button`))
	keys, err := c.ledger.Passkeys(t.Context(), p.ID)
	if err != nil || len(keys) != 1 || keys[0].Name != "Ordinateur de la mairie" {
		t.Fatalf("%+v, %v", keys, err)
	}
	b.click(`form[action="/moi/code"] button`)
	b.do(chromedp.WaitVisible(`.code code`))
	code := b.text(".code code")
	b.open("/moi")
	if code == "" || strings.Contains(b.text("body"), code) {
		t.Errorf("the code %q is shown twice, or never", code)
	}

	b.click(`form[action="/sortir"] button`)
	b.click(`[data-passkey=use]`)
	b.do(chromedp.WaitVisible(`#map`))
	if who := b.text(".who a"); !strings.Contains(who, "Mme Durand") {
		t.Errorf("signed in as %q", who)
	}
	if s, err := c.ledger.SessionsOf(t.Context(), p.ID); err != nil || len(s) != 1 || s[0].Means != ledger.ByPasskey {
		t.Errorf("%+v, %v", s, err)
	}

	b.click(`form[action="/sortir"] button`)
	b.do(chromedp.WaitVisible(`[data-passkey=use]`))
	verify(false) // somebody else sits at her computer
	b.click(`[data-passkey=use]`)
	b.do(chromedp.WaitVisible(`#answer`))
	if b.text(".who a") != "Se connecter" || !strings.Contains(b.text("#answer"), "n'a pas ouvert") {
		t.Errorf("who is not verified: %q, %q", b.text(".who a"), b.text("#answer"))
	}
	b.do(chromedp.SendKeys("#code", strings.ToLower(code)+kb.Enter), chromedp.WaitVisible(`[data-passkey=make]`))
	b.click(`form[action="/moi/clef/retirer"] button`) // the code was used: it is the last way in
	b.do(chromedp.WaitVisible(`main .stale code`))
	if keys, err = c.ledger.Passkeys(t.Context(), p.ID); err != nil || len(keys) != 1 {
		t.Errorf("the last passkey is gone: %v", err)
	}
	for _, s := range b.said() {
		if !strings.Contains(s, "422") { // what was refused above
			t.Error("the console complains:", s)
		}
	}
	entries, err := c.ledger.Audit(t.Context(), 0, 20)
	c.must(err)
	var acts []string
	for _, e := range entries {
		acts = append(acts, string(e.Act)+" "+strings.TrimPrefix(e.On, p.ID+" "))
	}
	for _, want := range []string{string(audit.AddPasskey) + " Ordinateur de la mairie", string(audit.SignIn) + " passkey", string(audit.SignIn) + " recovery"} {
		if !strings.Contains(strings.Join(acts, "\n"), want) {
			t.Errorf("%q is not in the audit log: %v", want, acts)
		}
	}
}

// A passkey of one name is good under no other, and an answer is taken once.
func TestAPasskeyBelongsToItsName(t *testing.T) {
	c := open(t)
	b := c.browse()
	b.device()
	_, secret, err := c.door.Invite(t.Context(), people.Person{Name: "Mme Durand", Role: people.Administrator}, "test", time.Hour)
	c.must(err)
	b.at = strings.Replace(b.at, "localhost", "127.0.0.1", 1)
	b.open("/invitation?lang=fr&cle=" + secret)
	b.click("main form button")
	b.click(`[data-passkey=make]`)
	b.do(chromedp.WaitVisible(`#answer`))
	if !strings.Contains(b.text("#answer"), "appartiennent à un autre nom") {
		t.Errorf("%q", b.text("#answer"))
	}
}

// Every control of the pages for people has a label, nothing is wider than a telephone, and Tab reaches what acts.
func TestThePagesForPeopleServeEverybody(t *testing.T) {
	c := open(t)
	c.commune("42304", "Sury-le-Comtal")
	g, err := c.ledger.PutGroup(t.Context(), ledger.Group{Sort: ledger.EPCI, Code: "200065886", Name: "Loire Forez agglomération"})
	c.must(err)
	c.must(c.ledger.Join(t.Context(), g, 42304))
	c.come(people.Person{Name: "M. Durand", Mail: "durand@une-assez-longue-adresse.loire.example", Role: people.Technician, Scope: people.Scope{Groups: []int64{g}, Sites: []int64{42304}}})
	c.waits("42218", "Saint-Étienne", "midi piko pisu pisa")
	c.weather()
	_, secret, err := c.door.Invite(t.Context(), people.Person{Name: "Mme Martin", Role: people.Administrator}, "test", time.Hour)
	c.must(err)
	b := c.browse()
	b.do(chromedp.EmulateViewport(390, 844))
	b.open("/invitation?cle=" + secret)
	b.click("main form button")
	b.do(chromedp.WaitVisible(`[data-passkey=make]`))
	b.open("/programmes")
	b.click("details:has(#cle-nom) summary")
	b.do(chromedp.SendKeys(`#cle-nom`, "Supervision de l'agglomération"))
	b.click("form[action='/programmes/cle'] button")
	b.do(chromedp.WaitVisible(`#word`))
	pages := []string{"/", "/chiffres", "/site?numero=42304", "/deploiement", "/inviter", "/debloquer", "/personnes", "/journal", "/programmes", "/regle", "/moi", "/entrer", "/invitation"}
	for _, lang := range []string{"fr", "en"} {
		for _, page := range pages {
			b.open(inLanguage(page, lang))
			if n := read[int](b, `document.documentElement.scrollWidth`); n > 390 {
				t.Errorf("%s (%s) is %d wide", page, lang, n)
			}
			if cut := read[string](b, `[...document.querySelectorAll("details")].forEach((d) => { d.open = true }), [...document.querySelectorAll(".scroll")].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent.slice(0, 60)).join(" / ")`); cut != "" {
				t.Errorf("%s (%s) has tables that leave the screen: %s", page, lang, cut)
			}
			if bare := read[string](b, `[...document.querySelectorAll("input:not([type=hidden]), select, button, a")].filter((e) => !(e.labels && e.labels.length) && !e.textContent.trim() && !e.getAttribute("aria-label")).map((e) => e.outerHTML).join(" ")`); bare != "" {
				t.Errorf("%s (%s) has controls without a name: %s", page, lang, bare)
			}
			if got := read[string](b, `document.documentElement.lang`); got != lang {
				t.Errorf("%s says it is in %q", page, got)
			}
			unreached := read[int](b, `[...document.querySelectorAll("main button, main input:not([type=hidden]), main select")].filter((e) => e.tabIndex < 0).length`)
			if unreached > 0 || read[int](b, `document.querySelectorAll("h1").length`) != 1 {
				t.Errorf("%s: %d controls that Tab does not reach, or not one heading", page, unreached)
			}
			b.picture(page, lang, 390)
		}
	}
	if *preview != "" {
		b.do(chromedp.EmulateViewport(1280, 900))
		for _, page := range pages {
			b.open(inLanguage(page, "fr"))
			b.picture(page, "fr", 1280)
		}
	}
	for _, s := range b.said() {
		t.Error("the console complains:", s)
	}
}

// A sign stands upon its commune, however wide the map is drawn.
func TestASignStandsUponItsCommune(t *testing.T) {
	c := open(t)
	c.commune("42304", "Sury-le-Comtal")
	c.weather()
	_, secret, err := c.door.Invite(t.Context(), people.Person{Name: "Mme Martin", Role: people.Administrator}, "test", time.Hour)
	c.must(err)
	b := c.browse()
	b.open("/invitation?cle=" + secret)
	b.click("main form button")
	b.do(chromedp.WaitVisible(`[data-passkey=make]`))
	for _, width := range []int64{390, 1280} {
		b.do(chromedp.EmulateViewport(width, 900))
		b.open("/")
		away := read[[]string](b, `(() => {
			const communes = [...document.querySelectorAll("svg.map a")], signs = [...document.querySelectorAll(".signs use")];
			if (!signs.length || signs.length !== communes.length) return [signs.length + " signs of " + communes.length + " communes"];
			return communes.filter((commune, i) => {
				const path = commune.querySelector("path"), s = signs[i].getBoundingClientRect();
				const at = new DOMPoint(s.x + s.width / 2, s.y + s.height / 2).matrixTransform(path.getScreenCTM().inverse());
				return !path.isPointInFill(at);
			}).map((commune) => commune.getAttribute("aria-label"));
		})()`)
		if len(away) > 0 {
			t.Errorf("%d wide, the signs of these stand elsewhere: %q", width, away)
		}
	}
}

// inLanguage is a page's address in a language.
func inLanguage(page, lang string) string {
	if strings.Contains(page, "?") {
		return page + "&lang=" + lang
	}
	return page + "?lang=" + lang
}

// weather has a day of every sky at Sury, which has a box, and around it: in the Loire where its contours are at hand.
func (c *county) weather() {
	c.Helper()
	shapes := []ledger.CommuneShape{square("42304", "Sury-le-Comtal", 4, 45), square("42044", "Chalain-le-Comtal", 4.01, 45)}
	if f, err := os.Open(loire()); err == nil {
		shapes, err = communes.Read(f)
		c.must(err)
		c.must(f.Close())
	}
	c.must(c.ledger.PutCommunes(c.Context(), shapes))
	c.report("42304", 1, abri.Rain, 4)
	for i, shape := range shapes {
		if i%4 == 0 && shape.Code != "42304" && shape.Code != "42218" {
			sky := abri.Skies[i/4%len(abri.Skies)]
			c.commune(shape.Code, shape.Name)
			c.report(shape.Code, 1, sky, i%7)
		}
	}
}

// picture writes what the tab shows, for people to look at: go test -run Everybody ./observatory/web -preview DIR
func (b *tab) picture(page, lang string, width int) {
	if *preview == "" {
		return
	}
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		picture, err := chromedp.FullScreenshot(100)(ctx, target)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("people%s-%s-%d.png", strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(page), lang, width)
		return os.WriteFile(filepath.Join(*preview, name), picture, 0o644)
	}))
}

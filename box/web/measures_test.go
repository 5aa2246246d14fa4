package web_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/web"
)

// What the rules do is for everybody; who is isolated, and the buttons, are for those who are signed in.
func TestThePageOfMeasures(t *testing.T) {
	d := doorOf(t)
	v := under(t, abri.Rain, abri.Observe)
	v.Measures = []web.Measure{
		{Kind: abri.Exploit, Acts: true, Since: v.Now},
		{Kind: abri.Bruteforce, Since: v.Now, Ripe: v.Now.Add(7 * 24 * time.Hour), Would: 1234, Doubts: 2, Lately: []netip.Prefix{netip.MustParsePrefix("45.155.205.9/32"), netip.MustParsePrefix("2001:db8::/64")}},
		{Kind: abri.MalwareDownload, Acts: true, Cuts: true, Since: v.Now},
		{Kind: abri.Scan, Since: v.Now, Would: 5},
	}
	v.Isolated = []web.Isolated{{Device: "00:11:22:33:44:55", Name: "SECRETARIAT-2", Since: v.Now}}
	hall := &townHall{view: v}
	word := d.enter(t)
	d.Handler = web.New(hall, web.Options{Sessions: d.people, Clock: func() time.Time { return d.now }, Hands: d.hands})
	outside := d.send("/mesures?lang=fr", "", nil).Body.String()
	for _, want := range []string{"Bannit depuis le", "agira d'elle-même le", "attend une personne", "1\u202f234 (dont 2 avec qui le site échange)", "45.155.205.9<", "2001:db8::/64", "Coupe la conversation depuis le", "aucune règle ne coupe", "Connectez-vous pour isoler"} {
		if !strings.Contains(strings.ReplaceAll(outside, "&#39;", "'"), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, secret := range []string{"SECRETARIAT-2", "00:11:22:33:44:55", "/promouvoir"} {
		if strings.Contains(outside, secret) {
			t.Errorf("whoever opens the page reads %q", secret)
		}
	}
	inside := d.send("/mesures?lang=en", word, nil).Body.String()
	for _, want := range []string{"SECRETARIAT-2", "Have it act", "Isolate this device", "Let it back"} {
		if !strings.Contains(inside, want) {
			t.Errorf("to who is signed in the page does not say %q", want)
		}
	}
	for _, c := range []struct {
		path string
		form url.Values
		said string
	}{
		{"/promouvoir", url.Values{"kind": {"bruteforce"}}, "promote bruteforce false"},
		{"/promouvoir", url.Values{"kind": {"exploit"}, "undo": {"1"}}, "promote exploit true"},
		{"/isoler", url.Values{"device": {"SECRETARIAT-2"}}, "isolate SECRETARIAT-2 false"},
		{"/isoler", url.Values{"device": {"00:11:22:33:44:55"}, "undo": {"1"}}, "isolate 00:11:22:33:44:55 true"},
	} {
		d.hands.said = ""
		if w := d.send(c.path, "", c.form); w.Code != http.StatusForbidden || d.hands.said != "" {
			t.Errorf("%s without a session: %d, %q", c.path, w.Code, d.hands.said)
		}
		if w := d.send(c.path, word, c.form); w.Code != http.StatusSeeOther || d.hands.said != c.said || d.hands.by != "clerk" {
			t.Errorf("%s: %d, %q by %q", c.path, w.Code, d.hands.said, d.hands.by)
		}
	}
	if w := d.send("/promouvoir", word, url.Values{"kind": {"nonsense"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a rule that is none: %d", w.Code)
	}
}

package web_test

import (
	"crypto/sha256"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/ledger"
)

// A site is entered and its box invited, sent, confirmed by typed words and taken out, all on the pages.
func TestASiteIsEnrolledByThePages(t *testing.T) {
	c := open(t)
	ctx := t.Context()
	c.must(c.ledger.Remember(ctx, invitation.KeyURL, "https://observatoire.loire.example:8444"))
	c.must(c.ledger.Remember(ctx, invitation.KeyRoot, strings.Repeat("ab", sha256.Size)))
	c.must(c.ledger.PutCommunes(ctx, []ledger.CommuneShape{square("42304", "Sury-le-Comtal", 4, 45)}))
	form := url.Values{"sorte": {"commune"}, "code": {"42304"}, "place": {"before"}, "contact": {"Mme Durand"}, "courriel": {"mairie@sury.example"}}
	w := c.send(c.cookie, "/inviter", form.Encode())
	word := regexp.MustCompile(`abri enrol ([^<]+)<`).FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusOK || word == nil || !strings.Contains(w.Body.String(), `<svg class="code"`) || !strings.Contains(w.Body.String(), "Invitation pour Sury-le-Comtal") {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	token, err := fleet.ParseToken(html.UnescapeString(word[1]))
	if err != nil || token.Site != 42304 || token.URL != "https://observatoire.loire.example:8444" {
		t.Fatalf("%+v, %v", token, err)
	}
	if s, err := c.ledger.Site(ctx, 42304); err != nil || s.Name != "Sury-le-Comtal" || s.Place != ledger.Before || s.Contact.Mail != "mairie@sury.example" {
		t.Errorf("%+v, %v", s, err)
	}
	c.says("/inviter?site=42304", `value="mairie@sury.example"`, `value="Sury-le-Comtal"`)
	if w := c.send(c.cookie, "/expedier", "site=42304"); w.Code != http.StatusSeeOther {
		t.Errorf("shipping: %d", w.Code)
	}
	c.says("/deploiement", "expédié")

	c.must(c.ledger.Apply(ctx, token.Secret, ledger.Box{Identity: fleet.Identity{Site: 42304, Box: "b1"}, Fingerprint: []byte("f"), Request: []byte("r"), Words: "midi piko pisu pisa", Asked: noon}))
	if body := c.says("/deploiement", `action="/confirmer"`, "faites-vous lire les quatre mots"); strings.Contains(body, "pisu") {
		t.Error("the words are shown to who should compare them")
	}
	if w := c.send(c.cookie, "/confirmer", "site=42304&mots=midi+piko+pisu+pipa"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Comparez-les encore") {
		t.Errorf("other words: %d", w.Code)
	}
	if w := c.send(c.cookie, "/confirmer", "site=42304&mots=Midi+piko+Pisu+pisa"); w.Code != http.StatusSeeOther {
		t.Errorf("the words: %d", w.Code)
	}
	c.says("/site?numero=42304", "admis", "Retirer ce boîtier")
	if w := c.send(c.cookie, "/boitier/retirer", "site=42304&boitier=b1"); w.Code != http.StatusSeeOther {
		t.Errorf("taking out: %d", w.Code)
	}
	if b, err := c.ledger.Box(ctx, fleet.Identity{Site: 42304, Box: "b1"}); err != nil || b.State != ledger.Revoked || b.By != "Administrateur" {
		t.Errorf("%+v, %v", b, err)
	}
	entries, err := c.ledger.Audit(ctx, 0, 5)
	c.must(err)
	for i, want := range []audit.Act{audit.RevokeBox, audit.ConfirmBox, audit.ShipBox, audit.InviteBox, audit.EnterSites} {
		if entries[i].Act != want || entries[i].Who != "Administrateur first" {
			t.Errorf("%+v, not %s", entries[i], want)
		}
	}
	for name, bad := range map[string]string{"no code": "sorte=commune&nom=X&place=behind", "a commune that nobody knows": "sorte=commune&code=42999&place=behind",
		"not a SIRET": "sorte=firm&code=42&nom=X&place=behind", "no place": "sorte=commune&code=42304"} {
		if w := c.send(c.cookie, "/inviter", bad); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if _, err := c.ledger.Site(ctx, 42999); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("it was entered all the same: %v", err)
	}
}

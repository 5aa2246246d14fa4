package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

var invitedBy = regexp.MustCompile(`https://localhost:8443(/invitation\?cle=[A-Z2-7]+)`)

// A person is invited on the page, comes by the link once, gets another role and another link, and is taken out.
func TestPeopleAreLookedAfterOnThePage(t *testing.T) {
	c := open(t)
	c.commune("42304", "Sury-le-Comtal")
	g, err := c.ledger.PutGroup(t.Context(), ledger.Group{Sort: ledger.Canton, Code: "c", Name: "Canton de Sury"})
	c.must(err)
	c.must(c.ledger.Join(t.Context(), g, 42304))
	form := url.Values{"nom": {"Mme <Martin>"}, "courriel": {"martin@sury.example"}, "role": {"technician"}, "groupe": {strconv.FormatInt(g, 10)}, "sites": {"42304"}}
	w := c.send(c.cookie, "/personnes/inviter", form.Encode())
	link := invitedBy.FindStringSubmatch(html.UnescapeString(w.Body.String()))
	if w.Code != http.StatusOK || link == nil || strings.Contains(w.Body.String(), "<Martin>") {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	all, err := c.ledger.People(t.Context())
	c.must(err)
	martin := all[len(all)-1]
	if martin.Role != people.Technician || martin.Mail != "martin@sury.example" || martin.By != "Administrateur" || len(martin.Scope.Groups) != 1 || len(martin.Scope.Sites) != 1 {
		t.Fatalf("%+v", martin)
	}
	if body := c.says("/personnes", "Canton de Sury, 42304"); strings.Contains(body, "/invitation?cle=") {
		t.Error("the link is shown again")
	}
	key := strings.TrimPrefix(link[1], "/invitation?")
	for range 2 { // reading it uses nothing up
		if w := c.get(nil, link[1]); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Entrer dans l") {
			t.Errorf("the invitation: %d", w.Code)
		}
	}
	w = c.send(nil, "/invitation", key)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/moi" {
		t.Fatalf("coming by it: %d", w.Code)
	}
	cookie := w.Result().Cookies()[0]
	if !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Name != "__Host-abri" {
		t.Errorf("the cookie is %+v", cookie)
	}
	if w := c.send(nil, "/invitation", key); w.Code != http.StatusForbidden || len(w.Result().Cookies()) != 0 {
		t.Errorf("it is good twice: %d", w.Code)
	}
	if w := c.get(cookie, "/debloquer"); w.Code != http.StatusOK {
		t.Errorf("a technician releases: %d", w.Code)
	}
	if w := c.send(c.cookie, "/personnes/changer", "role=site-reader&sites=42304&personne="+martin.ID); w.Code != http.StatusSeeOther {
		t.Errorf("another role: %d", w.Code)
	}
	if w := c.get(cookie, "/"); w.Code != http.StatusForbidden {
		t.Errorf("the session of before another role: %d", w.Code)
	}
	w = c.send(c.cookie, "/personnes/lien", "personne="+martin.ID)
	if link = invitedBy.FindStringSubmatch(html.UnescapeString(w.Body.String())); link == nil {
		t.Fatalf("another link: %d", w.Code)
	}
	w = c.send(nil, "/invitation", strings.TrimPrefix(link[1], "/invitation?"))
	cookie = w.Result().Cookies()[0]
	if w := c.get(cookie, "/debloquer"); w.Code != http.StatusForbidden {
		t.Errorf("a site reader releases: %d", w.Code)
	}
	if w := c.get(cookie, "/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Sury-le-Comtal") {
		t.Errorf("a site reader's map: %d", w.Code)
	}
	if w := c.send(c.cookie, "/personnes/retirer", "personne="+martin.ID); w.Code != http.StatusSeeOther {
		t.Errorf("taking out: %d", w.Code)
	}
	if w := c.get(cookie, "/"); w.Code != http.StatusForbidden {
		t.Errorf("the session of who was taken out: %d", w.Code)
	}
	for name, form := range map[string]string{
		"no name":                 "/personnes/inviter?nom=+&role=administrator",
		"no role":                 "/personnes/inviter?nom=X",
		"a reader of nothing":     "/personnes/inviter?nom=X&role=group-reader",
		"a group that is none":    "/personnes/inviter?nom=X&role=group-reader&groupe=7",
		"words in place of sites": "/personnes/inviter?nom=X&role=site-reader&sites=Sury",
		"the last administrator":  "/personnes/retirer?personne=first",
		"somebody who is gone":    "/personnes/lien?personne=" + martin.ID,
	} {
		path, body, _ := strings.Cut(form, "?")
		if w := c.send(c.cookie, path, body); w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "/invitation?cle=") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

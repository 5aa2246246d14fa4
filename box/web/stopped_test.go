package web

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"abri.example/abri"
)

func stoppedFinding(name string) abri.Finding {
	return abri.Finding{Kind: abri.PhishingSite, Why: abri.Why{
		Rule: abri.RuleName, List: "red-flag", Publisher: "red.flag.domains", Dated: time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC),
		Evidence: []abri.Evidence{{Name: "asked", Value: name}, {Name: "listed", Value: name}},
	}}
}

// The page says in both languages what was stopped, why, by which list of which day, what to do about a password and how to
// ask for release; it fits four packets, loads nothing, and takes nothing of a name for its own.
func TestTheStoppedPage(t *testing.T) {
	at := time.Date(2026, 3, 5, 9, 30, 0, 0, time.UTC)
	for name, wants := range map[string][]string{
		"login.wrong-bank.com":             {"login.wrong-bank.com", "Mairie d&#39;Ambert", "red-flag (red.flag.domains), du 05/03/2026", "of 2026-03-05", "hameçonnage", "phishing", "mot de passe", "banque", "débloquer", "jeudi 5 mars, 9\u00a0h\u00a030", "se fait passer pour un autre", "Rien de cette page", "Change that password", "release it"},
		"<script>alert(1)</script>.com":    {"&lt;script&gt;"},
		strings.Repeat("long-", 50) + "fr": {"long-long-", "…"},
	} {
		all := Stopped{Site: "Mairie d'Ambert", Finding: stoppedFinding(name), At: at}.Response()
		if len(all) > 4*1400 {
			t.Errorf("%.20s: %d bytes", name, len(all))
		}
		r, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(all)), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusForbidden || r.Header.Get("Cache-Control") != "no-store" || !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%v, %v, %v", r.Status, r.Header, err)
		}
		page := string(body)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not say %q:\n%s", want, page)
			}
		}
		for _, never := range []string{"<script", "src=", "href=", "@import", "url("} {
			if strings.Contains(page, never) {
				t.Errorf("the page holds %q", never)
			}
		}
		if _, err := html.Parse(strings.NewReader(page)); err != nil {
			t.Error(err)
		}
		if fr, en := strings.Index(page, `lang="fr"><head`), strings.Index(page, `<section lang="en"`); en < 0 || fr > en || strings.Index(page, `<section lang="fr"`) > en {
			t.Error("French does not come first")
		}
	}
}

// An imitation is told as such.
func TestTheStoppedPageOfAnImitation(t *testing.T) {
	f := abri.Finding{Kind: abri.Lookalike, Why: abri.Why{Rule: abri.Rule(abri.Lookalike), Evidence: []abri.Evidence{{Name: "asked", Value: "arneli.fr"}, {Name: "imitates", Value: "ameli"}}}}
	if page := string(Stopped{Site: "Mairie", Finding: f}.Response()); !strings.Contains(page, "imite celui de") || !strings.Contains(page, "ameli") {
		t.Errorf("got %s", page)
	}
}

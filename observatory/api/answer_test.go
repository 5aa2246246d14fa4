package api_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/webhook"
)

var quietLog = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestFiguresAreThoseOfTheLedger(t *testing.T) {
	c := open(t)
	admin := c.words[people.Administrator]
	for by, want := range map[string]string{"all": "", "day": "2026-03-05", "month": "2026-03", "year": "2026", "kind": "bruteforce", "family": "intrusion", "service": "mail", "country": "DE"} {
		got := get[api.Figures](c, admin, "/figures?by="+by)
		if len(got.Figures) != 1 || got.Figures[0] != (api.Figure{Word: want, Attacks: 10, Neutralised: 2}) || got.To != today || got.Rule != "/regle" {
			t.Errorf("by %s: %+v", by, got)
		}
	}
	if got := get[api.Figures](c, c.words[people.SiteReader], "/figures"); got.Figures[0].Attacks != 5 {
		t.Errorf("of one site: %+v", got)
	}
	skies := get[api.Skies](c, admin, "/skies")
	if skies.Sites != 2 || skies.Attacks != 10 || skies.Skies[0].Sky != abri.Fog || skies.Rollout[len(skies.Rollout)-1].Rollout != ledger.Silent {
		t.Errorf("%+v", skies)
	}
	c.now = noon.Add(2 * time.Hour)
	if silent := get[api.Sites](c, admin, "/sites?rollout=silent"); len(silent.Sites) != 2 || silent.Sites[0].Sky != abri.Fog {
		t.Errorf("silent: %+v", silent)
	}
	if days := get[api.Days](c, admin, fmt.Sprintf("/sites/%d/days", own)); len(days.Days) != 1 || days.Days[0].Sky != abri.Rain || days.Days[0].Watched != 3600 {
		t.Errorf("%+v", days)
	}
}

func TestListsAreGivenInPages(t *testing.T) {
	c := open(t)
	admin := c.words[people.Administrator]
	seen := map[string]bool{}
	path := fmt.Sprintf("/sites/%d/attacks?limit=2", own)
	pages := 0
	for after := ""; ; pages++ {
		got := get[api.Attacks](c, admin, path+after)
		for _, a := range got.Attacks {
			if seen[a.ID] {
				t.Errorf("%s comes twice", a.ID)
			}
			seen[a.ID] = true
			if a.Family != abri.Intrusion || a.Outside != "45.155.205.7" || a.Country != "DE" || a.Counts != 1 || len(a.Evidence) != 1 {
				t.Errorf("%+v", a)
			}
		}
		if got.Next == "" {
			break
		}
		after = "&after=" + got.Next
	}
	if len(seen) != 5 || pages != 2 {
		t.Errorf("%d attacks in %d pages", len(seen), pages+1)
	}
	first := get[api.Sites](c, admin, "/sites?limit=1")
	second := get[api.Sites](c, admin, fmt.Sprintf("/sites?limit=1&after=%d", first.Next))
	if first.Sites[0].Number != foreign || second.Sites[0].Number != own || second.Next != 0 {
		t.Errorf("%+v, then %+v", first, second)
	}
	journal := get[api.Journal](c, admin, "/journal?limit=2")
	next := get[api.Journal](c, admin, fmt.Sprintf("/journal?limit=2&before=%d", journal.Next))
	if len(next.Entries) != 2 || next.Entries[0].Number != journal.Entries[1].Number-1 || next.Entries[0].Hash != journal.Entries[1].Before {
		t.Errorf("%+v, then %+v", journal, next)
	}
}

func TestWhatIsWrongIsSaidByNameAndCode(t *testing.T) {
	c := open(t)
	admin := c.words[people.Administrator]
	site := fmt.Sprintf("/sites/%d", own)
	for _, q := range []struct {
		method, path string
		body         any
		status       int
		code         abri.Code
	}{
		{"GET", "/nothing", nil, 404, abri.CodeNotFound},
		{"GET", "/sites/42999", nil, 404, abri.CodeNotFound},
		{"GET", "/sites/mairie", nil, 422, abri.CodeInvalid},
		{"GET", "/sites?limit=0", nil, 422, abri.CodeInvalid},
		{"GET", "/sites?limt=5", nil, 422, abri.CodeInvalid},
		{"GET", "/sites?rollout=gone", nil, 422, abri.CodeInvalid},
		{"GET", "/figures?from=hier", nil, 422, abri.CodeInvalid},
		{"GET", "/figures?from=2026-03-05&to=2026-03-01", nil, 400, abri.CodeInvalid},
		{"GET", "/figures?from=1900-01-01", nil, 400, abri.CodeInvalid},
		{"GET", site + "/days?from=1900-01-01", nil, 400, abri.CodeInvalid},
		{"GET", site + "/attacks?after=x", nil, 400, abri.CodeInvalid},
		{"GET", "/figures?group=1", nil, 404, abri.CodeNotFound},
		{"POST", site + "/confirmation", map[string]string{"words": "other words"}, 404, abri.CodeNotFound},
		{"POST", site + "/confirmation", map[string]int{"word": 1}, 422, abri.CodeInvalid},
		{"POST", "/releases", api.Release{Address: "51.75.1.9"}, 400, abri.CodeInvalid},
		{"POST", "/releases", api.Release{Address: "0.0.0.0/0", Site: own}, 403, abri.CodeRefused},
		{"POST", "/releases", api.Release{Address: "x", Site: own}, 400, abri.CodeInvalid},
		{"POST", "/invitations", map[string]any{"code": "123", "name": "X"}, 400, abri.CodeInvalid},
		{"POST", "/webhooks", api.WebhookWish{Name: "x", URL: "http://programme.example", Topics: []ledger.Topic{ledger.TopicAttack}}, 400, abri.CodeInvalid},
		{"POST", "/webhooks", api.WebhookWish{Name: "x", URL: "https://programme.example", Topics: []ledger.Topic{"weather"}}, 422, abri.CodeInvalid},
		{"DELETE", "/keys/none", nil, 404, abri.CodeNotFound},
	} {
		w := c.ask(admin, q.method, q.path, q.body)
		c.refused(w, q.status, q.code)
	}
	if w := c.ask(admin, "POST", "/releases", strings.Repeat("x", 1<<20)); w.Code/100 != 4 {
		t.Errorf("a megabyte: %d", w.Code)
	}
}

func TestWhoHasTheAnswerIsToldOnlyThat(t *testing.T) {
	c := open(t)
	admin, site := c.words[people.Administrator], fmt.Sprintf("/sites/%d", own)
	first := c.ask(admin, "GET", site, nil)
	tag := first.Header().Get("ETag")
	if again := c.ask(admin, "GET", site, nil, "If-None-Match", tag); tag == "" || again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("%q: %d with %d bytes", tag, again.Code, again.Body.Len())
	}
	c.must(c.Ship(c.ctx, own, noon))
	if w := c.ask(admin, "PUT", site+"/contact", api.Contact{Person: "M. Roux"}); w.Code != http.StatusNoContent {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if after := c.ask(admin, "GET", site, nil, "If-None-Match", tag); after.Code != http.StatusOK || !strings.Contains(after.Body.String(), "M. Roux") {
		t.Errorf("after a change: %d %s", after.Code, after.Body)
	}
	if w := c.ask("", "GET", site, nil, "If-None-Match", tag); w.Code != http.StatusUnauthorized {
		t.Errorf("without a key: %d", w.Code)
	}
}

func TestWhatAProgramDoesStandsInTheAuditLog(t *testing.T) {
	c := open(t)
	if w := c.ask(c.words[people.Technician], "POST", "/releases", api.Release{Address: "51.75.1.9", Group: c.group, Hours: 1}); w.Code != http.StatusAccepted {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	last := get[api.Journal](c, c.words[people.Administrator], "/journal?limit=1").Entries[0]
	if !strings.Contains(last.Who, "technician") || !strings.HasPrefix(last.From, "key programme") || last.Act != "order-release" {
		t.Errorf("%+v", last)
	}
	orders, err := c.Orders(c.ctx, own, 0)
	if err != nil || len(orders) != 1 || orders[0].By != "M. technician" {
		t.Errorf("%+v, %v", orders, err)
	}
}

// The word of an invitation and the secret of a webhook are shown once, and nowhere again.
func TestSecretsAreShownOnce(t *testing.T) {
	c := open(t)
	admin := c.words[people.Administrator]
	made := c.ask(admin, "POST", "/webhooks", api.WebhookWish{Name: "y", URL: "https://programme.example", Topics: []ledger.Topic{ledger.TopicAttack}})
	if made.Code != http.StatusCreated || !strings.Contains(made.Body.String(), webhook.SecretHead) {
		t.Errorf("%d %s", made.Code, made.Body)
	}
	for _, path := range []string{"/webhooks", "/keys", "/journal"} {
		if said := c.ask(admin, "GET", path, nil).Body.String(); strings.Contains(said, webhook.SecretHead) || strings.Contains(said, "abrikey1.") {
			t.Errorf("%s shows a secret", path)
		}
	}
}

func TestTheDocumentIsReadByPeopleToo(t *testing.T) {
	c := open(t)
	w := c.ask("", "GET", "/", nil)
	body := w.Body.String()
	if w.Code != http.StatusOK || strings.Contains(body, "<script") || strings.Contains(body, "http://") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d, %s", w.Code, w.Header())
	}
	for path, item := range c.document.Paths.Map() {
		for method, op := range item.Operations() {
			if !strings.Contains(body, `id="`+op.OperationID+`"`) || !strings.Contains(body, api.Prefix+path) {
				t.Errorf("%s %s is not there", method, path)
			}
		}
	}
	for _, path := range []string{"/openapi.yaml", "/document.css"} {
		if w := c.ask("", "GET", path, nil); w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

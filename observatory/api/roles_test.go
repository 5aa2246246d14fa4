package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/webhook"
)

// question is how an operation is asked about a site of a group; prepare makes what it needs first, as somebody of a role.
type question struct {
	need    people.Action
	prepare func(c *county, role people.Role, site, group int64) (path string, body any)
	placed  bool // it is about that site or group: what is foreign is not there
}

// at is a question whose address is all there is to it.
func at(need people.Action, path string) question {
	return question{need, func(_ *county, _ people.Role, site, group int64) (string, any) {
		return strings.NewReplacer("SITE", fmt.Sprint(site), "GROUP", fmt.Sprint(group)).Replace(path), nil
	}, strings.Contains(path, "SITE") || strings.Contains(path, "GROUP")}
}

// telling is a question with something to tell.
func telling(need people.Action, path string, body func(site, group int64) any) question {
	q := at(need, path)
	plain := q.prepare
	q.prepare = func(c *county, role people.Role, site, group int64) (string, any) {
		p, _ := plain(c, role, site, group)
		return p, body(site, group)
	}
	return q
}

// hooked is a question about a webhook of who asks.
func hooked(path string) question {
	return question{need: people.Connect, prepare: func(c *county, role people.Role, _, _ int64) (string, any) {
		who := c.people[role]
		if !who.May(people.Connect) {
			return strings.Replace(path, "ID", "none", 1), nil
		}
		w, err := webhook.Make(c.ctx, c.Ledger, who, webhook.Wish{Name: "x", URL: "https://programme.example", Topics: ledger.Topics, Severity: ledger.All}, noon)
		c.must(err)
		return strings.Replace(path, "ID", w.ID, 1), nil
	}}
}

// questions are how each operation of the document is asked. One that is missing here fails the test.
var questions = map[string]question{
	"get-skies":      at(people.Read, "/skies?group=GROUP"),
	"get-me":         at(people.Own, "/me"),
	"list-sites":     at(people.Read, "/sites?group=GROUP"),
	"get-site":       at(people.Read, "/sites/SITE"),
	"put-contact":    telling(people.Enrol, "/sites/SITE/contact", func(int64, int64) any { return api.Contact{Person: "M. Roux", Mail: "roux@sury.example"} }),
	"count-attacks":  at(people.Read, "/figures?by=service&site=SITE"),
	"list-days":      at(people.Read, "/sites/SITE/days"),
	"list-attacks":   at(people.Read, "/sites/SITE/attacks"),
	"invite":         telling(people.Enrol, "/invitations", func(int64, int64) any { return map[string]any{"code": "42218", "name": "Saint-Étienne"} }),
	"ship":           at(people.Enrol, "/sites/SITE/shipped"),
	"list-boxes":     at(people.Read, "/sites/SITE/boxes"),
	"list-waiting":   at(people.Confirm, "/waiting?site=SITE"),
	"list-groups":    at(people.Read, "/groups"),
	"put-group":      telling(people.Manage, "/groups", func(int64, int64) any { return api.GroupWish{Sort: ledger.Canton, Code: "4211", Name: "Montbrison"} }),
	"list-members":   at(people.Read, "/groups/GROUP/sites"),
	"join-group":     at(people.Manage, "/groups/GROUP/sites/SITE"),
	"leave-group":    at(people.Manage, "/groups/GROUP/sites/SITE"),
	"list-webhooks":  at(people.Connect, "/webhooks"),
	"list-calls":     hooked("/webhooks/ID/calls"),
	"test-webhook":   hooked("/webhooks/ID/test"),
	"remove-webhook": hooked("/webhooks/ID"),
	"list-keys":      at(people.Connect, "/keys"),
	"list-journal":   at(people.Audit, "/journal?limit=3"),
	"release": {need: people.Release, placed: true, prepare: func(_ *county, _ people.Role, _, group int64) (string, any) {
		return "/releases", api.Release{Address: "51.75.1.9", Group: group, Hours: 24}
	}},
	"make-webhook": telling(people.Connect, "/webhooks", func(int64, int64) any {
		return api.WebhookWish{Name: "y", URL: "https://programme.example", Topics: []ledger.Topic{ledger.TopicAttack}, Severity: ledger.Serious}
	}),
	"confirm": {need: people.Confirm, placed: true, prepare: func(c *county, _ people.Role, site, _ int64) (string, any) {
		c.made++
		name := fmt.Sprintf("n%d", c.made)
		c.box(site, name)
		return fmt.Sprintf("/sites/%d/confirmation", site), map[string]string{"words": "W  " + name}
	}},
	"revoke": {need: people.Enrol, placed: true, prepare: func(c *county, _ people.Role, site, _ int64) (string, any) {
		c.made++
		name := fmt.Sprintf("n%d", c.made)
		c.box(site, name)
		return fmt.Sprintf("/sites/%d/boxes/%s", site, name), nil
	}},
	"remove-key": {need: people.Connect, prepare: func(c *county, role people.Role, _, _ int64) (string, any) {
		all, err := c.Keys(c.ctx, c.people[role].ID)
		c.must(err)
		if len(all) == 0 {
			return "/keys/none", nil
		}
		return "/keys/" + all[0].ID, nil
	}},
}

// Every operation × every role × (own, foreign), and every answer as the document says.
func TestEveryOperationByEveryRole(t *testing.T) {
	whole := open(t)
	asked := map[string]bool{}
	for path, item := range whole.document.Paths.Map() {
		for method, op := range item.Operations() {
			q, ok := questions[op.OperationID]
			if !ok {
				t.Errorf("%s %s (%s) is asked by nobody here", method, path, op.OperationID)
				continue
			}
			asked[op.OperationID] = true
			t.Run(op.OperationID, func(t *testing.T) {
				c := open(t)
				for _, role := range people.Roles {
					for _, place := range []struct {
						name        string
						site, group int64
					}{{"own", own, c.group}, {"foreign", foreign, c.other}} {
						asQuestion(c, q, role, method, place.name, place.site, place.group)
					}
				}
				if w := c.ask("", method, strings.Replace(strings.NewReplacer("{site}", fmt.Sprint(own), "{group}", fmt.Sprint(c.group), "{box}", "b1", "{id}", "x").Replace(path), "?", "", 1), struct{}{}); w.Code != http.StatusUnauthorized {
					t.Errorf("without a key: %d", w.Code)
				}
			})
		}
	}
	for id := range questions {
		if !asked[id] {
			t.Errorf("%s is no operation", id)
		}
	}
}

// asQuestion asks as a role and holds the answer against what it should be.
func asQuestion(c *county, q question, role people.Role, method, place string, site, group int64) {
	c.Helper()
	word := c.words[role]
	path, body := q.prepare(c, role, site, group)
	w := c.ask(word, method, path, body)
	c.valid(method, path, w)
	admin := role == people.Administrator
	byGroup := strings.Contains(path, "group") || strings.Contains(path, "releases")
	switch {
	case !role.May(q.need) && w.Code != http.StatusForbidden:
		c.Errorf("%s at what is %s: %d, and his role does not allow it", role, place, w.Code)
	case !role.May(q.need):
	case q.placed && !admin && (place == "foreign" || role == people.SiteReader && byGroup):
		if w.Code != http.StatusNotFound {
			c.Errorf("%s at what is foreign: %d %s", role, w.Code, w.Body)
		}
		for _, secret := range []string{"Chalain", "45.155"} {
			if strings.Contains(w.Body.String(), secret) {
				c.Errorf("%s learns of what is foreign: %s", role, w.Body)
			}
		}
	case w.Code/100 != 2:
		c.Errorf("%s at what is %s: %d %s", role, place, w.Code, w.Body)
	}
	if w.Code == http.StatusNoContent && w.Body.Len() != 0 {
		c.Errorf("%s: no content of %d bytes", role, w.Body.Len())
	}
	if w.Code/100 == 2 && !admin && strings.Contains(w.Body.String(), "Chalain") {
		c.Errorf("%s is told of what is foreign: %s", role, w.Body)
	}
	if strings.HasPrefix(path, "/keys/") && w.Code == http.StatusNoContent {
		c.restore(role)
	}
}

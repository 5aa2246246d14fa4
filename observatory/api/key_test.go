package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/key"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// refused checks that an answer is a problem with a status and a code.
func (c *county) refused(w *httptest.ResponseRecorder, status int, code abri.Code) {
	c.Helper()
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != status || p.Code != code || p.Status != status || p.Title == "" || p.Detail == "" ||
		w.Header().Get("Content-Type") != "application/problem+json" {
		c.Errorf("%d %s %s, not %d %s", w.Code, w.Header().Get("Content-Type"), w.Body, status, code)
	}
}

func TestAKeyIsGoodForItsTimeAndItsPerson(t *testing.T) {
	c := open(t)
	technician := c.people[people.Technician]
	word := c.key(technician, key.Wish{Name: "short", Lasting: time.Hour})
	if me := get[api.Me](c, word, "/me"); me.Person != technician.Name || me.Role != people.Technician || !slices.Contains(me.May, people.Release) || !slices.Equal(me.Groups, []int64{c.group}) {
		t.Errorf("%+v", me)
	}
	for _, bad := range []string{"x", key.Head, key.Head + "a.b", word + "x", word[:len(word)-1], strings.ToUpper(word), key.Head + strings.Repeat("x", 5000)} {
		c.refused(c.ask(bad, "GET", "/me", nil), http.StatusUnauthorized, abri.CodeRefused)
	}
	if w := c.ask("", "GET", "/me", nil, "Cookie", "__Host-abri="+word, "Authorization", "Basic "+word); w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
		t.Errorf("without a bearer: %d", w.Code)
	}
	c.now = noon.Add(time.Hour)
	c.refused(c.ask(word, "GET", "/me", nil), http.StatusUnauthorized, abri.CodeRefused)
	c.must(c.RevokePerson(c.ctx, technician.ID, noon))
	c.refused(c.ask(c.words[people.Technician], "GET", "/me", nil), http.StatusUnauthorized, abri.CodeRefused)
}

func TestAKeyIsNeverMoreThanItsPerson(t *testing.T) {
	c := open(t)
	admin, technician := c.people[people.Administrator], c.people[people.Technician]
	for what, w := range map[string]key.Wish{
		"a higher role":   {Name: "x", Role: people.Administrator, Lasting: key.Usual},
		"a foreign group": {Name: "x", Scope: people.Scope{Groups: []int64{c.other}}, Lasting: key.Usual},
		"a foreign site":  {Name: "x", Scope: people.Scope{Sites: []int64{foreign}}, Lasting: key.Usual},
		"no name":         {Lasting: key.Usual},
		"for ever":        {Name: "x", Lasting: 100 * key.Usual},
		"no such role":    {Name: "x", Role: "root", Lasting: key.Usual},
	} {
		if _, _, err := key.Make(c.ctx, c.Ledger, technician, w, noon); err == nil {
			t.Errorf("%s is given", what)
		}
	}
	if _, _, err := key.Make(c.ctx, c.Ledger, c.people[people.SiteReader], key.Wish{Name: "x", Lasting: key.Usual}, noon); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("a site reader makes a key: %v", err)
	}
	narrow := c.key(admin, key.Wish{Name: "press", Role: people.GroupReader, Scope: people.Scope{Groups: []int64{c.group}}, Lasting: key.Usual})
	if got := get[api.Sites](c, narrow, "/sites"); len(got.Sites) != 1 || got.Sites[0].Number != own {
		t.Errorf("a narrow key of an administrator sees %+v", got.Sites)
	}
	c.refused(c.ask(narrow, "GET", fmt.Sprintf("/sites/%d", foreign), nil), http.StatusNotFound, abri.CodeNotFound)
	c.refused(c.ask(narrow, "GET", fmt.Sprintf("/figures?group=%d", c.other), nil), http.StatusNotFound, abri.CodeNotFound)
	c.refused(c.ask(narrow, "POST", "/webhooks", api.WebhookWish{Name: "y", URL: "https://programme.example", Topics: []ledger.Topic{ledger.TopicAttack}}), http.StatusForbidden, abri.CodeRefused)

	// The person becomes less, and so does what the key was given at that time.
	whole := c.words[people.Technician]
	mine := c.key(technician, key.Wish{Name: "y", Scope: people.Scope{Sites: []int64{own}}, Lasting: key.Usual})
	c.must(c.ChangePerson(c.ctx, technician.ID, people.SiteReader, people.Scope{Sites: []int64{foreign}}))
	for _, word := range []string{whole, mine} {
		c.refused(c.ask(word, "GET", fmt.Sprintf("/sites/%d", own), nil), http.StatusNotFound, abri.CodeNotFound)
		c.refused(c.ask(word, "POST", "/releases", api.Release{Address: "51.75.1.9", Site: foreign}), http.StatusForbidden, abri.CodeRefused)
	}
}

func TestWhoAsksTooOftenWaits(t *testing.T) {
	c := open(t)
	slow := api.New(c.Ledger, api.Options{Now: func() time.Time { return c.now }, Log: quietLog, Rate: 1})
	c.handler = slow
	statuses := map[int]int{}
	for range 30 {
		w := c.ask(c.words[people.Administrator], "GET", "/me", nil)
		statuses[w.Code]++
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("nobody says for how long")
		}
	}
	if statuses[200] != 20 || statuses[429] != 10 {
		t.Errorf("%v", statuses)
	}
	if w := c.ask(c.words[people.Technician], "GET", "/me", nil); w.Code != 200 {
		t.Errorf("another key pays for it: %d", w.Code)
	}
	c.now = c.now.Add(2 * time.Second)
	if w := c.ask(c.words[people.Administrator], "GET", "/me", nil); w.Code != 200 {
		t.Errorf("after two seconds: %d", w.Code)
	}
}

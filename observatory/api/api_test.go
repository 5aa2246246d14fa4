package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/key"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

const (
	today   = abri.Day("2026-03-05")
	own     = int64(42304)
	foreign = int64(42044)
)

// county is an observatory of two communes, asked by programs: own is in the group of all but the administrator, foreign
// in another.
type county struct {
	*testing.T
	*ledger.Ledger
	ctx      context.Context
	handler  http.Handler
	document *openapi3.T
	router   routers.Router
	group    int64
	other    int64
	people   map[people.Role]people.Person
	words    map[people.Role]string
	now      time.Time
	made     int
}

func open(t *testing.T) *county {
	t.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "observatory.db"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c := &county{T: t, Ledger: l, now: noon, people: map[people.Role]people.Person{}, words: map[people.Role]string{}}
	c.ctx = audit.By(t.Context(), audit.Actor{Who: "test", From: "test", At: noon})
	c.handler = api.New(l, api.Options{Now: func() time.Time { return c.now }, Log: quiet, Rate: 1000})
	c.must(l.Remember(c.ctx, invitation.KeyURL, "https://observatoire.example:8444"))
	c.must(l.Remember(c.ctx, invitation.KeyRoot, strings.Repeat("ab", 32)))
	for site, name := range map[int64]string{own: "Sury-le-Comtal", foreign: "Chalain"} {
		c.must(l.PutSites(c.ctx, ledger.Site{Number: site, Sort: ledger.Commune, Code: fmt.Sprint(site), Name: name, Place: ledger.Behind, Created: noon,
			Contact: ledger.Contact{Person: "Mme Durand", Mail: "mairie@sury.example"}}))
		c.box(site, "b1")
		_, err := l.Confirm(c.ctx, site, "w b1", "a person", noon)
		c.must(err)
		c.report(site)
	}
	c.group, c.other = c.groupOf("200065886", own), c.groupOf("200065887", foreign)
	for _, role := range people.Roles {
		p := people.Person{ID: string(role), Name: "M. " + string(role), Role: role, Invited: noon, By: "test"}
		switch role {
		case people.GroupReader, people.Technician:
			p.Scope.Groups = []int64{c.group}
		case people.SiteReader:
			p.Scope.Sites = []int64{own}
		}
		c.must(l.InvitePerson(c.ctx, p, ledger.Link{Digest: sha256.Sum256([]byte(role)), Made: noon, Until: noon.Add(time.Hour)}))
		c.people[role] = p
		if p.May(people.Connect) {
			c.words[role] = c.key(p, key.Wish{Name: "programme", Lasting: key.Usual})
		}
	}
	// A site reader has no programs of his own; an administrator makes him one.
	c.words[people.SiteReader] = c.key(c.people[people.Administrator], key.Wish{Name: "mairie", Role: people.SiteReader, Scope: people.Scope{Sites: []int64{own}}, Lasting: key.Usual})
	_, err = l.Sum(c.ctx)
	c.must(err)
	c.read()
	return c
}

func (c *county) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *county) groupOf(code string, site int64) int64 {
	n, err := c.PutGroup(c.ctx, ledger.Group{Sort: ledger.EPCI, Code: code, Name: "Groupe " + code})
	c.must(err)
	c.must(c.Join(c.ctx, n, site))
	return n
}

func (c *county) key(p people.Person, w key.Wish) string {
	c.Helper()
	_, word, err := key.Make(c.ctx, c.Ledger, p, w, c.now)
	c.must(err)
	return word
}

// box has one ask to be taken in; its words are "w" and its name.
func (c *county) box(site int64, name string) {
	c.Helper()
	secret := []byte(fmt.Sprint(site, name))
	c.must(c.Invite(c.ctx, ledger.Invitation{Site: site, Digest: sha256.Sum256(secret), Made: noon.Add(-time.Hour), Until: noon.Add(time.Hour), By: "test"}))
	c.must(c.Apply(c.ctx, secret, ledger.Box{Identity: fleet.Identity{Site: site, Box: name}, Fingerprint: []byte("f"), Request: []byte("r"), Words: "w " + name, Asked: noon}))
}

// report has a site's box tell five attacks.
func (c *county) report(site int64) {
	c.Helper()
	r := fleet.Report{Version: 1, Site: site, Box: "b1", Epoch: "e1", Seq: 1, Sent: noon, Software: "1.0",
		Status: fleet.Status{Mode: abri.Protect, Sky: abri.Rain, Attacks: 5, Neutralised: 1, Wanted: 5, Enforced: 5}, Days: []fleet.Day{{Day: today, Sky: abri.Rain, Attacks: 5, Watched: 3600}}}
	for i := range 5 {
		id := sha256.Sum256([]byte(fmt.Sprint(site, i)))
		a := fleet.Attack{ID: hex.EncodeToString(id[:16]), Revision: 1, Kind: abri.Bruteforce, Service: abri.Mail, Direction: abri.In, Outside: netip.MustParseAddr("45.155.205.7"), Device: "d", Port: 25,
			Proto: "tcp", First: noon.Add(-time.Hour), Last: noon.Add(-time.Duration(i/2) * time.Minute), Day: today, Attempts: 1, Packets: 10, Bytes: 1000, Sources: 1, Outcome: abri.Observed,
			Why: abri.Why{Rule: "bruteforce", Evidence: []abri.Evidence{{Name: "logins", Value: "34"}}}}
		if i == 0 {
			a.Outcome = abri.Blocked
		}
		r.Attacks = append(r.Attacks, a)
	}
	said, err := r.Encode()
	c.must(err)
	c.must(c.Receive(c.ctx, r, said, noon, func(fleet.Attack) string { return "DE" }))
}

// read reads the document as another program does, and checks that it is one.
func (c *county) read() {
	c.Helper()
	said := c.ask("", "GET", "/openapi.json", nil)
	var err error
	if c.document, err = openapi3.NewLoader().LoadFromData(said.Body.Bytes()); err != nil {
		c.Fatal(err)
	}
	if c.document.OpenAPI[:4] != "3.1." {
		c.Errorf("the document is of OpenAPI %s", c.document.OpenAPI)
	}
	c.must(c.document.Validate(c.ctx))
	c.router, err = legacy.NewRouter(c.document)
	c.must(err)
}

// ask asks with a key; body is written as JSON.
func (c *county) ask(word, method, path string, body any, header ...string) *httptest.ResponseRecorder {
	c.Helper()
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		c.must(err)
		sent = bytes.NewReader(b)
	}
	r := httptest.NewRequest(method, api.Prefix+path, sent)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if word != "" {
		r.Header.Set("Authorization", "Bearer "+word)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w
}

// valid holds an answer against the document, as a program that trusts it would.
func (c *county) valid(method, path string, w *httptest.ResponseRecorder) {
	c.Helper()
	r := httptest.NewRequest(method, api.Prefix+path, nil)
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		c.Errorf("%s %s: %v", method, path, err)
		return
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: w.Code, Header: w.Header()}
	out.SetBodyBytes(w.Body.Bytes())
	out.Options = &openapi3filter.Options{IncludeResponseStatus: true}
	if err := openapi3filter.ValidateResponse(c.ctx, out); err != nil {
		c.Errorf("%s %s: %d is not as the document says: %v\n%s", method, path, w.Code, err, w.Body)
	}
}

// get asks and reads what is answered.
func get[T any](c *county, word, path string) (out T) {
	c.Helper()
	w := c.ask(word, "GET", path, nil)
	if w.Code != http.StatusOK {
		c.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	c.must(json.Unmarshal(w.Body.Bytes(), &out))
	return out
}

// restore gives a role another key, in place of one that was taken away.
func (c *county) restore(role people.Role) {
	c.Helper()
	if c.people[role].May(people.Connect) {
		c.words[role] = c.key(c.people[role], key.Wish{Name: "programme", Lasting: key.Usual})
	}
	c.words[people.SiteReader] = c.key(c.people[people.Administrator], key.Wish{Name: "mairie", Role: people.SiteReader, Scope: people.Scope{Sites: []int64{own}}, Lasting: key.Usual})
}

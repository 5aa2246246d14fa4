package observatory

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/liaison"
	"abri.example/abri/box/session"
	"abri.example/abri/box/web"
	"abri.example/abri/store"
)

// pageSite is a box of which only the page of the observatory is looked at.
type pageSite struct {
	web.Hands // what is not asked for here
	*liaison.Liaison
}

func (s pageSite) View(context.Context) (web.View, error) {
	return web.View{Mode: abri.Protect, Now: time.Now()}, nil
}
func (s pageSite) Changes() (<-chan struct{}, func()) { return nil, func() {} }
func (s pageSite) Membership(ctx context.Context) (liaison.State, error) {
	return s.State(ctx), nil
}

func (s pageSite) Enrol(ctx context.Context, _, invitation string) error {
	_, err := s.Liaison.Enrol(ctx, invitation)
	return err
}

// browsed are the pages of a box as somebody who is signed in sees them.
type browsed struct {
	t      *testing.T
	client *http.Client
	url    string
}

func browse(t *testing.T, s pageSite) browsed {
	people := session.New(rand.Reader)
	server := httptest.NewServer(web.New(s, web.Options{Sessions: people, Clock: time.Now, Hands: s, Members: s, Log: quiet}))
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	code, err := people.Invite("clerk", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b := browsed{t, &http.Client{Jar: jar}, server.URL}
	b.send("/entrer", url.Values{"code": {code}})
	return b
}

// send sends a form, reads a page with nil, and gives what is shown then.
func (b browsed) send(path string, form url.Values) string {
	b.t.Helper()
	var answer *http.Response
	var err error
	if form == nil {
		answer, err = b.client.Get(b.url + path)
	} else {
		answer, err = b.client.PostForm(b.url+path, form)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(body)
}

// A box joins by its own page: the invitation is pasted, the same four words stand at both ends, and once a person has
// confirmed them the page says so.
func TestABoxJoinsByItsPage(t *testing.T) {
	c := newCentre(t, "", "")
	token := c.do("invite", "--site", "42304", "--name", "Sury-le-Comtal")
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "abri.db"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	l := liaison.New(&boxSite{db: db}, liaison.Options{Folder: t.TempDir(), Location: time.UTC, Now: time.Now, Log: quiet, Poll: 100 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	defer func() { cancel(); <-ended }()

	b := browse(t, pageSite{Liaison: l})
	if page := b.send("/observatoire", url.Values{"invitation": {token[:len(token)-8]}}); !strings.Contains(page, "no invitation") && !strings.Contains(page, "pas une invitation") {
		t.Error("half an invitation is not refused in words")
	}
	page := b.send("/observatoire", url.Values{"invitation": {" " + token[:30] + "\n" + token[30:] + " "}})
	var waiting []struct{ Words string }
	if err := json.Unmarshal([]byte(c.do("waiting", "--json")), &waiting); err != nil || len(waiting) != 1 {
		t.Fatalf("%d boxes wait, %v", len(waiting), err)
	}
	if !strings.Contains(page, waiting[0].Words) || !strings.Contains(page, "Sury-le-Comtal") {
		t.Errorf("the page does not show the words %q", waiting[0].Words)
	}
	if used := b.send("/observatoire", url.Values{"invitation": {strings.ToUpper(token)}}); !strings.Contains(used, waiting[0].Words) {
		t.Error("a wrong word made the page forget the four words")
	}
	c.do("confirm", "42304", "--words", waiting[0].Words)
	await(t, 30*time.Second, "the page to say that the box is in", func() bool { return !strings.Contains(b.send("/observatoire", nil), "data-awaits") })
	if !l.State(t.Context()).Confirmed {
		t.Error("the page says more than is true")
	}
	await(t, 30*time.Second, "a report to be counted", func() bool {
		figures := c.figures()
		return strings.Contains(figures, `abri_observatory_boxes{state="confirmed"} 1`) && !strings.Contains(figures, "abri_observatory_reports_total 0") &&
			strings.Contains(figures, `abri_observatory_refusals_total{reason="token"} `)
	})
}

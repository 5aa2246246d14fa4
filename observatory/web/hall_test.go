package web_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/signin"
	"abri.example/abri/observatory/web"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

const today = abri.Day("2026-03-05")

// county is an observatory of some communes, whose pages one administrator may read.
type county struct {
	*testing.T
	ledger *ledger.Ledger
	pages  http.Handler
	door   *signin.Door
	link   string // that the first administrator used
	cookie *http.Cookie

	mu  sync.Mutex
	now time.Time
}

func (c *county) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *county) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func open(t *testing.T) *county {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "observatory.db"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c := &county{T: t, ledger: l, now: noon}
	c.door = signin.New(l, signin.Options{Now: c.clock, Random: rand.Reader})
	c.pages = web.New(l, web.Options{Door: c.door, Now: c.clock, Log: quiet, Pace: time.Millisecond})
	if c.link, err = c.door.First(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := c.ask("/premier?cle=" + c.link)
	if w.Code != http.StatusSeeOther || len(w.Result().Cookies()) != 1 {
		t.Fatalf("the first link: %d", w.Code)
	}
	c.cookie = w.Result().Cookies()[0]
	return c
}

func (c *county) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// ask reads a page as the administrator, or as anybody before he signed in.
func (c *county) ask(path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	w := httptest.NewRecorder()
	c.pages.ServeHTTP(w, r)
	return w
}

// says checks that a page holds words, and gives it.
func (c *county) says(path string, wants ...string) string {
	c.Helper()
	w := c.ask(path)
	body := w.Body.String()
	if w.Code != http.StatusOK {
		c.Errorf("%s: %d", path, w.Code)
	}
	for _, want := range wants {
		if !strings.Contains(body, want) {
			c.Errorf("%s does not say %q", path, want)
		}
	}
	return body
}

// commune enters a site with a confirmed box.
func (c *county) commune(code, name string) {
	c.Helper()
	c.waits(code, name, "w")
	_, err := c.ledger.Confirm(c.Context(), ledger.SiteNumber(ledger.Commune, code), "w", "a person", noon)
	c.must(err)
}

// waits enters a site with a box that waits for the person who compares its words.
func (c *county) waits(code, name, words string) {
	c.Helper()
	ctx, number := c.Context(), ledger.SiteNumber(ledger.Commune, code)
	c.must(c.ledger.PutSites(ctx, ledger.Site{Sort: ledger.Commune, Code: code, Name: name, Place: ledger.Behind, Created: noon}))
	secret := []byte("secret " + code)
	c.must(c.ledger.Invite(ctx, ledger.Invitation{Site: number, Digest: sha256.Sum256(secret), Made: noon.Add(-time.Hour), Until: noon.Add(time.Hour), By: "test"}))
	c.must(c.ledger.Apply(ctx, secret, ledger.Box{Identity: fleet.Identity{Site: number, Box: "b1"}, Fingerprint: []byte("f"), Request: []byte("r"), Words: words, Asked: noon}))
}

// report has a commune's box tell its sky, and so many attacks, the first of them stopped.
func (c *county) report(code string, seq uint64, sky abri.Sky, attacks int) {
	c.Helper()
	site := ledger.SiteNumber(ledger.Commune, code)
	r := fleet.Report{Version: 1, Site: site, Box: "b1", Epoch: "e1", Seq: seq, Sent: c.clock(), Software: "1.0",
		Status: fleet.Status{Mode: abri.Protect, Sky: sky, Attacks: uint64(attacks), Neutralised: min(1, uint64(attacks)), Wanted: 5, Enforced: 5},
		Days:   []fleet.Day{{Day: today, Sky: sky, Attacks: uint64(attacks), Watched: 3600}}}
	for i := range attacks {
		id := sha256.Sum256([]byte(fmt.Sprint(code, seq, i)))
		a := fleet.Attack{ID: hex.EncodeToString(id[:16]), Revision: 1, Kind: abri.Bruteforce, Service: []abri.Service{abri.Mail, abri.TelephoneSvc}[i%2], Direction: abri.In,
			Outside: netip.MustParseAddr("45.155.205.7"), Device: "d", Port: 25, Proto: "tcp", First: noon.Add(-time.Hour), Last: noon, Day: today,
			Attempts: 1, Packets: 10, Bytes: 1000, Sources: 1, Outcome: abri.Observed}
		if i == 0 {
			a.Outcome = abri.Blocked
		}
		r.Attacks = append(r.Attacks, a)
	}
	said, err := r.Encode()
	c.must(err)
	ctx, cancel := context.WithTimeout(c.Context(), 30*time.Second)
	defer cancel()
	c.must(c.ledger.Receive(ctx, r, said, c.clock(), func(fleet.Attack) string { return "DE" }))
	_, err = c.ledger.Sum(ctx)
	c.must(err)
}

// square is a contour of a commune, a hundredth of a degree wide.
func square(code, name string, x, y float64) ledger.CommuneShape {
	return ledger.CommuneShape{Code: code, Name: name, Department: "42", Population: 100, Longitude: x + .005, Latitude: y + .005,
		Contour: fmt.Sprintf(`{"type":"Polygon","coordinates":[[[%f,%f],[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}`, x, y, x+.01, y, x+.01, y+.01, x, y+.01, x, y)}
}

// loire is a file of the communes of the Loire, which is not here everywhere.
func loire() string {
	folder := os.Getenv("ABRI_SHARED")
	if folder == "" {
		folder = "../../../shared"
	}
	return filepath.Join(folder, "communes/communes-42.geojson")
}

package observatory

import (
	"crypto/tls"
	"database/sql"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // "sqlite"

	"abri.example/abri/observatory/ledger/ledgertest"
)

// reader is a person's browser: it keeps the cookie of a session, and asks whichever process it is told.
type reader struct {
	t      *testing.T
	client *http.Client
	cookie *http.Cookie
}

func newReader(t *testing.T) *reader {
	return &reader{t: t, client: &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // the certificate is not what is proved here
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// get gives the status of a page, and takes a session's cookie.
func (r *reader) get(address string) int {
	r.t.Helper()
	q, err := http.NewRequestWithContext(r.t.Context(), "GET", address, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if r.cookie != nil {
		q.AddCookie(r.cookie)
	}
	a, err := r.client.Do(q)
	if err != nil {
		r.t.Fatal(err)
	}
	defer a.Body.Close()
	for _, c := range a.Cookies() {
		if strings.HasPrefix(c.Name, "__Host-") && c.Secure && c.HttpOnly {
			r.cookie = c
		}
	}
	return a.StatusCode
}

// pages is where a centre's pages are since it began the last time, and the first administrator's link, "" for none.
func (c *centre) pages() (address, first string) {
	c.t.Helper()
	var found []string
	await(c.t, 30*time.Second, "the pages", func() bool {
		said, err := os.ReadFile(c.log.Name())
		if err != nil {
			c.t.Fatal(err)
		}
		found = regexp.MustCompile(`The pages are at (https://localhost:\d+)\.`).FindStringSubmatch(since(string(said), c.began))
		return found != nil
	})
	said, _ := os.ReadFile(c.log.Name())
	link := regexp.MustCompile(`https://localhost:\d+/premier\S+`).FindString(since(string(said), c.began))
	return found[1], link
}

func since(said string, at int64) string { return said[min(at, int64(len(said))):] }

// The first administrator's session outlives a process that is killed, and is known to another on the same database.
func TestASessionOutlivesAProcess(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { sessionOutlives(t, newCentre(t, "", "")) })
	t.Run("postgres", func(t *testing.T) {
		database := ledgertest.Database(t, ledgertest.Server(t, "fsync=off"))
		one := newCentre(t, database, "")
		who := sessionOutlives(t, one)
		two := &centre{t: t, data: t.TempDir(), database: database, boxes: free(t), log: one.log}
		t.Cleanup(two.kill)
		if err := os.CopyFS(filepath.Join(two.data, "authority"), os.DirFS(filepath.Join(one.data, "authority"))); err != nil {
			t.Fatal(err)
		}
		two.start("")
		there, _ := two.pages()
		if status := who.get(there + "/moi"); status != http.StatusOK {
			t.Errorf("another process does not know the session: %d", status)
		}
		one.kill()
		if status := who.get(there + "/"); status != http.StatusOK {
			t.Errorf("the session went with the process that opened it: %d", status)
		}
	})
}

func sessionOutlives(t *testing.T, c *centre) *reader {
	t.Helper()
	who := newReader(t)
	at, link := c.pages()
	if status := who.get(at + "/"); status != http.StatusForbidden {
		t.Errorf("nobody reads the map: %d", status)
	}
	if status := who.get(link); status != http.StatusSeeOther || who.cookie == nil {
		t.Fatalf("the first link %q: %d", link, status)
	}
	if status := who.get(at + "/"); status != http.StatusOK {
		t.Errorf("the map: %d", status)
	}
	c.kill()
	c.start("")
	at, _ = c.pages()
	if status := who.get(at + "/moi"); status != http.StatusOK {
		t.Errorf("after a restart: %d", status)
	}
	return who
}

// What people do is noted by whichever program does it, and the chain comes through backup, restore and a move whole; who
// changes it is found, and the first link is named.
func TestTheAuditLogComesThrough(t *testing.T) {
	c := newCentre(t, "", "")
	c.do("invite", "--site", "42304", "--name", "Sury-le-Comtal")
	c.do("group", "durand", "42304")
	c.do("release", "51.75.1.9", "--group", "durand")
	link := c.do("person", "invite", "--name", "M. Durand", "--role", "technician", "--group", "durand")
	if at, _ := c.pages(); !strings.HasPrefix(link, at+"/invitation?cle=") {
		t.Errorf("the link is %q", link)
	}
	var people []struct{ ID, Name, Role string }
	if err := json.Unmarshal([]byte(c.do("person", "list", "--json")), &people); err != nil || len(people) != 2 || people[1].Role != "technician" {
		t.Fatalf("%+v, %v", people, err)
	}
	c.do("person", "role", people[1].ID, "--role", "site-reader", "--site", "42304")
	c.do("person", "revoke", people[1].ID)
	if out, err := c.try("person", "revoke", "first"); exitCode(err) != 4 || !strings.Contains(out, "the last administrator") {
		t.Errorf("the last administrator: %v: %s", err, out)
	}
	backup := filepath.Join(t.TempDir(), "backup")
	c.do("backup", backup)
	var entries []struct{ Act, Who, From, On string }
	if err := json.Unmarshal([]byte(c.do("audit", "--json")), &entries); err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, e := range entries {
		acts = append(acts, e.Act)
		if e.From != "console" || e.Who == "" || e.On == "" {
			t.Errorf("%+v", e)
		}
	}
	if got := strings.Join(acts, " "); got != "export revoke-person change-person invite-person order-release change-group change-group invite-box enter-sites change-setting change-setting" {
		t.Error(got)
	}
	lines := strings.Fields(c.do("audit", "verify"))
	head := lines[len(lines)-1]

	restored := &centre{t: t, data: t.TempDir(), boxes: free(t), log: c.log}
	restored.do("restore", backup)
	restored.do("audit", "verify", "--head", head)
	database := ledgertest.Database(t, ledgertest.Server(t, "fsync=off"))
	restored.do("move", database)
	moved := &centre{t: t, data: restored.data, database: database}
	moved.do("audit", "verify", "--head", head)

	db, err := sql.Open("sqlite", filepath.Join(restored.data, "observatory.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`UPDATE audit SET who = 'nobody' WHERE number = 5`); err == nil {
		t.Error("the database lets an entry be changed")
	}
	for _, q := range []string{`DROP TRIGGER audit_no_update`, `UPDATE audit SET who = 'nobody' WHERE number = 5`} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := restored.try("audit", "verify"); exitCode(err) != 1 || !strings.Contains(out, "entry 5") {
		t.Errorf("%v: %s", err, out)
	}
}

func exitCode(err error) int {
	if e, ok := err.(*exec.ExitError); ok && e.Sys().(syscall.WaitStatus).Exited() {
		return e.ExitCode()
	}
	return -1
}

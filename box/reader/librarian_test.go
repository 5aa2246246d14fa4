package reader

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
)

// publisher serves one text over TLS, and gives the settings that trust it.
func publisher(s *site) (address string, text *atomic.Value, settings string) {
	text = &atomic.Value{}
	web := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, text.Load().(string))
	}))
	s.Cleanup(web.Close)
	file := filepath.Join(s.folder, "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		s.Fatal(err)
	}
	return web.URL + "/list", text, "[fetch]\ncertificates = \"" + file + "\"\n"
}

var root = control.Who{Name: "root"}

func (s *site) enforced(want int) {
	s.Helper()
	if c, _ := s.Counters(); c.Entries4 != want {
		s.Errorf("the kernel holds %d addresses, want %d", c.Entries4, want)
	}
}

// A list that a person adds is fetched, put in force, still there after a restart without the publisher, and gone when
// it is taken back.
func TestAListIsAddedAndTakenBack(t *testing.T) {
	s := newSite(t)
	address, text, settings := publisher(s)
	text.Store("62.210.1.1\n62.210.1.2\n8.8.8.8\n")
	r := s.live()
	r.resettle(s.config(settings), false)
	if err := r.AddList(t.Context(), root, control.NewList{Name: "ours", URL: address}); err != nil {
		t.Fatal(err)
	}
	s.enforced(0)
	if err := r.RefreshList(t.Context(), root, ""); err != nil {
		t.Fatal(err)
	}
	s.enforced(2) // not the resolver
	all, err := r.Lists(t.Context())
	if err != nil || len(all) != 1 || !all[0].Enforced || all[0].Guarded != 1 || !all[0].Added {
		t.Errorf("%+v, %v", all, err)
	}
	s.die()

	text.Store("<html>away</html>")
	s.clock = s.clock.Add(26 * time.Hour)
	r = s.live()
	r.resettle(s.config(settings), true)
	s.enforced(2)
	if err := r.RefreshList(t.Context(), root, "ours"); err == nil {
		t.Error("a web page was taken for a list")
	}
	s.enforced(2)
	if v, _ := r.View(t.Context()); len(v.Troubles) == 0 || !strings.Contains(v.Troubles[len(v.Troubles)-1].Detail, "web page") {
		t.Errorf("the page does not say what ails the list: %+v", v.Troubles)
	}
	if err := r.RemoveList(t.Context(), root, "ours"); err != nil {
		t.Fatal(err)
	}
	s.enforced(0)
	if err := r.RemoveList(t.Context(), root, "ours"); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("taken back twice: %v", err)
	}
	audit, err := r.record.opened().AuditLog(t.Context(), 10)
	if err != nil || len(audit) < 2 || audit[0].Verb != "remove list" || audit[0].Object != "ours" || audit[0].Actor != "root" {
		t.Errorf("the audit log says %+v, %v", audit, err)
	}
	s.die()
}

func TestWhatCannotBeAdded(t *testing.T) {
	s := newSite(t)
	r := s.live()
	for _, c := range []struct {
		list control.NewList
		code abri.Code
	}{
		{control.NewList{Name: "nonsense"}, abri.CodeNotFound},
		{control.NewList{Name: "phishing-army"}, abri.CodeRefused},
		{control.NewList{Name: "x", URL: "http://example.org/l"}, abri.CodeInvalid},
		{control.NewList{Name: "x", URL: "file:///etc/passwd"}, abri.CodeInvalid},
		{control.NewList{URL: "https://example.org/l"}, abri.CodeInvalid},
	} {
		if err := r.AddList(t.Context(), root, c.list); abri.CodeOf(err) != c.code {
			t.Errorf("%+v: %v, want %s", c.list, err, c.code)
		}
	}
	if err := r.AddList(t.Context(), root, control.NewList{Name: "default"}); err != nil || len(r.added) < 12 {
		t.Errorf("the default set: %d lists, %v", len(r.added), err)
	}
	s.die()
}

// The schedule of the lists puts in force what publishers send, while the box runs.
func TestTheScheduleOfTheLists(t *testing.T) {
	s := newSite(t)
	address, text, settings := publisher(s)
	text.Store("62.210.1.1\n")
	r := s.live()
	r.resettle(s.config(settings+"[[list]]\nname = \"ours\"\nurl = \""+address+"\"\nevery = \"1h\"\n"), false)
	look := func() { r.library.Refresh(t.Context(), r.now, r.shelve) }
	look()
	s.enforced(1)
	text.Store("62.210.1.1\n62.210.1.2\n")
	look()
	s.enforced(1) // not due yet
	s.clock = s.clock.Add(67 * time.Minute)
	look()
	s.enforced(2)
	if a, err := r.Why(t.Context(), netip.MustParseAddr("62.210.1.2")); err != nil || len(a.Lists) != 1 || a.Lists[0].List != "ours" {
		t.Errorf("%+v, %v", a, err)
	}
	s.die()
}

// Of an address and of a name every list is named, those that only observe apart, and whose guarded one it is.
func TestWhyNamesEveryList(t *testing.T) {
	s := newSite(t)
	write := func(name, text string) string {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return "[[list]]\nname = \"" + name + "\"\nfile = \"" + filepath.Join(s.folder, name) + "\"\n"
	}
	r := s.live()
	r.resettle(s.config(write("one", "62.210.1.0/24\nevil.com\n")+write("two", "62.210.1.7\nwww.evil.com\n")+write("watch", "62.210.1.7\n")+"observe = true\n"), false)
	a, err := r.Why(t.Context(), netip.MustParseAddr("62.210.1.7"))
	if err != nil || len(a.Lists) != 2 || a.Lists[0].List != "two" || len(a.Observed) != 1 || a.Observed[0].List != "watch" {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := r.Why(t.Context(), netip.MustParseAddr("9.9.9.9")); err != nil || a.Guarded != "Quad9" || a.Action != abri.ActPass {
		t.Errorf("%+v, %v", a, err)
	}
	n, err := r.WhyName(t.Context(), "WWW.evil.com.")
	if err != nil || len(n.Lists) != 2 || n.Lists[0].List != "two" || n.Lists[1].Entry != "evil.com" {
		t.Errorf("%+v, %v", n, err)
	}
	if n, err := r.WhyName(t.Context(), "www.impots.gouv.fr"); err != nil || n.Guarded == "" || len(n.Lists) != 0 {
		t.Errorf("%+v, %v", n, err)
	}
	s.die()
}

// The servers of the telephone operator are never stopped because of a list.
func TestTheTelephoneOperatorIsSpared(t *testing.T) {
	s := newSite(t)
	r := s.live()
	file := filepath.Join(s.folder, "one")
	if err := os.WriteFile(file, []byte("62.210.1.0/24\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r.resettle(s.config("[ports]\ntelephone = [\"62.210.1.7\"]\n[[list]]\nname = \"one\"\nfile = \""+file+"\"\n"), false)
	if a, err := r.Why(t.Context(), netip.MustParseAddr("62.210.1.7")); err != nil || a.Action != abri.ActPass {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := r.Why(t.Context(), netip.MustParseAddr("62.210.1.8")); err != nil || a.Action == abri.ActPass {
		t.Errorf("%+v, %v", a, err)
	}
	if err := s.holds("exempt 62.210.1.7/32"); err != nil {
		t.Error(err)
	}
	s.die()
}

package library

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/feed"
	"abri.example/abri/feed/fetch"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/feed/shelf"
)

var monday = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// publishers answer with a text by address; one without a text is away. They count what is asked.
type publishers struct {
	texts map[string]string
	asked int
}

func (p *publishers) Get(_ context.Context, r fetch.Request, out io.Writer) (fetch.Answer, error) {
	p.asked++
	text, ok := p.texts[r.URL]
	if !ok {
		return fetch.Answer{}, &abri.Error{Code: abri.CodeUnavailable, Place: r.URL, What: "the publisher is away"}
	}
	_, err := io.WriteString(out, text)
	return fetch.Answer{}, err
}

func openLibrary(t *testing.T, dir string, p *publishers) *Library {
	t.Helper()
	l, err := Open(Options{
		Dir: dir, Salt: "box", Guard: guarded.Default(), Log: slog.New(slog.DiscardHandler),
		Getter: func(config.Fetch) (shelf.Getter, error) { return p, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func use(t *testing.T, l *Library, lists ...config.List) {
	t.Helper()
	if err := l.Use(lists, nil, config.Fetch{}); err != nil {
		t.Fatal(err)
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func fetched(name string) config.List {
	return config.List{Name: name, URL: "https://x.example/" + name, Every: time.Hour, Expiry: 48 * time.Hour}
}

// nobody is who needs not know of each change.
func nobody() {}

func at(now time.Time) func() time.Time { return func() time.Time { return now } }

func TestFilesAndFetchedListsBecomeOneSet(t *testing.T) {
	p := &publishers{texts: map[string]string{"https://x.example/a": "62.210.1.1\n", "https://x.example/w": "62.210.9.9\n"}}
	l := openLibrary(t, t.TempDir(), p)
	watched := fetched("w")
	watched.Observe = true
	use(t, l, config.List{Name: "own", File: file(t, "62.210.2.2\nevil.com\n9.9.9.9\n")}, fetched("a"), watched)
	if s := l.Read(monday); s.Len() != 1 || s.Names() != 1 {
		t.Errorf("before any fetch: %d addresses, %d names", s.Len(), s.Names())
	}
	if !l.Refresh(t.Context(), at(monday), nobody) {
		t.Error("nothing was fetched")
	}
	s := l.Set()
	if s.Len() != 2 || len(s.Observed(netip.MustParseAddr("62.210.9.9"))) != 1 {
		t.Errorf("%d addresses", s.Len())
	}
	if l.Refresh(t.Context(), at(monday.Add(time.Minute)), nobody) || p.asked != 2 {
		t.Errorf("publishers were asked %d times within a minute", p.asked)
	}
	own := l.Reports(monday)[0]
	if own.Entries != 2 || own.Guarded != 1 || own.Lines[0].Owner != "Quad9" || !own.Enforced || own.Trouble != "" {
		t.Errorf("%+v", own)
	}
	if w := l.Reports(monday)[2]; w.Enforced || !w.Observe || w.Entries != 1 || !w.Fetched.Equal(monday) {
		t.Errorf("%+v", w)
	}
}

// A box starts from its shelf with no network at all.
func TestALibraryWithoutANetwork(t *testing.T) {
	dir := t.TempDir()
	p := &publishers{texts: map[string]string{"https://x.example/a": "62.210.1.1\n"}}
	first := openLibrary(t, dir, p)
	use(t, first, fetched("a"))
	first.Refresh(t.Context(), at(monday), nobody)
	p.texts = nil
	l := openLibrary(t, dir, p)
	use(t, l, fetched("a"))
	if s := l.Read(monday.Add(24 * time.Hour)); s.Len() != 1 {
		t.Errorf("%d addresses at the start", s.Len())
	}
	if l.Refresh(t.Context(), at(monday.Add(24*time.Hour)), nobody) {
		t.Error("a publisher who is away changed a list")
	}
	if r := l.Reports(monday.Add(24 * time.Hour))[0]; !r.Stale || !r.Enforced || r.Trouble == "" || r.Entries != 1 {
		t.Errorf("%+v", r)
	}
	late := monday.Add(49 * time.Hour)
	if !l.Refresh(t.Context(), at(late), nobody) && l.Set().Len() != 0 {
		t.Error("a list that is too old is still used")
	}
	if r := l.Reports(late)[0]; r.Enforced || r.Entries != 0 {
		t.Errorf("%+v", r)
	}
}

// Only what changed is read again.
func TestOnlyWhatChangedIsRead(t *testing.T) {
	path := file(t, "62.210.2.2\n")
	l := openLibrary(t, t.TempDir(), &publishers{})
	own := config.List{Name: "own", File: path}
	use(t, l, own)
	l.Read(monday)
	before := l.all()[0].list
	use(t, l, config.List{Name: "other", File: file(t, "62.210.3.3\n")}, own)
	if l.Read(monday); l.all()[1].list != before {
		t.Error("a file that did not change was read again")
	}
	if err := os.WriteFile(path, []byte("62.210.2.2\n62.210.2.3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := l.Read(monday); s.Len() != 3 {
		t.Errorf("%d addresses after a file changed", s.Len())
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if s := l.Read(monday); s.Len() != 3 || l.Reports(monday)[1].Trouble == "" {
		t.Errorf("%d addresses after a file went, %+v", s.Len(), l.Reports(monday)[1])
	}
}

// A list of services written like one of attackers stops nothing, and says so.
func TestAListOfServicesIsNotUsed(t *testing.T) {
	text := ""
	for _, s := range guarded.Sections() {
		for _, p := range s.Prefixes {
			text += p.Prefix.String() + "\n"
		}
	}
	l := openLibrary(t, t.TempDir(), &publishers{})
	use(t, l, config.List{Name: "bad", File: file(t, text+"62.210.77.77\n")})
	if s := l.Read(monday); s.Len() != 0 {
		t.Errorf("%d addresses are enforced", s.Len())
	}
	if r := l.Reports(monday)[0]; r.Standing != feed.Legitimate || r.Enforced || r.Trouble == "" {
		t.Errorf("%+v", r)
	}
}

func TestAPersonHasTheLastWord(t *testing.T) {
	long := ""
	for i := range 1000 {
		long += netip.AddrFrom4([4]byte{62, 200, byte(i / 256), byte(i)}).String() + "\n"
	}
	p := &publishers{texts: map[string]string{"https://x.example/a": long}}
	l := openLibrary(t, t.TempDir(), p)
	use(t, l, fetched("a"))
	if _, err := l.RefreshNow(t.Context(), "", monday); err != nil {
		t.Fatal(err)
	}
	p.texts["https://x.example/a"] = "62.200.1.1\n"
	if changed, err := l.RefreshNow(t.Context(), "a", monday); changed || err != nil || l.Set().Len() != 1000 {
		t.Errorf("changed %v, %v, %d addresses", changed, err, l.Set().Len())
	}
	if r := l.Reports(monday)[0]; r.Held == nil || r.Entries != 1000 || !strings.HasPrefix(r.Ails(), "a version waits: it shrank") {
		t.Errorf("%+v", r)
	}
	if err := l.Accept("a", monday); err != nil || l.Set().Len() != 1 {
		t.Errorf("%v, %d addresses", err, l.Set().Len())
	}
	delete(p.texts, "https://x.example/a")
	if _, err := l.RefreshNow(t.Context(), "a", monday); abri.CodeOf(err) != abri.CodeUnavailable {
		t.Errorf("a publisher who is away: %v", err)
	}
	for _, err := range []error{l.Accept("x", monday), errorOf(l.RefreshNow(t.Context(), "x", monday))} {
		if abri.CodeOf(err) != abri.CodeNotFound {
			t.Errorf("a list that nobody uses: %v", err)
		}
	}
}

func errorOf(_ bool, err error) error { return err }

// The configuration speaks before what was added, and settings that can't be used leave the lists.
func TestWhatIsWanted(t *testing.T) {
	l := openLibrary(t, t.TempDir(), &publishers{})
	own := config.List{Name: "a", File: file(t, "62.210.2.2\n")}
	if err := l.Use([]config.List{own}, []config.List{fetched("a"), fetched("b")}, config.Fetch{}); err != nil {
		t.Fatal(err)
	}
	r := l.Reports(monday)
	if len(r) != 2 || r[0].From != own.File || r[0].Added || !r[1].Added || !r[1].Next.Equal(monday) {
		t.Errorf("%+v", r)
	}
	wrong := errors.New("no such file of certificates")
	l.options.Getter = func(config.Fetch) (shelf.Getter, error) { return nil, wrong }
	if err := l.Use([]config.List{own}, nil, config.Fetch{}); !errors.Is(err, wrong) || len(l.Reports(monday)) != 1 {
		t.Errorf("%v", err)
	}
}

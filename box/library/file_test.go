package library

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/feed/guarded"
)

// spoilt are the ways in which a file of a list goes bad.
var spoilt = map[string]func(path string) error{
	"gone":   os.Remove,
	"empty":  func(path string) error { return os.WriteFile(path, nil, 0o600) },
	"notes":  func(path string) error { return os.WriteFile(path, []byte("# nothing today\n"), 0o600) },
	"a page": func(path string) error { return os.WriteFile(path, []byte("<!DOCTYPE html><html>away</html>"), 0o600) },
	"a folder": func(path string) error {
		if err := os.Remove(path); err != nil {
			return err
		}
		return os.Mkdir(path, 0o700)
	},
	"services": func(path string) error {
		return os.WriteFile(path, []byte("1.1.1.1\n8.8.8.8\n9.9.9.9\n8.8.4.4\n1.0.0.1\n62.210.1.1\n"), 0o600)
	},
}

// A bad file takes nothing away, neither at once nor from the next life, and says what is wrong.
func TestABadFileLeavesTheLastGoodOne(t *testing.T) {
	for name, spoil := range spoilt {
		t.Run(name, func(t *testing.T) {
			dir, path := t.TempDir(), file(t, "62.210.1.1\n62.210.1.2\n")
			list := config.List{Name: "own", File: path}
			l := openLibrary(t, dir, &publishers{})
			use(t, l, list)
			if n := l.Read(monday).Len(); n != 2 {
				t.Fatalf("%d entries", n)
			}
			dated := l.Reports(monday)[0].Dated
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			stands := func(l *Library) {
				t.Helper()
				r := l.Reports(monday)[0]
				if n := l.Read(monday).Len(); n != 2 || r.Ails() == "" && l.Reports(monday)[0].Ails() == "" {
					t.Errorf("%d entries stand, and the list ails of %q", n, r.Ails())
				}
				if r := l.Reports(monday)[0]; !r.Enforced || !r.Dated.Equal(dated) {
					t.Errorf("%+v", r)
				}
			}
			stands(l)
			list.Publisher = "another word" // a list that is wanted otherwise is read anew
			use(t, l, list)
			stands(l)
			next := openLibrary(t, dir, &publishers{})
			use(t, next, list)
			stands(next)

			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("62.210.1.3\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if n := next.Read(monday).Len(); n != 1 || next.Reports(monday)[0].Ails() != "" {
				t.Errorf("mended: %d entries, %+v", n, next.Reports(monday)[0])
			}
		})
	}
}

// A person may mean it: a file that lists nothing is taken when they say so, and stays so.
func TestAnEmptyFileIsAccepted(t *testing.T) {
	dir, path := t.TempDir(), file(t, "62.210.1.1\n")
	l := openLibrary(t, dir, &publishers{})
	use(t, l, config.List{Name: "own", File: path})
	l.Read(monday)
	if err := os.WriteFile(path, []byte("# none\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.Accept("own", monday); err != nil || l.Set().Len() != 0 || l.Reports(monday)[0].Ails() != "" {
		t.Errorf("%v, %+v", err, l.Reports(monday)[0])
	}
	next := openLibrary(t, dir, &publishers{})
	use(t, next, config.List{Name: "own", File: path})
	if n := next.Read(monday).Len(); n != 0 || next.Reports(monday)[0].Ails() != "" {
		t.Errorf("the next life: %d entries, %+v", n, next.Reports(monday)[0])
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := l.Accept("own", monday); abri.CodeOf(err) != abri.CodeUnavailable {
		t.Errorf("what is not there was accepted: %v", err)
	}
}

// The copy of a list that nobody wants any more goes.
func TestCopiesOfUnwantedListsGo(t *testing.T) {
	dir := t.TempDir()
	l := openLibrary(t, dir, &publishers{})
	use(t, l, config.List{Name: "own", File: file(t, "62.210.1.1\n")})
	l.Read(monday)
	copies := func() int { got, _ := filepath.Glob(filepath.Join(dir, "f-*")); return len(got) }
	if copies() != 1 {
		t.Fatalf("%d copies", copies())
	}
	use(t, l)
	if copies() != 0 {
		t.Errorf("%d copies of a list that is not wanted", copies())
	}
}

// Exempt addresses stay exempt when their file goes bad, and the error names the file.
func TestABadExemptFileLeavesTheLastGoodOne(t *testing.T) {
	for name, spoil := range spoilt {
		if name == "notes" || name == "services" {
			continue // a person may take all addresses out, or name any
		}
		t.Run(name, func(t *testing.T) {
			dir, path := t.TempDir(), file(t, "51.75.1.9\n192.168.0.0/24\n")
			if got, err := openLibrary(t, dir, &publishers{}).Exempt([]string{path}); len(got) != 2 || err != nil {
				t.Fatalf("%v, %v", got, err)
			}
			if err := spoil(path); err != nil {
				t.Fatal(err)
			}
			got, err := openLibrary(t, dir, &publishers{}).Exempt([]string{path})
			if len(got) != 2 || err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%v, %v", got, err)
			}
		})
	}
}

// Checking a configuration opens its files and says what is wrong, with its place.
func TestCheckFiles(t *testing.T) {
	c := &config.Config{Lists: []config.List{
		{Name: "good", File: file(t, "62.210.1.1\n62.210.1.7/24\n")},
		{Name: "gone", File: filepath.Join(t.TempDir(), "gone.txt")},
		{Name: "page", File: file(t, "<!DOCTYPE html><html>away</html>")},
		{Name: "folder", File: t.TempDir()},
		{Name: "empty", File: file(t, "")},
		{Name: "fetched", URL: "https://x.example/"},
	}}
	c.Exempt.Files = []string{file(t, "51.75.1.9\nnonsense\n"), "/gone/exempt.txt"}
	faults, warnings := CheckFiles(c, guarded.Default())
	for _, want := range []string{c.Lists[1].File, c.Lists[2].File + ":1", c.Lists[3].File, `list "gone"`, "/gone/exempt.txt: exempt.files"} {
		if faults == nil || !strings.Contains(faults.Error(), want) {
			t.Errorf("no fault speaks of %s: %v", want, faults)
		}
	}
	for _, want := range []string{c.Lists[0].File + ":2", c.Exempt.Files[0] + ":2", `list "empty" lists nothing`} {
		if warnings == nil || !strings.Contains(warnings.Error(), want) {
			t.Errorf("no warning speaks of %s: %v", want, warnings)
		}
	}
	if abri.CodeOf(faults) != abri.CodeInvalid || strings.Contains(faults.Error(), "good") {
		t.Errorf("%v", faults)
	}
}

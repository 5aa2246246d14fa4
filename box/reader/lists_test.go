package reader

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	abri "abri.example/abri"
	"abri.example/abri/box/web"
)

// A reload and a start with a list or an exempt file that went bad leave what runs untouched, and say so.
func TestABadFileLeavesWhatRuns(t *testing.T) {
	s := newSite(t)
	list, exempt := filepath.Join(s.folder, "list.txt"), filepath.Join(s.folder, "exempt.txt")
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(list, "45.155.205.0/24\n62.210.1.1\n")
	write(exempt, "51.75.1.9\n")
	settings := "[exempt]\nfiles = [\"" + exempt + "\"]\n[[list]]\nname = \"drop\"\nfile = \"" + list + "\"\n"
	r := s.live()
	r.resettle(s.config(settings), false)
	s.enforced(2)
	write(list, "<!DOCTYPE html><html>away</html>")
	if err := os.Remove(exempt); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a reload, and the next life
		r.resettle(s.config(settings), false)
		s.enforced(2)
		if err := s.holds("exempt 51.75.1.9/32"); err != nil {
			t.Error(err)
		}
		v, _ := r.View(t.Context())
		told := map[string]string{}
		for _, x := range v.Troubles {
			told[x.Code] = x.Detail
		}
		if !strings.Contains(told[web.TroubleList], "web page") || !strings.Contains(told[web.TroubleExempt], exempt) {
			t.Errorf("the page says %+v", v.Troubles)
		}
		s.die()
		r = s.live()
	}
	s.die()
}

// Lists that stop nobody are no protection: without an entry of any, nothing proves the filter, unless none is given or
// the box only observes.
func TestListsThatStopNobodyAreFog(t *testing.T) {
	s := newSite(t)
	r := s.live()
	gone := "[[list]]\nname = \"drop\"\nfile = \"" + filepath.Join(s.folder, "gone.txt") + "\"\n"
	for _, c := range []struct {
		settings string
		mode     abri.Mode
		fog      bool
	}{{gone, abri.Protect, true}, {gone, abri.Observe, false}, {"", abri.Protect, false}, {gone + "observe = true\n", abri.Protect, false}} {
		r.resettle(s.config(c.settings), false)
		if err := r.SetMode(t.Context(), root, c.mode); err != nil {
			t.Fatal(err)
		}
		r.ask()
		if p := r.proof(s.clock); p.Filter == c.fog {
			t.Errorf("%+v: the proof is %+v", c, p)
		}
	}
	s.die()
}

package feed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestStanding(t *testing.T) {
	for _, c := range []struct {
		size Size
		want Standing
	}{
		{Size{Lines: 0}, Sound},
		{Size{Lines: 2, Guarded: 3}, Sound},
		{Size{Lines: 996, Guarded: 4}, Sound},
		{Size{Lines: 950, Guarded: 50}, Sound},
		{Size{Lines: 949, Guarded: 51}, Suspended},
		{Size{Lines: 30, Guarded: 11}, Legitimate},
		{Size{Lines: 0, Guarded: 9}, Suspended},
	} {
		if got := c.size.standing(); got != c.want {
			t.Errorf("%+v is %s, want %s", c.size, got, c.want)
		}
	}
}

func TestJump(t *testing.T) {
	for _, c := range []struct {
		old, next Size
		waits     bool
	}{
		{Size{Entries: 1000}, Size{Entries: 500}, false},
		{Size{Entries: 1000}, Size{Entries: 499}, true},
		{Size{Entries: 1000}, Size{Entries: 0}, true},
		{Size{Entries: 1000}, Size{Entries: 3000}, false},
		{Size{Entries: 1000}, Size{Entries: 3001}, true},
		{Size{Entries: 500}, Size{Entries: 10}, false}, // small lists come and go
		{Size{Entries: 10}, Size{Entries: 500}, false},
		{Size{Entries: 10}, Size{Entries: 501}, true},
		{Size{Entries: 1000, Guarded: 5}, Size{Entries: 1000, Guarded: 20}, false},
		{Size{Entries: 1000, Guarded: 5}, Size{Entries: 1000, Guarded: 21}, true},
	} {
		if got := c.old.Jump(c.next); (got != "") != c.waits {
			t.Errorf("%+v to %+v: %q", c.old, c.next, got)
		}
	}
}

// A list of banks that is written like a list of attackers is recognised by what it names.
func TestAListOfBanksIsNoListOfAttackers(t *testing.T) {
	file, err := os.Open(filepath.Join(sharedFolder(), "domains", "ut1", "bank", "domains"))
	if err != nil {
		t.Skip("the shared list of banks is not here")
	}
	defer file.Close()
	names, err := os.ReadFile(filepath.Join("guarded", "names.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var banks []GuardedName
	for line := range strings.Lines(string(names)) {
		if line = strings.TrimSpace(line); line[0] == '.' {
			banks = append(banks, GuardedName{line[1:], true, "x"})
		}
	}
	l, err := NewGuard(nil, banks).Parse(file, Info{Name: "banks"})
	if err != nil {
		t.Fatal(err)
	}
	if l.Standing() != Legitimate {
		t.Errorf("%s, with %+v", l.Standing(), l.Size())
	}
}

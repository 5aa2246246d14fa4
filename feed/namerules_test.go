package feed

import (
	"fmt"
	"strings"
	"testing"

	"abri.example/abri"
)

// stopped reports whether a set stops a name: the last rule that covers it decides, else the lists.
func stopped(s *Set, name string) bool {
	if r, ok := s.FindNameRule(name); ok {
		return !r.Pass
	}
	return len(s.FindName(name)) > 0
}

func TestTheLastRuleThatCoversANameWins(t *testing.T) {
	own := Info{Name: "own", Exceptions: true, Format: Adblock}
	published := mustParse(t, "||evil.com^\n||deep.good.evil.com^\n", Info{Name: "published", Format: Adblock})
	for _, c := range []struct {
		name, rules string
		want        map[string]bool
	}{
		{"an exception after a name", "||evil.net^\n@@||good.evil.net^\n", map[string]bool{"evil.net": true, "a.evil.net": true, "good.evil.net": false, "a.good.evil.net": false}},
		{"an exception before a name", "@@||good.evil.net^\n||evil.net^\n", map[string]bool{"evil.net": true, "good.evil.net": true, "a.good.evil.net": true}},
		{"and again", "@@||good.evil.net^\n||evil.net^\n@@||best.good.evil.net^\n", map[string]bool{"good.evil.net": true, "best.good.evil.net": false}},
		{"a name beneath an exception", "@@||evil.net^\n||bad.evil.net^\n", map[string]bool{"evil.net": false, "bad.evil.net": true, "a.bad.evil.net": true, "other.evil.net": false}},
		{"only itself", "||evil.net^\n@@|evil.net^\n", map[string]bool{"evil.net": false, "a.evil.net": true}},
		{"only beneath", "||evil.net^\n@@||*.evil.net^\n", map[string]bool{"evil.net": true, "a.evil.net": false}},
		{"exact", "|evil.net^\n", map[string]bool{"evil.net": true, "a.evil.net": false}},
		{"over a published list", "@@||good.evil.com^\n", map[string]bool{"evil.com": true, "good.evil.com": false, "deep.good.evil.com": false, "x.deep.good.evil.com": false, "b.evil.com": true}},
		{"any case", "||evil.net^\n@@||GOOD.evil.net^\n", map[string]bool{"Good.Evil.NET.": false}},
	} {
		for _, first := range []bool{true, false} {
			lists := []*List{published, mustParse(t, c.rules, own)}
			if first {
				lists[0], lists[1] = lists[1], lists[0]
			}
			s := Merge(lists, nil)
			for name, want := range c.want {
				if got := stopped(s, name); got != want {
					t.Errorf("%s (first: %v): %s is stopped: %v", c.name, first, name, got)
				}
			}
		}
	}
}

func TestNobodyElseMakesExceptions(t *testing.T) {
	l := mustParse(t, "||evil.com^\n@@||good.evil.com^\n", Info{Name: "published", Format: Adblock})
	if n, refused := l.Refused(); n != 1 || !strings.Contains(refused[0].Reason, "exception") || len(Merge([]*List{l}, nil).NameRules()) > 0 {
		t.Errorf("%d refused: %v", n, refused)
	}
}

func TestAPersonsWordComesLast(t *testing.T) {
	s := Merge([]*List{mustParse(t, "@@||evil.com^\n||bad.evil.com^\n", Info{Exceptions: true, Format: Adblock})}, nil)
	released := s.With([]string{"Bad.evil.com.", ""})
	if !stopped(s, "x.bad.evil.com") || stopped(released, "x.bad.evil.com") || !stopped(s, "bad.evil.com") {
		t.Error("a release does not come last, or changed what it was made of")
	}
	if r, ok := released.FindNameRule("bad.evil.com"); !ok || r.Entry != "bad.evil.com" || r.List != "" {
		t.Errorf("the rule is %+v", r)
	}
}

func TestKeysOfNamesToEnforce(t *testing.T) {
	s := Merge([]*List{
		mustParse(t, "|evil.com^\n||b.com^\n", Info{Format: Adblock}),
		mustParse(t, "||*.evil.com^\n", Info{Format: Adblock}),
		mustParse(t, "||observed.com^\n", Info{Format: Adblock, Observe: true}),
	}, nil)
	got := map[uint64]bool{}
	for _, k := range s.NameKeys() {
		got[k] = true
	}
	if len(got) != 2 || !got[nameKey([]byte("evil.com"), tree)] || !got[nameKey([]byte("b.com"), tree)] {
		t.Errorf("%d keys %v", len(got), got)
	}
}

func TestExceptionsAreBounded(t *testing.T) {
	var many strings.Builder
	for i := range MaxNameRules + 2 {
		fmt.Fprintf(&many, "@@||n%d.com^\n", i)
	}
	if _, err := Parse(strings.NewReader(many.String()), Info{Exceptions: true, Format: Adblock}); abri.CodeOf(err) != abri.CodeFull {
		t.Errorf("got %v", err)
	}
	many.Reset()
	many.WriteString("@@||net^\n@@||evil.net^\n")
	for i := range MaxNameRules {
		fmt.Fprintf(&many, "||n%d.evil.net^\n", i)
	}
	if _, err := Parse(strings.NewReader(many.String()), Info{Exceptions: true, Format: Adblock}); abri.CodeOf(err) != abri.CodeFull {
		t.Errorf("got %v", err)
	}
}

// A name that no browser shows is still a host beneath a listed one.
func TestOddNamesBeneathAListedOne(t *testing.T) {
	s := Merge([]*List{mustParse(t, "evil.com\n", Info{})}, nil)
	for name, want := range map[string]bool{`\000\032.evil.com`: true, "-x.evil.com": true, `a\.evil.com`: false, `a\\.evil.com`: true, "evil.com..": false, "": false, ".": false} {
		if got := stopped(s, name); got != want {
			t.Errorf("%q is stopped: %v", name, got)
		}
	}
}

package people_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/people"
)

// Every role × every action × (own site, own by a group, foreign): what is not written here is refused.
func TestWhoMayDoWhatWhere(t *testing.T) {
	const own, grouped, foreign, group = 42304, 42218, 86194, 7
	everywhere := func(actions ...people.Action) map[people.Action]bool {
		out := map[people.Action]bool{}
		for _, a := range actions {
			out[a] = true
		}
		return out
	}
	for role, may := range map[people.Role]map[people.Action]bool{
		people.Administrator: everywhere(people.Actions...),
		people.Technician:    everywhere(people.Read, people.Release, people.Confirm, people.Connect, people.Own),
		people.GroupReader:   everywhere(people.Read, people.Connect, people.Own),
		people.SiteReader:    everywhere(people.Read, people.Own),
		"":                   {},
		"mayor":              {},
	} {
		p := people.Person{ID: "p", Name: "P", Role: role, Scope: people.Scope{Groups: []int64{group}, Sites: []int64{own}}}
		gone := p
		gone.Revoked = time.Unix(1, 0)
		nobody := p
		nobody.ID = ""
		for _, a := range append(slices.Clone(people.Actions), "fly") {
			for _, place := range []struct {
				name   string
				site   int64
				groups []int64
				within bool
			}{{"own", own, nil, true}, {"of the group", grouped, []int64{3, group}, true}, {"foreign", foreign, []int64{3}, role == people.Administrator}} {
				if got, want := p.MayAt(a, place.site, place.groups), may[a] && place.within; got != want {
					t.Errorf("%q may %s at a site that is %s: %v", role, a, place.name, got)
				}
				if gone.MayAt(a, place.site, place.groups) || nobody.MayAt(a, place.site, place.groups) {
					t.Errorf("%q may %s, revoked or nobody", role, a)
				}
			}
		}
		if got := p.SeesAll(); got != (role == people.Administrator) {
			t.Errorf("%q sees everybody: %v", role, got)
		}
		if got := p.SeesGroup(group + 1); got != (role == people.Administrator) {
			t.Errorf("%q sees a group that is not his: %v", role, got)
		}
		if got := p.SeesGroup(group); got != may[people.Read] {
			t.Errorf("%q sees his group: %v", role, got)
		}
	}
}

func TestAPersonThatCantBeOneIsRefused(t *testing.T) {
	good := people.Person{Name: "M. Durand", Mail: "durand@loire.example", Role: people.Technician, Scope: people.Scope{Groups: []int64{1}}}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(*people.Person){
		"no name":                       func(p *people.Person) { p.Name = " " },
		"a line break":                  func(p *people.Person) { p.Name = "a\nb" },
		"a long name":                   func(p *people.Person) { p.Name = strings.Repeat("x", 101) },
		"not a mail address":            func(p *people.Person) { p.Mail = "durand" },
		"a name before the address":     func(p *people.Person) { p.Mail = "D <d@x.example>" },
		"no role":                       func(p *people.Person) { p.Role = "" },
		"another role":                  func(p *people.Person) { p.Role = "root" },
		"a technician without sites":    func(p *people.Person) { p.Scope = people.Scope{} },
		"a group reader without one":    func(p *people.Person) { p.Role, p.Scope = people.GroupReader, people.Scope{Sites: []int64{1}} },
		"a site reader without one":     func(p *people.Person) { p.Role = people.SiteReader },
		"an administrator with a scope": func(p *people.Person) { p.Role = people.Administrator },
		"too wide":                      func(p *people.Person) { p.Scope.Sites = make([]int64, people.MaxScope) },
	} {
		p := good
		spoil(&p)
		if err := p.Check(); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

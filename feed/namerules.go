package feed

import (
	"bytes"
	"strings"

	"abri.example/abri"
)

// NameRule is an exception, or a listed name that stands after an exception which touches it. Key is as in NameKeys, with
// one of its two low bits set. Entry and List are its text and its list.
//
// Of all rules that cover a name the last one wins, and any rule wins over NameKeys. Their order is: the lists in that
// of Merge, the lines of each as they stand in it, and what a person says at the box (Set.With) after all lists.
type NameRule struct {
	Key   uint64
	Pass  bool
	Entry string
	List  string
	Whole bool
}

// rules are the exceptions of one list in order, with the names after them that they touch. A name before an exception, or
// apart from all, needs no place in an order: exceptions win over it.
type rules struct {
	all    []NameRule
	passed map[uint64]bool // names of exceptions: true; those above one: false
}

// except adds an exception.
func (r *rules) except(name []byte, s scope) {
	if r.passed == nil {
		r.passed = map[uint64]bool{}
	}
	for end, k := range seed.Above(name) {
		r.passed[scoped(k, 0)] = r.passed[scoped(k, 0)] || len(end) == len(name)
	}
	r.add(name, s, true)
}

// block gives the key of a listed name, and keeps its place when an earlier exception touches it: one of the two lies
// beneath the other. False when there is no room for its place.
func (r *rules) block(name []byte, s scope) (k uint64, ok bool) {
	touched := false
	for end, above := range seed.Above(name) {
		k = scoped(above, s)
		excepted, met := r.passed[scoped(above, 0)]
		touched = touched || excepted || met && len(end) == len(name)
	}
	if !touched {
		return k, true
	}
	if len(r.all) >= MaxNameRules {
		return k, false
	}
	r.add(name, s, false)
	return k, true
}

// add adds a rule, or two: one for the name, one for what lies beneath it.
func (r *rules) add(name []byte, s scope, pass bool) {
	for _, part := range []scope{hostOnly, beneath} {
		if s&part != 0 {
			r.all = append(r.all, NameRule{Key: nameKey(name, part), Pass: pass, Entry: string(bytes.Clone(name)), Whole: part == beneath})
		}
	}
}

// mergeRules puts the rules of lists one after the other; those of lists that only observe decide nothing.
func mergeRules(lists []*List) (all []NameRule, last map[uint64]int) {
	last = map[uint64]int{}
	for _, l := range lists {
		if l.info.Observe {
			continue
		}
		for _, r := range l.rules.all {
			r.List = l.info.Name
			last[r.Key] = len(all)
			all = append(all, r)
		}
	}
	return all, last
}

// NameRules gives all rules in their order, for who enforces them. Do not write to it.
func (s *Set) NameRules() []NameRule { return s.rules }

// FindNameRule gives the rule that decides about a name, and false when none does.
func (s *Set) FindNameRule(name string) (NameRule, bool) {
	if len(s.rules) == 0 {
		return NameRule{}, false
	}
	decides := -1
	for _, end := range ends(asked(name)) {
		if at, ok := s.ruled[scoped(end.key, end.part)]; ok {
			decides = max(decides, at)
		}
	}
	if decides < 0 {
		return NameRule{}, false
	}
	return s.rules[decides], true
}

// With is the set with names that pass whatever lists say, in place of those given before: a person's word, the name itself
// and all beneath it. What is no name is left out.
func (s *Set) With(passing []string) *Set {
	own := rules{}
	for _, name := range passing {
		if text := asked(name); len(text) > 0 {
			own.except(text, tree)
		}
	}
	out := *s
	out.rules = append(s.rules[:s.ofLists:s.ofLists], own.all...)
	out.ruled = make(map[uint64]int, len(out.rules))
	for i, r := range out.rules {
		out.ruled[r.Key] = i
	}
	return &out
}

// NameTree gives the keys of rules for a name and for what lies beneath it.
func NameTree(name string) []uint64 {
	text := asked(name)
	return []uint64{nameKey(text, hostOnly), nameKey(text, beneath)}
}

// ReadName reads a name that a person gives: in lower case, in the form of the DNS, without a final point. CodeInvalid for
// what is no name of a host, and for a whole public suffix.
func ReadName(name string) (string, error) {
	text, why := parseName([]byte(strings.TrimSpace(name)), tree)
	if why != taken {
		return "", &abri.Error{Code: abri.CodeInvalid, Place: name, What: why.String(), Remedy: "a name such as www.example.org"}
	}
	return string(text), nil
}

package reader

import (
	"context"
	"net/netip"

	"abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/letter"
	"abri.example/abri/names/lookalike"
)

// examining bounds how many letters are examined at once: the pages may be asked by everybody on the network.
const examining = 2

// ExamineLetter says what speaks against an e-mail: lists, imitations and what it says of itself. Nothing of it is kept,
// and nothing leaves the box.
func (r *Reader) ExamineLetter(_ context.Context, file []byte) (letter.Opinion, error) {
	if err := r.sit(); err != nil {
		return letter.Opinion{}, err
	}
	defer func() { <-r.examined }()
	l, err := letter.Read(file)
	if err != nil {
		return letter.Opinion{}, err
	}
	return letter.Examine(l, r.judge()), nil
}

// ExamineLink says what speaks against a link.
func (r *Reader) ExamineLink(_ context.Context, link string) (letter.Opinion, error) {
	if err := r.sit(); err != nil {
		return letter.Opinion{}, err
	}
	defer func() { <-r.examined }()
	return letter.ExamineLink(link, r.judge())
}

// sit takes one of the seats for examining, if one is free.
func (r *Reader) sit() error {
	select {
	case r.examined <- struct{}{}:
		return nil
	default:
		return &abri.Error{Code: abri.CodeUnavailable, What: "others are being examined at this moment", Remedy: "try again in some seconds"}
	}
}

// judge is what the box knows now of names and addresses.
func (r *Reader) judge() letter.Judge {
	r.mu.Lock()
	set, imitations := r.set, r.imitations
	r.mu.Unlock()
	j := letter.Judge{Likeness: imitations.Judge, Brand: letter.Brands(lookalike.Brands())}
	j.Owner = func(name string) string {
		owner, _ := guarded.Default().Name(name)
		return owner
	}
	if set != nil {
		j.Name = func(name string) (abri.Why, bool) { return namedBy(set, name) }
		j.Address = func(a netip.Addr) (abri.Why, bool) {
			l, listed := set.Find(a)
			return l.Why, listed
		}
	}
	return j
}

// namedBy is the list that holds a name, those that only observe among them: here nothing is stopped, and a person is
// warned. A person's own exception lets the name pass.
func namedBy(set *feed.Set, name string) (abri.Why, bool) {
	if rule, ok := set.FindNameRule(name); ok && rule.Pass {
		return abri.Why{}, false
	}
	for _, l := range set.FindName(name) {
		return abri.Why{Rule: abri.RuleName, List: l.Info.Name, Publisher: l.Info.Publisher, Dated: l.Info.Dated,
			Evidence: []abri.Evidence{{Name: "listed", Value: l.Entry}, {Name: "list", Value: l.Info.Name}}}, true
	}
	return abri.Why{}, false
}

// Package key makes the keys by which programs ask an observatory, and says for whom one speaks: for the person who made
// it, with a role and a scope that are never more than that person's are now.
//
// Its borders: it asks the ledger and the view, and has no clock.
package key

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/view"
)

// Head begins every key, so that programs that look for lost secrets know it.
const Head = "abrikey1."

// Bounds of how long a key is good, and how long unless somebody says otherwise.
const (
	Shortest = time.Hour
	Longest  = 2 * 366 * 24 * time.Hour
	Usual    = 366 * 24 * time.Hour
)

// Wish is a key that somebody wants. An empty Role or Scope is his own.
type Wish struct {
	Name    string
	Role    people.Role
	Scope   people.Scope
	Lasting time.Duration
}

// Make enters a key for a person and gives its word, which is shown once. CodeInvalid, or CodeRefused for what the person
// may not.
func Make(ctx context.Context, l *ledger.Ledger, who people.Person, w Wish, now time.Time) (ledger.Key, string, error) {
	bad := func(what, remedy string) (ledger.Key, string, error) {
		return ledger.Key{}, "", &abri.Error{Code: abri.CodeInvalid, Place: w.Name, What: what, Remedy: remedy}
	}
	if w.Role == "" {
		w.Role = who.Role
	}
	switch {
	case !who.May(people.Connect):
		return ledger.Key{}, "", &abri.Error{Code: abri.CodeRefused, What: "your role does not allow this", Remedy: "ask an administrator of the observatory"}
	case strings.TrimSpace(w.Name) == "" || len(w.Name) > people.MaxName:
		return bad("a key has a name", "what program has it, in a hundred bytes at the most")
	case w.Lasting < Shortest || w.Lasting > Longest:
		return bad("a key is not good for so long", "from an hour to two years")
	case !within(who.Role, w.Role):
		return ledger.Key{}, "", &abri.Error{Code: abri.CodeRefused, Place: string(w.Role), What: "a key may not do more than who makes it"}
	case w.Role == people.Administrator && !empty(w.Scope):
		return bad("an administrator's key sees everything", "leave groups and sites out, or give another role")
	case w.Role != people.Administrator && who.Role == people.Administrator && empty(w.Scope):
		return bad("a key of this role has groups or sites", "name at least one")
	}
	if err := sees(ctx, l, who, w.Scope); err != nil {
		return ledger.Key{}, "", err
	}
	secret := rand.Text()
	k := ledger.Key{ID: strings.ToLower(rand.Text()[:12]), Digest: sha256.Sum256([]byte(secret)), Person: who.ID, Name: strings.TrimSpace(w.Name), Role: w.Role, Scope: w.Scope,
		Made: now, Until: now.Add(w.Lasting)}
	return k, Head + k.ID + "." + secret, l.PutKey(ctx, k)
}

// Who gives for whom a word speaks now: the person with the key's role and scope, so far as they are still his. CodeRefused
// for a word that is none, is over, or whose person was taken out: which of them is not said.
func Who(ctx context.Context, l *ledger.Ledger, word string, now time.Time) (people.Person, ledger.Key, error) {
	refused := &abri.Error{Code: abri.CodeRefused, What: "this key is unknown, over, or was taken away", Remedy: "make another one on the page « Programmes »"}
	rest, ok := strings.CutPrefix(word, Head)
	id, secret, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 || len(word) > 100 {
		return people.Person{}, ledger.Key{}, refused
	}
	k, err := l.Key(ctx, id)
	if err != nil && abri.CodeOf(err) != abri.CodeNotFound {
		return people.Person{}, ledger.Key{}, err
	}
	digest := sha256.Sum256([]byte(secret))
	if err != nil || subtle.ConstantTimeCompare(digest[:], k.Digest[:]) != 1 || !now.Before(k.Until) {
		return people.Person{}, ledger.Key{}, refused
	}
	p, err := l.Person(ctx, k.Person)
	if abri.CodeOf(err) == abri.CodeNotFound {
		err = refused
	}
	if err != nil {
		return people.Person{}, ledger.Key{}, err
	}
	p, err = narrowed(ctx, l, p, k)
	return p, k, err
}

// narrowed is a person as a key of his lets a program be him.
func narrowed(ctx context.Context, l *ledger.Ledger, p people.Person, k ledger.Key) (people.Person, error) {
	was := p
	if within(p.Role, k.Role) {
		p.Role = k.Role
	}
	if p.Role == people.Administrator || empty(k.Scope) {
		return p, nil
	}
	p.Scope = people.Scope{}
	for _, g := range k.Scope.Groups {
		if was.SeesGroup(g) {
			p.Scope.Groups = append(p.Scope.Groups, g)
		}
	}
	for _, s := range k.Scope.Sites {
		err := view.Of(l, nil, was).MayAt(ctx, people.Read, s)
		if err == nil {
			p.Scope.Sites = append(p.Scope.Sites, s)
		} else if abri.CodeOf(err) != abri.CodeNotFound {
			return p, err
		}
	}
	return p, nil
}

// within reports whether all that a role may do another may too.
func within(whole, part people.Role) bool {
	if !slices.Contains(people.Roles, part) {
		return false
	}
	for _, a := range people.Actions {
		if part.May(a) && !whole.May(a) {
			return false
		}
	}
	return true
}

// sees refuses a scope of which the person does not see all.
func sees(ctx context.Context, l *ledger.Ledger, who people.Person, s people.Scope) error {
	v := view.Of(l, nil, who)
	groups, err := v.Groups(ctx)
	if err != nil {
		return err
	}
	for _, g := range s.Groups {
		if !slices.ContainsFunc(groups, func(x ledger.Group) bool { return x.Number == g }) {
			return &abri.Error{Code: abri.CodeNotFound, What: "there is no such group"}
		}
	}
	for _, n := range s.Sites {
		if _, err := v.Site(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func empty(s people.Scope) bool { return len(s.Groups)+len(s.Sites) == 0 }

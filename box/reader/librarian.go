package reader

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/control"
	"abri.example/abri/box/library"
	"abri.example/abri/feed/catalogue"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/store"
)

var _ control.Librarian = (*Reader)(nil)

// Lists tells of every list, with the attacks since midnight that it named.
func (r *Reader) Lists(context.Context) ([]library.Report, error) {
	out := r.library.Reports(r.now())
	r.mu.Lock()
	defer r.mu.Unlock()
	hits := map[string]int{}
	for _, a := range r.today.attacks {
		hits[a.Why.List]++
	}
	for i := range out {
		out[i].Hits = hits[out[i].Name]
	}
	return out, nil
}

// WhyName explains a name: who lists it, and whose guarded name it is.
func (r *Reader) WhyName(_ context.Context, name string) (control.NameAnswer, error) {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	a := control.NameAnswer{Name: name, Lists: []control.NameEntry{}}
	a.Guarded, _ = guarded.Default().Name(name)
	r.mu.Lock()
	set, judge := r.set, r.imitations
	r.mu.Unlock()
	a.Imitates = r.imitates(judge, name)
	if set == nil {
		return a, nil
	}
	for _, l := range set.FindName(name) {
		a.Lists = append(a.Lists, control.NameEntry{List: l.Info.Name, Publisher: l.Info.Publisher, Entry: l.Entry, Whole: l.Whole, Dated: l.Info.Dated, Observe: l.Info.Observe})
	}
	if rule, ok := set.FindNameRule(name); ok && rule.Pass {
		a.Passes = rule.Entry + " is released by a person"
		if rule.List != "" {
			a.Passes = rule.Entry + " is an exception of the list " + rule.List
		}
	}
	return a, nil
}

// AddList takes a list of the catalogue by its name, the default set by the word "default", or a list by its address,
// which are asked for within seconds. They stand over a restart.
func (r *Reader) AddList(ctx context.Context, who control.Who, n control.NewList) error {
	lists, err := asked(n)
	if err != nil {
		return err
	}
	return r.changeLists(ctx, who, "add list", n.Name, func(added []config.List) ([]config.List, error) {
		for _, l := range lists {
			if !slices.ContainsFunc(added, func(x config.List) bool { return x.Name == l.Name }) {
				added = append(added, l)
			}
		}
		return added, nil
	})
}

// asked are the lists that a person means.
func asked(n control.NewList) ([]config.List, error) {
	if n.URL != "" {
		l, err := config.OwnList(n.Name, n.URL, n.Plain, n.Observe)
		return []config.List{l}, err
	}
	if n.Name == "default" {
		var out []config.List
		for _, l := range catalogue.DefaultSet() {
			out = append(out, config.Catalogued(l))
		}
		return out, nil
	}
	known, ok := catalogue.Find(n.Name)
	switch {
	case !ok:
		return nil, &abri.Error{Code: abri.CodeNotFound, Place: n.Name, What: "the catalogue has no list of this name", Remedy: "see `abri lists catalogue`, or give its address"}
	case known.Off != "":
		return nil, &abri.Error{Code: abri.CodeRefused, Place: n.Name, What: "this list is off: " + known.Off, Remedy: "who has the right to use it gives its address"}
	}
	l := config.Catalogued(known)
	l.Observe = l.Observe || n.Observe
	return []config.List{l}, nil
}

// RemoveList takes back a list that was added at the console.
func (r *Reader) RemoveList(ctx context.Context, who control.Who, name string) error {
	err := r.changeLists(ctx, who, "remove list", name, func(added []config.List) ([]config.List, error) {
		kept := slices.DeleteFunc(added, func(l config.List) bool { return l.Name == name })
		if len(kept) == len(added) {
			return nil, &abri.Error{Code: abri.CodeNotFound, Place: name, What: "nobody added a list of this name", Remedy: "what stands in the configuration is taken out there"}
		}
		return kept, nil
	})
	if err != nil {
		return err
	}
	return r.library.Forget(name)
}

// RefreshList asks the publisher of one list, or of all with an empty name, at once.
func (r *Reader) RefreshList(ctx context.Context, _ control.Who, name string) error {
	changed, err := r.library.RefreshNow(ctx, name, r.now())
	if changed {
		r.shelve()
	} else {
		r.tellLists()
	}
	return err
}

// AcceptList takes the version of a list that waits.
func (r *Reader) AcceptList(ctx context.Context, who control.Who, name string) error {
	if err := r.library.Accept(name, r.now()); err != nil {
		return err
	}
	r.shelve()
	return r.writeDown(func(s *store.Store) error { return r.noteLists(ctx, s, who, "accept list", name) })
}

// changeLists changes which lists people added, puts that in force, and writes it down.
func (r *Reader) changeLists(ctx context.Context, who control.Who, verb, name string, change func([]config.List) ([]config.List, error)) error {
	r.mu.Lock()
	added, err := change(slices.Clone(r.added))
	if err == nil {
		r.added = added
	}
	c := r.config
	r.mu.Unlock()
	if err != nil {
		return err
	}
	r.readLists(c)
	r.shelve()
	return r.writeDown(func(s *store.Store) error { return r.noteLists(ctx, s, who, verb, name) })
}

// addedKey is where the store keeps the lists that people added.
const addedKey = "lists.added"

// noteLists writes down the lists that people added, and who changed them.
func (r *Reader) noteLists(ctx context.Context, s *store.Store, who control.Who, verb, name string) error {
	r.mu.Lock()
	text, err := json.Marshal(r.added)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	if err := s.Remember(ctx, addedKey, string(text)); err != nil {
		return err
	}
	return s.Record(ctx, store.Entry{At: r.now(), Actor: who.Name, Verb: verb, Object: name})
}

// addedLists are the lists that people added in an earlier life, and false while no store can tell. A note that can't be
// read is none.
func (r *record) addedLists(ctx context.Context) (out []config.List, ok bool) {
	s := r.opened()
	if s == nil {
		return nil, false
	}
	text, found, err := s.Recall(ctx, addedKey)
	if err == nil && found {
		err = json.Unmarshal([]byte(text), &out)
	}
	if err != nil {
		r.log.Error("the lists that were added can't be read", "err", err)
	}
	return out, true
}

// recallLists takes up what people added in an earlier life, once there is a store that knows.
func (r *Reader) recallLists(ctx context.Context) (found bool) {
	r.mu.Lock()
	known := r.recalled
	r.mu.Unlock()
	if known {
		return false
	}
	lists, ok := r.record.addedLists(ctx)
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recalled = true
	for _, l := range lists {
		if !slices.ContainsFunc(r.added, func(x config.List) bool { return x.Name == l.Name }) {
			r.added = append(r.added, l)
		}
	}
	return len(lists) > 0
}

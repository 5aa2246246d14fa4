package reader

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
	"abri.example/abri/feed/catalogue"
	"abri.example/abri/store"
)

// release is a name that a person lets pass whatever lists say, with what lies beneath it. Until is zero for ever.
type release struct {
	Name  string    `json:"name"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"`
	By    string    `json:"by"`
}

func (x release) stands(now time.Time) bool { return x.Until.IsZero() || now.Before(x.Until) }

// releasedKey is where the store keeps the names that people released; mostReleased bounds them.
const (
	releasedKey  = "names.released"
	mostReleased = 10_000
)

// passing are the names that pass by a person's choice: the configuration's first, then those of the console. mu is held.
func (r *Reader) passing() []string {
	out := slices.Clone(r.config.Exempt.Names)
	for _, x := range r.released {
		if x.stands(r.now()) {
			out = append(out, x.Name)
		}
	}
	return out
}

// ReleaseName lets a name pass, and all beneath it, at once and over a restart.
func (r *Reader) ReleaseName(ctx context.Context, who control.Who, name string, lasting time.Duration) error {
	name, err := feed.ReadName(name)
	if err == nil && lasting < 0 {
		err = &abri.Error{Code: abri.CodeInvalid, What: fmt.Sprintf("duration %s", lasting), Remedy: "zero for ever, or a positive time"}
	}
	if err != nil {
		return err
	}
	now := r.now()
	x := release{Name: name, Since: now, By: who.Name}
	if lasting > 0 {
		x.Until = now.Add(lasting)
	}
	return r.changeReleased(ctx, who, "release name", name, func(all []release) ([]release, error) {
		all = slices.DeleteFunc(all, func(y release) bool { return y.Name == name || !y.stands(now) })
		if len(all) >= mostReleased {
			return nil, &abri.Error{Code: abri.CodeFull, What: fmt.Sprintf("%d names are released", len(all)), Remedy: "forget some of them"}
		}
		return append(all, x), nil
	})
}

// ForgetName takes a release of exactly this name back.
func (r *Reader) ForgetName(ctx context.Context, who control.Who, name string) error {
	name, err := feed.ReadName(name)
	if err != nil {
		return err
	}
	return r.changeReleased(ctx, who, "forget name", name, func(all []release) ([]release, error) {
		left := slices.DeleteFunc(all, func(y release) bool { return y.Name == name })
		if len(left) == len(all) {
			return nil, &abri.Error{Code: abri.CodeNotFound, What: "nobody released " + name, Remedy: "what [exempt] names of the configuration says is the file's to change"}
		}
		return left, nil
	})
}

// changeReleased changes which names people released, puts that in force, and writes it down.
func (r *Reader) changeReleased(ctx context.Context, who control.Who, verb, name string, change func([]release) ([]release, error)) error {
	r.mu.Lock()
	all, err := change(slices.Clone(r.released))
	if err == nil {
		r.released = all
	}
	r.mu.Unlock()
	if err != nil {
		return err
	}
	if err := r.rename(); err != nil {
		return err
	}
	return r.writeDown(func(s *store.Store) error {
		text, err := json.Marshal(all)
		if err != nil {
			return err
		}
		if err := s.Remember(ctx, releasedKey, string(text)); err != nil {
			return err
		}
		return s.Record(ctx, store.Entry{At: r.now(), Actor: who.Name, Verb: verb, Object: name})
	})
}

// recallReleased takes up the names of an earlier life. A note that can't be read is none.
func (r *Reader) recallReleased(ctx context.Context) {
	s := r.record.opened()
	if s == nil {
		return
	}
	text, found, err := s.Recall(ctx, releasedKey)
	if err == nil && found {
		err = json.Unmarshal([]byte(text), &r.released)
	}
	if err != nil {
		r.log.Error("the names that were released can't be read", "err", err)
	}
}

// rename puts the names in force as they are wanted now, without reading or loading anything else again.
func (r *Reader) rename() error {
	r.shelving.Lock()
	defer r.shelving.Unlock()
	r.mu.Lock()
	set := r.named(r.set)
	r.set = set
	r.judgeAnew()
	r.mu.Unlock()
	if set == nil {
		return nil // it comes with the first lists
	}
	err := r.loadNames(set)
	r.ask()
	return err
}

// endReleases ends those names whose time is over.
func (r *Reader) endReleases() {
	r.mu.Lock()
	now, ended := r.now(), false
	r.released = slices.DeleteFunc(r.released, func(x release) bool {
		ended = ended || !x.stands(now)
		return !x.stands(now)
	})
	r.mu.Unlock()
	if !ended {
		return
	}
	if err := r.rename(); err != nil {
		r.log.Error("a release has ended, and its name could not be taken back", "err", err)
	}
}

// named is a set with the names that pass by people's choice. mu is held.
func (r *Reader) named(set *feed.Set) *feed.Set {
	if set == nil {
		return nil
	}
	return set.With(r.passing())
}

// loadNames has the keeper judge questions by a set. Names that stand already are not sent again: a million are not packed
// because one list of addresses was refreshed.
func (r *Reader) loadNames(s *feed.Set) error {
	seed := feed.NameSeed()
	r.mu.Lock()
	n := order.Names{Seed: [3]uint64{seed.Start, seed.First, seed.Second}, Rules: slices.Concat(closedNames(r.config.Names, s), r.imitated.rules(), ruled(s))}
	k := &r.kernel
	stand := k.namesVersion != nil && slices.Equal(k.namesVersion, s.NameVersion()) && slices.Equal(k.nameRules, n.Rules) &&
		k.Names == k.wantedNames && k.NameRules == k.wantedRules
	r.mu.Unlock()
	if stand {
		return nil
	}
	n.Keys = s.NameKeys()
	loaded, err := r.keeper.Names(n)
	if err != nil {
		return err
	}
	rules := map[uint64]bool{}
	for _, x := range n.Rules {
		rules[x.Key] = true
	}
	r.mu.Lock()
	k.wantedNames, k.wantedRules, k.namesVersion, k.nameRules = len(n.Keys), len(rules), s.NameVersion(), n.Rules
	r.mu.Unlock()
	if loaded.Names != len(n.Keys) || loaded.Rules != len(rules) {
		return fmt.Errorf("the kernel holds %d names and %d rules, and %d and %d were asked for", loaded.Names, loaded.Rules, len(n.Keys), len(rules))
	}
	return nil
}

// ruled are the rules of a set in the keeper's words.
func ruled(s *feed.Set) (out []order.NameRule) {
	for _, rule := range s.NameRules() {
		say := order.NameStops
		if rule.Pass {
			say = order.NamePasses
		}
		out = append(out, order.NameRule{Key: rule.Key, Say: say})
	}
	return out
}

// closedNames are rules for the names of resolvers that the site has closed, known ones and those of its lists, and for the one
// by which Firefox asks whether it may ask elsewhere (https://support.mozilla.org/kb/canary-domain-use-application-dnsnet).
// They come before all others.
func closedNames(c config.Names, s *feed.Set) (out []order.NameRule) {
	if !c.CloseResolvers {
		return nil
	}
	for _, name := range catalogue.ResolverNames() {
		for _, key := range feed.NameTree(name) {
			out = append(out, order.NameRule{Key: key, Say: order.NameResolver})
		}
	}
	for _, key := range first(s.ResolverKeys(), mostClosed) {
		out = append(out, order.NameRule{Key: key, Say: order.NameResolver})
	}
	return out
}

// mostClosed is how many names, and how many addresses, of the lists of resolvers are closed.
const mostClosed = 9000

func first[T any](all []T, most int) []T { return all[:min(len(all), most)] }

// isClosed gives what tells the names of resolvers that the site has closed from all others; nil where it has closed none. mu
// is held.
func (r *Reader) isClosed() func(name string) bool {
	if !r.config.Names.CloseResolvers {
		return nil
	}
	set := r.set
	return func(name string) bool { return catalogue.IsResolver(name) || set != nil && set.IsResolver(name) }
}

// resolve says how questions are answered: mu is held by nobody.
func (r *Reader) resolve() error {
	r.mu.Lock()
	o := order.Resolving{Page: r.leads()}
	if r.config.Names.CloseResolvers {
		o.Closed = catalogue.ResolverAddresses()
		if r.set != nil {
			o.Closed = append(o.Closed, first(r.set.ResolverAddresses(), mostClosed)...)
		}
	}
	r.mu.Unlock()
	return r.keeper.Resolving(o)
}

// leads is where stopped names lead; with none there is no such name. mu is held.
func (r *Reader) leads() []netip.Addr {
	if r.config.Names.Answer != config.AnswerPage {
		return nil
	}
	return ledTo(r.place.Own)
}

// ledTo is where the site's devices reach the block page: the box's first IPv4 address and its first IPv6 one that
// every device can reach.
func ledTo(own []netip.Addr) (out []netip.Addr) {
	for _, is6 := range []bool{false, true} {
		at := slices.IndexFunc(own, func(a netip.Addr) bool {
			return a.Is6() == is6 && !a.Is4In6() && a.Zone() == "" && !a.IsLoopback() && !a.IsLinkLocalUnicast()
		})
		if at >= 0 {
			out = append(out, own[at])
		}
	}
	return out
}

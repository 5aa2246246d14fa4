package reader

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/feed"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/geo"
)

// tried bounds the attacks that Why names.
const tried = 50

// Why explains what happens with an address, in the order of the gate.
func (r *Reader) Why(ctx context.Context, addr netip.Addr) (control.Answer, error) {
	if !addr.IsValid() {
		return control.Answer{}, &abri.Error{Code: abri.CodeInvalid, What: "no address", Remedy: "give one, such as 45.155.205.10"}
	}
	a := control.Answer{Address: addr, Country: geo.Country(addr), Lists: []abri.Why{}, Decisions: []control.Decision{}, Tried: []control.Tried{}}
	a.Guarded, _ = guarded.Default().Address(addr)
	r.mu.Lock()
	if r.set != nil {
		for _, l := range r.set.All(addr) {
			a.Lists = append(a.Lists, l.Why)
		}
		for _, l := range r.set.Observed(addr) {
			a.Observed = append(a.Observed, l.Why)
		}
	}
	for _, d := range r.standing(r.now()) {
		if d.prefix.Contains(addr) {
			a.Decisions = append(a.Decisions, control.Decision{Choice: d.choice, Prefix: d.prefix, Door: d.door.String(), Since: d.since, Until: d.until, By: d.by, Why: d.why})
		}
	}
	if d, ok := r.devices.Find(addr); ok {
		known := control.DeviceOf(d)
		a.Device = &known
	}
	r.explain(&a)
	a.Unproven = r.unproven(r.now())
	known := map[string]abri.Attack{}
	for _, x := range r.today.attacks {
		if x.Outside == addr || x.Inside == addr {
			known[x.ID] = x
		}
	}
	r.mu.Unlock()

	if s := r.record.opened(); s != nil {
		kept, err := s.ByAddress(ctx, addr, tried)
		if err != nil {
			return a, err
		}
		for _, x := range kept {
			if k, ok := known[x.ID]; !ok || k.Revision < x.Revision {
				known[x.ID] = x
			}
		}
	}
	for _, x := range known {
		a.Tried = append(a.Tried, control.TriedOf(x))
	}
	slices.SortFunc(a.Tried, func(x, y control.Tried) int { return y.Last.Compare(x.Last) })
	a.Tried = a.Tried[:min(len(a.Tried), tried)]
	return a, nil
}

// explain sets the action and its sentence. mu is held.
func (r *Reader) explain(a *control.Answer) {
	stop := abri.ActObserve
	said := "would be stopped, but the box only observes: "
	if r.mode == abri.Protect {
		stop, said = abri.ActBlock, "is stopped, coming in and going out: "
	}
	chosen := func(c order.Choice) (control.Decision, bool) {
		i := slices.IndexFunc(a.Decisions, func(d control.Decision) bool { return d.Choice == c && d.Door == "" })
		if i < 0 {
			return control.Decision{}, false
		}
		return a.Decisions[i], true
	}
	set := func(action abri.Action, sentence string) { a.Action, a.Sentence = action, sentence }
	place := slices.Concat(r.place.Own, r.place.Gateways, r.place.Resolvers)
	trust, trusted := chosen(order.Trust)
	ban, banned := chosen(order.Ban)
	exempt, exempted := chosen(order.Exempt)
	switch {
	case trusted:
		set(abri.ActPass, fmt.Sprintf("passes: %s is trusted by %s", trust.Prefix, trust.By))
		a.Since, a.Until = trust.Since, trust.Until
	case banned:
		set(stop, said+fmt.Sprintf("%s is banned by %s", ban.Prefix, ban.By))
		if ban.Why.Deed != "" {
			set(stop, said+ban.Why.Sentence(abri.English))
		}
		if r.mode == abri.Protect {
			a.Action = abri.ActBan
		}
		a.Since, a.Until = ban.Since, ban.Until
	case slices.Contains(place, a.Address):
		set(abri.ActPass, "passes: it is the box's own address, a gateway or a resolver, which lists never touch")
	case exempted:
		set(abri.ActPass, fmt.Sprintf("passes: %s is released by %s", exempt.Prefix, exempt.By))
		a.Since, a.Until = exempt.Since, exempt.Until
	case len(a.Lists) > 0:
		set(stop, said+a.Lists[0].Sentence(abri.English))
		a.Since = a.Lists[0].Dated
	case slices.ContainsFunc(feed.Reserved(), func(p netip.Prefix) bool { return p.Contains(a.Address) }):
		set(abri.ActPass, "passes: it is private or reserved space, which lists never touch")
	case slices.ContainsFunc(a.Decisions, func(d control.Decision) bool { return d.Door != "" }):
		set(abri.ActPass, "passes, but for what was banned by source and service: see below")
	default:
		set(abri.ActPass, "passes: it is on no list and nobody banned it")
	}
}

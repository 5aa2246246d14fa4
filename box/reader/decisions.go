package reader

import (
	"errors"
	"net/netip"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/detect"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/policy"
)

// decision is a choice that stands, by a person, a detector or the configuration. until is zero for ever.
type decision struct {
	choice order.Choice
	prefix netip.Prefix
	since  time.Time
	until  time.Time
	by     string
	door   abri.Door // of a ban by source and service
	why    abri.Why  // of a ban by a detector: what it saw
}

// what tells it apart.
func (d decision) what() what { return what{d.choice, d.prefix, d.door} }

func (d decision) stands(now time.Time) bool { return d.until.IsZero() || now.Before(d.until) }

// fromConfig names the configuration as the one who decided.
const fromConfig = "configuration"

// standing are the decisions that stand now, those of the configuration included. mu is held.
func (r *Reader) standing(now time.Time) []decision {
	var out []decision
	for _, d := range r.decided {
		if d.stands(now) {
			out = append(out, d)
		}
	}
	for _, p := range r.exempt {
		out = append(out, decision{choice: order.Exempt, prefix: p, since: r.begun, by: fromConfig})
	}
	for _, a := range r.line.operators {
		out = append(out, decision{choice: order.Exempt, prefix: order.Host(a), since: r.begun, by: fromLine})
	}
	for _, p := range r.config.Trusted.Addresses {
		out = append(out, decision{choice: order.Trust, prefix: p, since: r.begun, by: fromConfig})
	}
	return out
}

// wanted is what the kernel should hold of decisions. mu is held.
func (r *Reader) wanted() []order.Decision {
	now := r.now()
	var out []order.Decision
	for _, d := range r.standing(now) {
		o := order.Decision{Choice: d.choice, Prefix: d.prefix, Door: d.door}
		if !d.until.IsZero() {
			o.For = d.until.Sub(now)
		}
		out = append(out, o)
	}
	return out
}

// align makes the kernel hold these decisions and no others.
func (r *Reader) align(wanted []order.Decision) error {
	want := map[what]bool{}
	var errs []error
	for _, d := range wanted {
		want[what{d.Choice, d.Prefix, d.Door}] = true
		errs = append(errs, r.keeper.Decide(d))
	}
	stands, err := r.keeper.Standing()
	errs = append(errs, err)
	for _, d := range stands {
		if !want[what{d.Choice, d.Prefix, d.Door}] {
			errs = append(errs, r.keeper.Withdraw(order.Decision{Choice: d.Choice, Prefix: d.Prefix, Door: d.Door}))
		}
	}
	return errors.Join(errs...)
}

// judgeAnew makes the policy that follows from mode, lists, decisions and place. mu is held.
func (r *Reader) judgeAnew() {
	if r.pipe == nil {
		return
	}
	r.chooseLine()
	r.policy = mustPolicy(r)
	r.pipe.SetPolicy(r.policy)
	r.pipe.SetDomains(r.set)
	r.pipe.SetPage(r.leads())
	r.pipe.SetClosed(r.isClosed())
	r.pipe.SetOwn(r.place.Own)
	r.pipe.SetDecoys(r.place.Decoys)
}

// mustPolicy makes a policy of what was checked already. mu is held.
func mustPolicy(r *Reader) *policy.Policy {
	o := policy.Options{Mode: r.mode, Scanner: detect.ResearchScanner, Guard: guarded.Default().Address}
	if r.set != nil {
		o.Listings = r.set
	}
	for _, d := range r.standing(r.now()) {
		e := policy.Entry{Prefix: d.prefix, Until: d.until, Door: d.door, Why: abri.Why{Evidence: []abri.Evidence{{Name: "by", Value: d.by}}}}
		if d.why.Deed != "" {
			e.Kind, e.Why = abri.Kind(d.why.Deed), d.why
		}
		switch d.choice {
		case order.Ban:
			o.Bans = append(o.Bans, e)
		case order.Exempt:
			o.Exempt = append(o.Exempt, e)
		case order.Trust:
			o.Trusted = append(o.Trusted, e)
		}
	}
	for _, as := range [][]netip.Addr{r.place.Own, r.place.Gateways, r.place.Resolvers} {
		for _, a := range as {
			o.Guarded = append(o.Guarded, policy.Entry{Prefix: order.Host(a)})
		}
	}
	for _, a := range r.line.operators {
		o.Guarded = append(o.Guarded, policy.Entry{Prefix: order.Host(a)})
	}
	for _, t := range r.config.Ports.Telephone {
		o.Guarded = append(o.Guarded, policy.Entry{Prefix: t})
	}
	p, err := policy.New(o)
	if err != nil {
		r.log.Error("the policy can't be made; that before stands", "err", err)
		return r.policy
	}
	return p
}

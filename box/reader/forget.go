package reader

import (
	"context"
	"fmt"
	"net/netip"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
)

// Forget takes bans and releases of exactly this prefix back, at once and over a restart, and gives what was. What the
// configuration says stays, and is the file's to change.
func (r *Reader) Forget(ctx context.Context, who control.Who, p netip.Prefix) ([]order.Choice, error) {
	r.mu.Lock()
	now := r.now()
	var were []decision
	var kept bool
	var wider netip.Prefix
	for _, d := range r.standing(now) {
		switch {
		case d.prefix == p && d.by == fromConfig:
			kept = true
		case d.prefix == p:
			were = append(were, d)
		case d.by != fromConfig && d.prefix.Overlaps(p) && d.prefix.Bits() < p.Bits():
			wider = d.prefix
		}
	}
	r.mu.Unlock()
	if len(were) == 0 {
		return nil, nothingToForget(p, wider, kept)
	}
	var out []order.Choice
	for _, d := range were {
		if err := r.withdraw(ctx, who, order.Decision{Choice: d.choice, Prefix: p, Door: d.door}); err != nil {
			return out, err
		}
		out = append(out, d.choice)
	}
	if kept { // the kernel holds one entry for both
		r.mu.Lock()
		wanted := r.wanted()
		r.mu.Unlock()
		return out, r.align(wanted)
	}
	return out, nil
}

func nothingToForget(p, wider netip.Prefix, kept bool) error {
	e := &abri.Error{Code: abri.CodeNotFound, What: fmt.Sprintf("nobody banned or released %s", p), Remedy: "`abri why` shows what was decided of an address"}
	switch {
	case kept:
		e = &abri.Error{Code: abri.CodeRefused, What: fmt.Sprintf("the configuration says it of %s", p), Remedy: "change the file, then systemctl reload abri"}
	case wider.IsValid():
		e.Remedy = fmt.Sprintf("it lies in %s: `abri forget %s`", wider, wider)
	}
	return e
}

// releases is how many releases by people stand. mu is held.
func (r *Reader) releases() (n int) {
	now := r.now()
	for _, d := range r.decided {
		if d.choice == order.Exempt && d.stands(now) {
			n++
		}
	}
	return n
}

package reader

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
	"abri.example/abri/weather"
)

// Version is the version of the program, set by whoever starts the reader.
var Version = "development"

var _ control.Box = (*Reader)(nil)

// serveControl answers people at the control socket.
func (r *Reader) serveControl(ctx context.Context) error {
	r.mu.Lock()
	path := filepath.Join(r.config.Box.Run, control.SocketName)
	r.mu.Unlock()
	l, err := control.Listen(path, os.Getgid())
	if err != nil {
		return err
	}
	return control.Serve(ctx, l, r)
}

// Status is what the box does now.
func (r *Reader) Status(context.Context) (control.Status, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rep := r.today.report
	s := control.Status{
		Name: r.config.Box.Name, Version: Version, Mode: r.mode, Uptime: time.Since(r.begun),
		Wanted4: r.kernel.wanted4, Wanted6: r.kernel.wanted6, WantedNames: r.kernel.wantedNames, Kernel: r.kernel.Counters,
		Weather: control.Weather{Sky: rep.Sky, Points: rep.Points, Sentence: weather.Sentence(rep, abri.English)},
		Attacks: rep.Attacks, Neutralised: rep.Neutralised, Noise: rep.Noise, Releases: r.releases(), Troubles: []string{}, Lists: []control.List{},
	}
	s.Memory = memory(os.Getpid(), os.Getppid())
	s.Memory.Maps = r.kernel.MapBytes
	for _, l := range r.lists {
		s.Lists = append(s.Lists, control.List{Name: l.Name, Publisher: l.Publisher, Entries: l.Entries, Refused: l.Refused, Dated: l.Dated, Trouble: l.Trouble})
	}
	for _, t := range r.trouble.all() {
		s.Troubles = append(s.Troubles, fmt.Sprintf("%s since %s: %s", t.Code, t.At.Format(time.DateTime), t.Detail))
	}
	return s, nil
}

// Ban drops a prefix at once, and keeps the ban over a restart.
func (r *Reader) Ban(ctx context.Context, who control.Who, p netip.Prefix, lasting time.Duration) error {
	return r.decide(ctx, who, order.Decision{Choice: order.Ban, Prefix: p, For: lasting})
}

// Release takes bans of the prefix back and keeps lists from it, at once and over a restart. A wider ban is named and
// not touched.
func (r *Reader) Release(ctx context.Context, who control.Who, p netip.Prefix, lasting time.Duration) error {
	release := order.Decision{Choice: order.Exempt, Prefix: p, For: lasting}
	if err := release.Check(); err != nil {
		return err // before anything is taken back
	}
	r.mu.Lock()
	var narrower []decision
	for _, d := range r.standing(r.now()) {
		if d.choice != order.Ban {
			continue
		}
		if d.prefix.Bits() < p.Bits() && d.prefix.Contains(p.Addr()) {
			r.mu.Unlock()
			return &abri.Error{Code: abri.CodeRefused, What: fmt.Sprintf("%s lies in the banned %s", p, d.prefix), Remedy: "release " + d.prefix.String() + " first"}
		}
		if p.Contains(d.prefix.Addr()) {
			narrower = append(narrower, d)
		}
	}
	r.mu.Unlock()
	for _, b := range narrower {
		if err := r.withdraw(ctx, who, order.Decision{Choice: order.Ban, Prefix: b.prefix, Door: b.door}); err != nil {
			return err
		}
		r.forgive(ctx, b)
	}
	return r.decide(ctx, who, release)
}

// decide puts a decision in force first, then writes it down; one that can't be written down is told, and stands until
// the next restart.
func (r *Reader) decide(ctx context.Context, who control.Who, d order.Decision) error {
	if err := d.Check(); err != nil {
		return err
	}
	r.mu.Lock()
	err := r.sparesOperator(d)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	if err := r.keeper.Decide(d); err != nil {
		return err
	}
	now := r.now()
	kept := decision{choice: d.Choice, prefix: d.Prefix, since: now, by: who.Name}
	if d.For > 0 {
		kept.until = now.Add(d.For)
	}
	r.mu.Lock()
	r.decided = slices.DeleteFunc(r.decided, func(x decision) bool {
		return x.what() == what{d.Choice, d.Prefix, d.Door} || !x.stands(now)
	})
	r.decided = append(r.decided, kept)
	r.judgeAnew()
	r.mu.Unlock()
	return r.writeDown(func(s *store.Store) error {
		return s.Decide(ctx, store.Decision{Rule: ruleOf(d.Choice), Prefix: d.Prefix, Until: kept.until, By: who.Name, At: now})
	})
}

func (r *Reader) withdraw(ctx context.Context, who control.Who, d order.Decision) error {
	if err := r.keeper.Withdraw(d); err != nil {
		return err
	}
	r.mu.Lock()
	r.decided = slices.DeleteFunc(r.decided, func(x decision) bool { return x.what() == what{d.Choice, d.Prefix, d.Door} })
	r.judgeAnew()
	r.mu.Unlock()
	return r.writeDown(func(s *store.Store) error {
		err := s.Withdraw(ctx, ruleOf(d.Choice), d.Prefix, who.Name, r.now())
		if abri.CodeOf(err) == abri.CodeNotFound {
			return nil
		}
		return err
	})
}

func ruleOf(c order.Choice) abri.Rule {
	for rule, choice := range choices {
		if choice == c {
			return rule
		}
	}
	return ""
}

func (r *Reader) writeDown(write func(*store.Store) error) error {
	err := error(&abri.Error{Code: abri.CodeUnavailable, What: "there is no store"})
	if s := r.record.opened(); s != nil {
		err = write(s)
	}
	if err != nil {
		return &abri.Error{Code: abri.CodeOf(err), What: "it is in force, but could not be written down, and ends with the next restart", Err: err}
	}
	return nil
}

// SetMode switches the box at once, and over a restart as long as the configuration says what it says now.
func (r *Reader) SetMode(ctx context.Context, who control.Who, m abri.Mode) error {
	if err := r.keeper.Mode(m); err != nil {
		return err
	}
	r.mu.Lock()
	r.mode = m
	configured := r.config.Box.Mode
	r.judgeAnew()
	r.mu.Unlock()
	r.watch.tell()
	return r.writeDown(func(*store.Store) error { return r.record.keepMode(ctx, m, configured, who.Name) })
}

package reader

import (
	"context"
	"encoding/json"
	"net/netip"
	"reflect"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
)

// wantedLine is what the kernel should know of the telephone line: it lasts when nobody is there who could say it. mu is
// held.
func (r *Reader) wantedLine(now time.Time) order.Line {
	l := order.Line{Hold: r.line.Refuses(now), Devices: r.line.Line.Operators.Devices()}
	for _, p := range r.config.Ports.Telephone {
		l.Operators = append(l.Operators, p.Masked())
	}
	for _, a := range r.line.learnt() {
		l.Operators = append(l.Operators, order.Host(a))
	}
	for _, d := range r.line.Line.Doors.All() {
		b := order.Book(d)
		if (order.Line{Books: []order.Book{b}}).Check() == nil {
			l.Books = append(l.Books, b)
		}
	}
	return l
}

// noteLine has the keeper told when what it should know of the line has changed. mu is held.
func (r *Reader) noteLine(now time.Time) {
	l := r.wantedLine(now)
	if reflect.DeepEqual(l, r.line.told) {
		return
	}
	r.line.told = l
	go func() { // an order takes its time, and mu is held here
		if err := r.follow(); err != nil {
			r.log.Error("the gate does not know the telephone line; it is tried again", "err", err)
			r.mu.Lock()
			r.line.told = order.Line{}
			r.mu.Unlock()
		}
	}()
}

// follow tells the keeper what the kernel should know of the line.
func (r *Reader) follow() error {
	r.following.Lock()
	defer r.following.Unlock()
	r.mu.Lock()
	l := r.wantedLine(r.now())
	r.line.told = l
	r.mu.Unlock()
	return r.keeper.Line(l)
}

// unbanOperators takes bans back that stand on servers that turned out to be the operator's. mu is held.
func (r *Reader) unbanOperators(operators []netip.Addr) {
	for _, d := range slices.Clone(r.decided) {
		if d.choice != order.Ban || !slices.ContainsFunc(operators, d.prefix.Contains) {
			continue
		}
		r.decided = slices.DeleteFunc(r.decided, func(x decision) bool { return x.what() == d.what() })
		r.log.Warn("a ban is taken back: the telephone operator is there, by whom help is called", "prefix", d.prefix, "by", d.by)
		go func() {
			err := r.keeper.Withdraw(order.Decision{Choice: order.Ban, Prefix: d.prefix, Door: d.door})
			if s := r.record.opened(); err == nil && s != nil {
				err = s.Withdraw(context.Background(), abri.RuleBan, d.prefix, fromLine, r.now())
			}
			if err != nil {
				r.log.Error("the ban is not taken back yet", "prefix", d.prefix, "err", err)
			}
		}()
	}
}

// keyTelephones is under which key the store has the devices that telephone.
const keyTelephones = "telephones"

// recallTelephones takes up which devices telephone, as an earlier life knew it.
func (r *Reader) recallTelephones(ctx context.Context, s *store.Store) {
	text, known, err := s.Recall(ctx, keyTelephones)
	r.record.did(err)
	var all []netip.Addr
	if !known || json.Unmarshal([]byte(text), &all) != nil {
		return
	}
	for _, a := range all {
		r.line.Line.Operators.RecallDevice(r.now(), a)
	}
	r.line.devices = all
}

// rememberTelephones writes down which devices telephone, when that has changed.
func (r *Reader) rememberTelephones(ctx context.Context, s *store.Store, all []netip.Addr) {
	if slices.Equal(all, r.line.devices) {
		return
	}
	text, err := json.Marshal(all)
	if err == nil {
		err = s.Remember(ctx, keyTelephones, string(text))
	}
	if err != nil {
		r.log.Warn("the devices that telephone are not remembered", "err", err)
		return
	}
	r.line.devices = all
}

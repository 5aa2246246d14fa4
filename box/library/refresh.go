package library

import (
	"context"
	"errors"
	"time"

	"abri.example/abri"
	"abri.example/abri/feed"
)

// Refresh asks every publisher whose list is due, calls changed after each list that changed (so that one slow publisher
// does not keep the others' lists waiting), and reports whether any did. A list that can't be had leaves its last copy
// and says so in its Report.
func (l *Library) Refresh(ctx context.Context, now func() time.Time, changed func()) (any bool) {
	for _, b := range l.all() {
		if b.want.URL == "" || ctx.Err() != nil || !l.visit(ctx, b, now()) {
			continue
		}
		any = true
		changed()
	}
	return any
}

// visit asks one publisher when that is due, and drops a copy that has just become too old.
func (l *Library) visit(ctx context.Context, b *book, now time.Time) (changed bool) {
	src, state := l.source(b), l.shelf.State(b.want.Name)
	switch {
	case !src.Due(state, l.options.Salt, now).After(now):
		return l.fetch(ctx, b, now)
	case l.listOf(b) != nil && src.Expired(state, now):
		l.open(b, now)
		return true
	}
	return false
}

// RefreshNow asks the publisher of one list, or of every list when name is empty, whatever is due; files are read again.
func (l *Library) RefreshNow(ctx context.Context, name string, now time.Time) (changed bool, err error) {
	books := l.all()
	if name != "" {
		b, err := l.find(name)
		if err != nil {
			return false, err
		}
		books = []*book{b}
	}
	for _, b := range books {
		if b.want.URL == "" {
			before := l.listOf(b)
			l.open(b, now)
			changed = changed || l.listOf(b) != before
			continue
		}
		changed = l.fetch(ctx, b, now) || changed
		if trouble := l.shelf.State(b.want.Name).Trouble; trouble != "" {
			err = errors.Join(err, &abri.Error{Code: abri.CodeUnavailable, Place: b.want.Name, What: trouble})
		}
	}
	return changed, err
}

// Accept takes the version of a list that waits for a person, or a file that lists nothing any more.
func (l *Library) Accept(name string, now time.Time) error {
	b, err := l.find(name)
	if err != nil {
		return err
	}
	l.fetching.Lock()
	defer l.fetching.Unlock()
	if b.want.File != "" {
		l.reading.Lock()
		defer l.reading.Unlock()
		l.openFile(b, true)
		return b.trouble
	}
	err = l.shelf.Accept(name)
	l.openNew(b, now)
	return err
}

// fetch asks one publisher and reads what came.
func (l *Library) fetch(ctx context.Context, b *book, now time.Time) bool {
	l.mu.Lock()
	get := l.get
	l.mu.Unlock()
	if get == nil {
		return false // no settings could be used yet; Use said why
	}
	l.fetching.Lock()
	defer l.fetching.Unlock()
	changed, err := l.shelf.Refresh(ctx, get, l.source(b), now)
	if err != nil && ctx.Err() == nil {
		l.options.Log.Warn("a list can't be fetched; its last copy stands", "list", b.want.Name, "err", err)
	}
	if !changed {
		l.open(b, now)
		return false
	}
	l.openNew(b, now)
	l.options.Log.Info("a list is fetched", "list", b.want.Name, "entries", l.report(b, now).Entries)
	return true
}

// openNew reads a new version, and tells of it.
func (l *Library) openNew(b *book, now time.Time) {
	before := l.listOf(b)
	l.open(b, now)
	next := l.listOf(b)
	if l.options.Changed != nil && next != nil && next != before && next.Standing() == feed.Sound && !b.want.Observe {
		l.options.Changed(b.want.Name, before, next)
	}
}

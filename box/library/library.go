// Package library keeps every threat list of one box: those of files, those fetched, those of the catalogue, and those
// that a person added at the console. It reads what changed and nothing else, asks publishers when they are due, and
// tells of each list what became of it.
//
//	configuration, added ─→ wanted ─→ file or shelf ─→ feed.List ─┐
//	                                                              ├→ feed.Merge → Set
//	                    publisher ─→ shelf ─→ feed.List ──────────┘
//
// Its borders: it enforces nothing and shows nothing; the reader takes its Set and its Reports.
package library

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"sync"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/feed"
	"abri.example/abri/feed/shelf"
)

// Options set up a Library. Dir is the folder of the shelf. Salt is the box's own word, which spreads the fetches of
// many boxes. Getter makes the client from the settings; it is called at each Use. Contacts, when it is given, are those
// that a new version of a list is held against before it is enforced. Changed, when it is given, is told of each fetched
// list that may be enforced and whose entries changed; before is nil at its first fetch.
type Options struct {
	Dir      string
	Salt     string
	Guard    *feed.Guard
	Getter   func(config.Fetch) (shelf.Getter, error)
	Contacts func() []Contact
	Changed  func(name string, before, next *feed.List)
	Log      *slog.Logger
}

// Library holds the lists of one box. It is safe for concurrent use; fetches go one after the other.
type Library struct {
	options Options
	shelf   *shelf.Shelf
	fetches sync.Mutex // one fetch or reading at a time

	mu    sync.Mutex
	get   shelf.Getter
	books []*book // in the order of the configuration, which is their rank
}

// book is one list: what is wanted, and what was read of it.
type book struct {
	want    config.List
	added   bool // by a person at the console
	list    *feed.List
	state   shelf.State
	read    time.Time // the file's time when it was read
	size    int64
	trouble error
}

// Open makes a library with nothing in it. A folder that can't be used is the error: files are read all the same, and
// what is fetched is not kept until it can be.
func Open(o Options) (*Library, error) {
	s, err := shelf.Open(o.Dir, o.Guard)
	return &Library{options: o, shelf: s}, err
}

// Use says which lists are wanted from now on. What was read of a list that is wanted as before is kept. Settings of the
// fetching that can't be used are the error; the lists at hand stand all the same.
func (l *Library) Use(lists, added []config.List, how config.Fetch) error {
	l.fetches.Lock()
	defer l.fetches.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.books
	l.books = nil
	take := func(w config.List, added bool) {
		if slices.ContainsFunc(l.books, func(b *book) bool { return b.want.Name == w.Name }) {
			return // the configuration speaks first
		}
		fresh := &book{want: w, added: added}
		if i := slices.IndexFunc(before, func(b *book) bool { return b.want == w }); i >= 0 {
			fresh = before[i]
			fresh.added = added
		}
		l.books = append(l.books, fresh)
	}
	for _, w := range lists {
		take(w, false)
	}
	for _, w := range added {
		take(w, true)
	}
	get, err := l.options.Getter(how)
	if err == nil {
		l.get = get
	}
	return err
}

// Read reads what changed of files and shelf since the last time, and joins all that may be enforced into a set.
func (l *Library) Read(now time.Time) *feed.Set {
	l.fetches.Lock()
	defer l.fetches.Unlock()
	for _, b := range l.all() {
		l.open(b, now)
	}
	return l.merge()
}

// Refresh asks every publisher whose list is due, and reports whether any list changed. A list that can't be had leaves
// its last copy and says so in its Report.
func (l *Library) Refresh(ctx context.Context, now func() time.Time) (changed bool) {
	for _, b := range l.all() {
		if b.want.URL == "" || ctx.Err() != nil {
			continue
		}
		l.fetches.Lock()
		if at := now(); !l.source(b).Due(l.shelf.State(b.want.Name), l.options.Salt, at).After(at) {
			changed = l.fetch(ctx, b, at) || changed
		} else if b.list != nil && l.source(b).Expired(b.state, at) {
			l.open(b, at) // it just became too old
			changed = true
		}
		l.fetches.Unlock()
	}
	return changed
}

// RefreshNow asks the publisher of one list, or of every list when name is empty, whatever is due.
func (l *Library) RefreshNow(ctx context.Context, name string, now time.Time) (changed bool, err error) {
	l.fetches.Lock()
	defer l.fetches.Unlock()
	found := false
	for _, b := range l.all() {
		if name != "" && b.want.Name != name {
			continue
		}
		found = true
		if b.want.URL == "" {
			b.read = time.Time{} // a file is read again
			l.open(b, now)
			changed = true
			continue
		}
		changed = l.fetch(ctx, b, now) || changed
		err = errors.Join(err, l.troubleOf(b))
	}
	if !found {
		return false, notFound(name)
	}
	return changed, err
}

// Accept takes the version of a list that waits for a person.
func (l *Library) Accept(name string, now time.Time) error {
	l.fetches.Lock()
	defer l.fetches.Unlock()
	for _, b := range l.all() {
		if b.want.Name == name {
			err := l.shelf.Accept(name)
			l.openNew(b, now)
			return err
		}
	}
	return notFound(name)
}

// Forget clears the shelf of a list that is not wanted any more.
func (l *Library) Forget(name string) error { return l.shelf.Remove(name) }

func notFound(name string) error {
	return &abri.Error{Code: abri.CodeNotFound, Place: name, What: "no list of this name is in use", Remedy: "see `abri lists`"}
}

// all are the lists as they stand now.
func (l *Library) all() []*book {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.books)
}

// fetch asks one publisher and reads what came. fetches is held.
func (l *Library) fetch(ctx context.Context, b *book, now time.Time) bool {
	if l.get == nil {
		return false // no settings could be used yet; Use said why
	}
	changed, err := l.shelf.Refresh(ctx, l.get, l.source(b), now)
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

// openNew reads a new version, and tells of it. fetches is held.
func (l *Library) openNew(b *book, now time.Time) {
	before := b.list
	l.open(b, now)
	if l.options.Changed != nil && b.list != nil && b.list != before && b.list.Standing() == feed.Sound && !b.want.Observe {
		l.options.Changed(b.want.Name, before, b.list)
	}
}

// open reads a list from its file or the shelf, when that changed. fetches is held.
func (l *Library) open(b *book, now time.Time) {
	var list *feed.List
	var state shelf.State
	var err error
	at, size, fresh := l.stamp(b)
	if b.want.File != "" {
		if b.list != nil && fresh && at.Equal(b.read) && size == b.size {
			return
		}
		list, err = l.openFile(b, at)
	} else {
		list, state, err = l.openCopy(b, now)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b.list, b.state, b.trouble, b.read, b.size = list, state, err, at, size
}

// stamp is the time and length of a list's file.
func (l *Library) stamp(b *book) (at time.Time, size int64, ok bool) {
	if b.want.File == "" {
		return l.shelf.State(b.want.Name).Fetched, 0, true
	}
	st, err := os.Stat(b.want.File)
	if err != nil {
		return time.Time{}, 0, false
	}
	return st.ModTime(), st.Size(), true
}

func (l *Library) openFile(b *book, dated time.Time) (*feed.List, error) {
	f, err := os.Open(b.want.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info := info(b.want)
	info.Dated = dated
	return l.options.Guard.Parse(f, info)
}

// openCopy reads the shelf's copy, but for one that stands as it was read.
func (l *Library) openCopy(b *book, now time.Time) (*feed.List, shelf.State, error) {
	src := l.source(b)
	state := l.shelf.State(b.want.Name)
	same := b.list != nil && state.Dated.Equal(b.state.Dated) && state.Size == b.state.Size && state.URL == b.state.URL
	if same && !src.Expired(state, now) {
		return b.list, state, nil
	}
	return l.shelf.Read(src, now)
}

// merge joins what may be enforced or observed.
func (l *Library) merge() *feed.Set {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lists []*feed.List
	for _, b := range l.books {
		if b.list != nil && b.list.Standing() == feed.Sound {
			lists = append(lists, b.list)
		}
	}
	return feed.Merge(lists, nil)
}

// Set joins the lists as they stand.
func (l *Library) Set() *feed.Set { return l.merge() }

func info(w config.List) feed.Info {
	return feed.Info{Name: w.Name, Publisher: w.Publisher, Inward: w.Inward, Outward: w.Outward, Format: feed.Format(w.Format), Observe: w.Observe}
}

func (l *Library) source(b *book) shelf.Source {
	src := shelf.Source{Info: info(b.want), URL: b.want.URL, Plain: b.want.Plain, Interval: b.want.Every, Expiry: b.want.Expiry}
	if l.options.Contacts != nil && rehearsed(b.want) {
		src.Rehearse = func(next *feed.List) string { return rehearsal(b.list, next, l.options.Contacts()) }
	}
	return src
}

func (l *Library) troubleOf(b *book) error {
	state := l.shelf.State(b.want.Name)
	if state.Trouble == "" {
		return nil
	}
	return &abri.Error{Code: abri.CodeUnavailable, Place: b.want.Name, What: state.Trouble}
}

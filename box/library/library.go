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
	"log/slog"
	"slices"
	"sync"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/config"
	"abri.example/abri/feed"
	"abri.example/abri/feed/catalogue"
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

// Library holds the lists of one box. It is safe for concurrent use: a publisher who takes his time holds up other
// publishers, and nobody else.
type Library struct {
	options Options
	shelf   *shelf.Shelf
	kept    kept

	fetching sync.Mutex // one question to a publisher at a time; taken before reading
	reading  sync.Mutex // one reading of a file or copy at a time; taken before mu

	mu    sync.Mutex
	get   shelf.Getter
	books []*book   // in the order of the configuration, which is their rank
	set   *feed.Set // as it was last joined; nil before
}

// book is one list: what is wanted, and what was read of it. want never changes; the rest is the library's mu's.
type book struct {
	want    config.List
	added   bool // by a person at the console
	list    *feed.List
	state   shelf.State // of the copy that was read
	read    time.Time   // the file's time when it was read
	size    int64       // and its length
	trouble error
}

// Open makes a library with nothing in it. A folder that can't be used is the error: files are read all the same, and
// what is fetched is not kept until it can be.
func Open(o Options) (*Library, error) {
	s, err := shelf.Open(o.Dir, o.Guard)
	return &Library{options: o, shelf: s, kept: kept(o.Dir)}, err
}

// Use says which lists are wanted from now on. What was read of a list that is wanted as before is kept. Settings of the
// fetching that can't be used are the error; the lists at hand stand all the same.
func (l *Library) Use(lists, added []config.List, how config.Fetch) error {
	get, err := l.options.Getter(how)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		l.get = get
	}
	before := l.books
	l.books = nil
	var files []string
	for i, w := range slices.Concat(lists, added) {
		if slices.ContainsFunc(l.books, func(b *book) bool { return b.want.Name == w.Name }) {
			continue // the configuration speaks first
		}
		b := &book{want: w}
		if at := slices.IndexFunc(before, func(b *book) bool { return b.want == w }); at >= 0 {
			b = before[at]
		}
		b.added = i >= len(lists)
		l.books = append(l.books, b)
		if w.File != "" {
			files = append(files, w.Name)
		}
	}
	l.kept.only(ofList, files)
	return err
}

// Forget clears the shelf of a list that is not wanted any more.
func (l *Library) Forget(name string) error {
	l.fetching.Lock()
	defer l.fetching.Unlock()
	return l.shelf.Remove(name)
}

// Set joins the lists as they were last read: what may be enforced, and what only observes. What did not change since the
// last Set is shared with it.
func (l *Library) Set() *feed.Set {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lists []*feed.List
	for _, b := range l.books {
		if b.list != nil && b.list.Standing() == feed.Sound {
			lists = append(lists, b.list)
		}
	}
	l.set = l.set.Next(lists, nil)
	return l.set
}

// all are the lists as they stand now.
func (l *Library) all() []*book {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.books)
}

// find gives the list of a name.
func (l *Library) find(name string) (*book, error) {
	for _, b := range l.all() {
		if b.want.Name == name {
			return b, nil
		}
	}
	return nil, &abri.Error{Code: abri.CodeNotFound, Place: name, What: "no list of this name is in use", Remedy: "see `abri lists`"}
}

// listOf is what was last read of a list, and nil when there is nothing.
func (l *Library) listOf(b *book) *feed.List {
	l.mu.Lock()
	defer l.mu.Unlock()
	return b.list
}

func info(w config.List) feed.Info {
	known, _ := catalogue.Find(w.Name)
	return feed.Info{
		Name: w.Name, Publisher: w.Publisher, Inward: w.Inward, Outward: w.Outward, Format: feed.Format(w.Format), Observe: w.Observe,
		Resolvers: w.Observe && known.Holds == catalogue.Resolvers,
	}
}

func (l *Library) source(b *book) shelf.Source {
	src := shelf.Source{Info: info(b.want), URL: b.want.URL, Plain: b.want.Plain, Interval: b.want.Every, Expiry: b.want.Expiry}
	if l.options.Contacts != nil && rehearsed(b.want) {
		src.Rehearse = func(next *feed.List) string { return rehearsal(l.listOf(b), next, l.options.Contacts()) }
	}
	return src
}

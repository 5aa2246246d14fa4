package library

import (
	"time"

	"abri.example/abri/feed"
	"abri.example/abri/feed/shelf"
)

// Read reads what changed of files and shelf since the last time, and joins all that may be enforced into a set.
func (l *Library) Read(now time.Time) *feed.Set {
	for _, b := range l.all() {
		l.open(b, now)
	}
	return l.Set()
}

// open reads a list from its file or the shelf, as far as it changed.
func (l *Library) open(b *book, now time.Time) {
	l.reading.Lock()
	defer l.reading.Unlock()
	if b.want.File != "" {
		l.openFile(b, false)
	} else {
		l.openCopy(b, now)
	}
}

// openCopy reads the shelf's copy, when it is another than the one that was read, or too old by now. reading is held.
func (l *Library) openCopy(b *book, now time.Time) {
	src := l.source(b)
	state := l.shelf.State(b.want.Name)
	same := b.list != nil && state.Dated.Equal(b.state.Dated) && state.Size == b.state.Size && state.URL == b.state.URL
	if same && !src.Expired(state, now) {
		l.settle(b, b.list, state, state.Dated, 0, nil)
		return
	}
	list, state, err := l.shelf.Read(src, now)
	l.settle(b, list, state, state.Dated, 0, err)
}

// settle keeps what came of a reading.
func (l *Library) settle(b *book, list *feed.List, state shelf.State, read time.Time, size int64, trouble error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b.list, b.state, b.read, b.size, b.trouble = list, state, read, size, trouble
}

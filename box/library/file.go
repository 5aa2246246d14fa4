package library

import (
	"fmt"
	"time"

	"abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/feed/shelf"
)

// version is a file's list as it was read once.
type version struct {
	list  *feed.List
	read  time.Time // the file's time
	bytes int64
}

// openFile reads a file that is not as it was. One that can't be read, is no list, may not be enforced, or lists nothing
// any more, leaves the last good version, be it of an earlier life, and is the book's trouble. A person who accepts takes
// a file that lists nothing. reading is held.
func (l *Library) openFile(b *book, accepted bool) {
	src, err := l.kept.open(ofList, b.want.Name, b.want.File)
	if err == nil {
		defer src.close()
		if b.list != nil && b.trouble == nil && b.read.Equal(src.info.ModTime()) && b.size == src.info.Size() {
			return
		}
	}
	last, next := l.lastGood(b), version{}
	if err == nil {
		next, err = l.parse(b, src)
	}
	if err == nil {
		err = worse(b.want.Name, last.list, next.list, accepted)
	}
	if err != nil {
		l.settle(b, last.list, shelf.State{}, last.read, last.bytes, err)
		return
	}
	l.settle(b, next.list, shelf.State{}, next.read, next.bytes, nil)
	if next.list.Standing() != feed.Sound {
		return
	}
	if err := src.keep(); err != nil {
		l.options.Log.Warn("no copy of a list's file can be kept; without the file it is lost at a restart", "list", b.want.Name, "err", err)
	}
}

func (l *Library) parse(b *book, src *source) (version, error) {
	info := info(b.want)
	info.Dated, info.Exceptions = src.info.ModTime(), true
	list, err := l.options.Guard.Parse(src, info)
	return version{list, src.info.ModTime(), src.info.Size()}, err
}

// lastGood is what the box goes by while a file is bad: what it read before, or the copy of an earlier life. reading is
// held.
func (l *Library) lastGood(b *book) version {
	if b.list != nil && b.list.Standing() == feed.Sound {
		return version{b.list, b.read, b.size}
	}
	src, err := kept("").open(ofList, b.want.Name, l.kept.path(ofList, b.want.Name))
	if err != nil {
		return version{}
	}
	defer src.close()
	v, err := l.parse(b, src)
	if err != nil || v.list.Standing() != feed.Sound {
		return version{}
	}
	return v
}

// worse says why the next version of a file may not take the place of the last good one.
func worse(name string, last, next *feed.List, accepted bool) error {
	if last == nil {
		return nil
	}
	switch {
	case next.Standing() != feed.Sound:
		return &abri.Error{Code: abri.CodeRefused, Place: name,
			What: fmt.Sprintf("%d lines of the file name services that a site cannot do without; the version before it stands", next.Guarded())}
	case next.Len() == 0 && last.Len() > 0 && !accepted:
		return &abri.Error{Code: abri.CodeRefused, Place: name,
			What:   fmt.Sprintf("the file lists nothing, and %d entries before; those stand", last.Len()),
			Remedy: "mend the file, or take it as it is with `abri lists accept " + name + "`"}
	}
	return nil
}

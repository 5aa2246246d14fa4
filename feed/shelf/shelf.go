// Package shelf keeps the last good copy of every fetched list on disk, and decides what may replace it. A box starts
// from its shelf without a network, and goes on with it when a publisher is away or sends something else than a list.
//
//	publisher → Getter → temporary file → Guard.Parse → weighed against the copy ─┬→ takes its place
//	                                                                             └→ is held for a person
//
// Each list has three files: NAME.list (the copy), NAME.held (a version that waits), NAME.json (what is known of it).
// All are replaced by renaming, so that a power cut leaves the old or the new.
//
// Its borders: it fetches through a Getter, has no clock (time is an argument) and starts nothing by itself.
package shelf

import (
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/feed"
)

// Source is one list that is fetched. Interval is how often, Expiry how long its copy is used when nothing comes.
// Rehearse, when there is one, says why a new version must wait for a person, or nothing.
type Source struct {
	Info     feed.Info
	URL      string
	Plain    bool
	Interval time.Duration
	Expiry   time.Duration
	Rehearse func(next *feed.List) string
}

// Shelf is a folder of lists. One goroutine may use one list at a time; different lists may be used at once.
type Shelf struct {
	dir   string
	guard *feed.Guard
}

const (
	temporary = ".tmp"
	good      = ".list"
	waiting   = ".held"
	known     = ".json"
)

// Open takes a folder, makes it when it is absent, and clears away what an interrupted fetch left. With an error the
// shelf is empty and keeps nothing until the folder can be used; it tries again at each fetch.
func Open(dir string, guard *feed.Guard) (*Shelf, error) {
	s := &Shelf{dir: dir, guard: guard}
	if err := s.make(); err != nil {
		return s, err
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"+temporary))
	for _, f := range left {
		err = errors.Join(err, os.Remove(f))
	}
	if err != nil {
		return s, &abri.Error{Code: abri.CodeUnavailable, Place: dir, What: "the folder of the lists cannot be cleared", Err: err}
	}
	return s, nil
}

func (s *Shelf) make() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, Place: s.dir, What: "the folder of the lists cannot be made", Err: err}
	}
	return nil
}

// path is the file of a list; the name is made fit for a file's.
func (s *Shelf) path(name, ending string) string {
	return filepath.Join(s.dir, "l-"+strings.ReplaceAll(url.PathEscape(name), "*", "%2A")+ending)
}

// Read gives the good copy of a list, parsed. Dated is the day of the copy. Errors: CodeNotFound when nothing was
// fetched yet, CodeUnavailable when the copy is older than its expiry, and those of feed.Parse.
func (s *Shelf) Read(src Source, now time.Time) (*feed.List, State, error) {
	st := s.State(src.Info.Name)
	switch {
	case st.Fetched.IsZero() && st.Held != nil:
		return nil, st, &abri.Error{Code: abri.CodeNotFound, Place: src.Info.Name, What: "the first version waits: " + st.Held.Why}
	case st.Fetched.IsZero():
		return nil, st, &abri.Error{Code: abri.CodeNotFound, Place: src.Info.Name, What: "the list was not fetched yet"}
	}
	if src.Expired(st, now) {
		return nil, st, &abri.Error{Code: abri.CodeUnavailable, Place: src.Info.Name,
			What: "the last copy is of " + st.Fetched.Format(time.DateOnly) + ", too old to be believed", Remedy: "see why it cannot be fetched, or take another list"}
	}
	src.Info.Dated = st.Dated
	list, err := s.parse(s.path(src.Info.Name, good), src.Info)
	return list, st, err
}

func (s *Shelf) parse(path string, info feed.Info) (*feed.List, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, Place: path, What: "the copy of the list cannot be read", Err: err}
	}
	defer f.Close()
	return s.guard.Parse(f, info)
}

// Accept puts the version that waits into the place of the copy, because a person looked at it.
func (s *Shelf) Accept(name string) error {
	st := s.State(name)
	if st.Held == nil {
		return &abri.Error{Code: abri.CodeNotFound, Place: name, What: "no version of this list waits", Remedy: "see `abri lists`"}
	}
	return s.promote(name, st)
}

// promote puts the waiting version into the place of the copy.
func (s *Shelf) promote(name string, st State) error {
	if err := os.Rename(s.path(name, waiting), s.path(name, good)); err != nil {
		return &abri.Error{Code: abri.CodeUnavailable, Place: name, What: "the waiting version cannot be put in place", Err: err}
	}
	st.Size, st.Dated, st.Held = st.Held.Size, st.Held.Dated, nil
	if st.Fetched.IsZero() {
		st.Fetched = st.Tried // the first version waited since then
	}
	return s.save(name, st)
}

// Remove forgets a list. One that is not there is forgotten already.
func (s *Shelf) Remove(name string) error {
	var err error
	for _, ending := range []string{good, waiting, known} {
		if e := os.Remove(s.path(name, ending)); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// write fills a file beside path by way of a temporary one and gives it its name when it is whole on the disk.
func write(path string, fill func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*"+temporary)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails, as it should, once the file has its name
	err = errors.Join(fill(f), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

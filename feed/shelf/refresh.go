package shelf

import (
	"context"
	"io"
	"net/http"
	"os"
	"time"

	"abri.example/abri/feed"
	"abri.example/abri/feed/fetch"
)

// Getter gets a list from its publisher; *fetch.Client is one.
type Getter interface {
	Get(ctx context.Context, r fetch.Request, out io.Writer) (fetch.Answer, error)
}

// Refresh asks the publisher for a list, and reports whether the copy was replaced. What can't be fetched or is no list
// leaves the copy, is noted in the State, and is the error. A version that jumped is held, and so is no error.
func (s *Shelf) Refresh(ctx context.Context, g Getter, src Source, now time.Time) (changed bool, err error) {
	name := src.Info.Name
	st := s.State(name)
	if st.URL != src.URL { // another publisher: what is known of the old one means nothing
		st = State{URL: src.URL, Failures: st.Failures}
	}
	st.Tried = now
	fetched := s.path(name, ".fetched"+temporary)
	defer os.Remove(fetched)
	answer, list, err := s.fetch(ctx, g, src, st, fetched, now)
	switch {
	case err != nil:
		if ctx.Err() != nil {
			return false, err // the box ends; the publisher is not to blame
		}
		st.Failures, st.Trouble = st.Failures+1, err.Error()
		if answer.After > 0 {
			st.After = now.Add(answer.After)
		}
		_ = s.save(name, st) // the fetch's error says more
		return false, err
	case answer.Unchanged:
		st.succeeded(now, answer)
		return s.again(name, st)
	}
	first := st.Fetched.IsZero()
	st.succeeded(now, answer)
	return s.place(src, st, first, list, fetched)
}

func (st *State) succeeded(now time.Time, a fetch.Answer) {
	st.Fetched, st.Failures, st.Trouble, st.After = now, 0, "", time.Time{}
	st.ETag, st.Modified = a.ETag, a.Modified
}

// fetch gets and parses a list into a file of its own.
func (s *Shelf) fetch(ctx context.Context, g Getter, src Source, st State, path string, now time.Time) (fetch.Answer, *feed.List, error) {
	if err := s.make(); err != nil {
		return fetch.Answer{}, nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fetch.Answer{}, nil, err
	}
	answer, err := g.Get(ctx, fetch.Request{URL: src.URL, Plain: src.Plain, ETag: st.ETag, Modified: st.Modified}, f)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil || answer.Unchanged {
		return answer, nil, err
	}
	src.Info.Dated = dated(answer, now)
	list, err := s.parse(path, src.Info)
	return answer, list, err
}

// dated is the publisher's day of an answer, or now when it gives none or one that lies ahead.
func dated(a fetch.Answer, now time.Time) time.Time {
	at, err := http.ParseTime(a.Modified)
	if err != nil || at.After(now) {
		return now
	}
	return at
}

// place puts a new version into the place of the copy, or holds it when it jumped.
func (s *Shelf) place(src Source, st State, first bool, list *feed.List, fetched string) (bool, error) {
	name, size := src.Info.Name, list.Size()
	why, person := "", false
	if !first {
		why = st.Size.Jump(size)
	}
	if src.Rehearse != nil {
		if cut := src.Rehearse(list); cut != "" {
			why, person = cut, true
		}
	}
	if why == "" {
		if err := os.Rename(fetched, s.path(name, good)); err != nil {
			return false, err
		}
		_ = os.Remove(s.path(name, waiting))
		st.Size, st.Dated, st.Held = size, list.Info().Dated, nil
		return true, s.save(name, st)
	}
	if err := os.Rename(fetched, s.path(name, waiting)); err != nil {
		return false, err
	}
	held := Held{Why: why, Person: person, Since: st.Fetched, Dated: list.Info().Dated, Size: size}
	if before := st.Held; before != nil && before.Size.Jump(size) == "" && size.Jump(before.Size) == "" {
		held.Since, held.Fetches = before.Since, before.Fetches
	}
	st.Held = &held
	return s.again(name, st)
}

// again counts one more fetch that agrees with what waits, and believes it after enough of them.
func (s *Shelf) again(name string, st State) (bool, error) {
	if st.Held == nil {
		return false, s.save(name, st)
	}
	if st.Held.Fetches++; st.Held.Fetches >= Agreement && !st.Held.Person {
		return true, s.promote(name, st)
	}
	return false, s.save(name, st)
}

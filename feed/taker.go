package feed

import (
	"errors"
	"io"

	"abri.example/abri"
)

// taker puts what the lines of one file name into a list.
type taker struct {
	list  *List
	guard *Guard
	items []item
	spans []span
}

func (t *taker) lines(in io.Reader, reader lineReader) error {
	return read(in, t.list.info.Name, &t.list.tally, func(at int, text []byte) (reason, *abri.Error) {
		items, why := reader(text, t.items[:0])
		t.items = items
		if why != taken {
			return why, nil
		}
		return t.take(at, text, items)
	})
}

func (t *taker) document(in io.Reader) error {
	name, n := t.list.info.Name, 0
	read := t.list.info.Format.documentReader(t.list.info.Dated)
	err := document(in, read, func(text string, items []item, why reason) error {
		var failed *abri.Error
		n++
		if why == taken {
			why, failed = t.take(n, []byte(text), items)
		}
		if failed != nil {
			return failed
		}
		if why == taken {
			t.list.tally.taken++
		} else if why != skipped {
			t.list.tally.refuse(n, []byte(text), why, "")
		}
		return nil
	})
	var known *abri.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case brokenJSON(err):
		return damaged(place(name, n), "not a whole "+string(t.list.info.Format)+" document: "+err.Error())
	}
	return &abri.Error{Code: abri.CodeUnavailable, Place: name, What: "the list broke off", Err: err}
}

// take judges every item of a line before it adds any, so that a line is refused whole or taken whole, but for what is
// guarded.
func (t *taker) take(at int, text []byte, items []item) (reason, *abri.Error) {
	for _, i := range items {
		if i.pass && !t.list.info.Exceptions {
			return exception, nil
		}
		if i.span.first.IsValid() {
			if why := listable(i.span); why != taken {
				return why, nil
			}
		}
	}
	owner, added := "", 0
	for _, i := range items {
		whose, n, err := t.add(i)
		if err != nil {
			return taken, err
		}
		if whose != "" {
			owner = whose
		}
		added += n
	}
	if owner != "" {
		t.list.tally.refuse(at, text, guarded, owner)
		if added == 0 {
			return skipped, nil // it is counted already
		}
	}
	return taken, nil
}

// add takes what is left of an item when the guard has its part; owner is whose that part is.
func (t *taker) add(i item) (owner string, added int, err *abri.Error) {
	switch {
	case i.print != "":
		return "", 1, t.list.addPrint(i.print)
	case i.pass:
		return "", 1, t.list.addException(i.name, i.scope)
	case len(i.name) > 0:
		if owner = t.guard.coversName(i.name, i.scope); owner != "" {
			return owner, 0, nil
		}
		return "", 1, t.list.addName(i.name, i.scope)
	}
	t.spans, owner = t.guard.spare(i.span, t.spans[:0])
	for _, s := range t.spans {
		for p := range s.prefixes {
			if err := t.list.add(p); err != nil {
				return owner, added, err
			}
			added++
		}
	}
	return owner, added, nil
}

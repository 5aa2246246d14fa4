package feed

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"abri.example/abri"
)

// Parse is Guard.Parse with nothing guarded.
func Parse(r io.Reader, info Info) (*List, error) { return (*Guard)(nil).Parse(r, info) }

// Parse reads one threat list. It streams: the memory it takes is that of the entries (8 bytes for IPv4 and for a name,
// 24 for IPv6, and as much again while it grows), whatever the size of the file.
//
// The format is that of info, or recognised. Ranges are cut into prefixes. Lines that are malformed, that have host bits
// set (192.0.2.1/24 is refused, not widened), that touch Reserved space, that are wider than /8 (IPv4), /19 (IPv6) or a
// public suffix, or that say something which the box cannot judge are left out and told by List.Refused; so is what the
// guard holds, and only that part of a line.
//
// Errors are *abri.Error: CodeDamaged when the file is no list (a web page, binary, or fewer than one line in ten is
// understood), CodeFull beyond the bounds of a list, CodeUnavailable when r fails. An empty file is an empty list.
func (g *Guard) Parse(r io.Reader, info Info) (*List, error) {
	in := bufio.NewReaderSize(r, sampleSize)
	if info.Format == "" {
		sample, _ := in.Peek(sampleSize) // an error comes again when the list is read
		info.Format = recognise(sample)
	}
	t := &taker{list: &List{info: info.withKinds()}, guard: g}
	var err error
	if reader := info.Format.lineReader(); reader != nil {
		err = t.lines(in, reader)
	} else {
		err = t.document(in)
	}
	if err != nil {
		return nil, err
	}
	t.list.settle()
	return t.list, nil
}

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

// ParsePrefixes reads a person's own list of addresses, such as those to exempt, in the plain form. Private and
// reserved space is allowed here; the rest of the Internet still is not, beyond /8 and /19. The prefixes come sorted and
// without duplicates. At most the first 20 refused lines are given. Errors are those of Parse, with name as the place.
func ParsePrefixes(r io.Reader, name string) ([]netip.Prefix, []Refusal, error) {
	var out []netip.Prefix
	var t tally
	err := read(r, name, &t, func(_ int, text []byte) (reason, *abri.Error) {
		s, why, blank := line(text)
		if blank {
			return skipped, nil
		}
		if why == taken {
			why = exemptible(s)
		}
		if why != taken {
			return why, nil
		}
		for p := range s.prefixes {
			if len(out) == MaxEntries6 {
				return taken, full(MaxEntries6, "addresses")
			}
			out = append(out, p)
		}
		return taken, nil
	})
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(out, netip.Prefix.Compare)
	return slices.Compact(out), t.kept, nil
}

// listable says whether a threat list may name s.
func listable(s span) reason {
	switch {
	case s.touchesReserved():
		return reserved
	case s.tooWide():
		return tooWide
	}
	return taken
}

// exemptible says whether a person may exempt s.
func exemptible(s span) reason {
	if s.tooWide() && !s.withinReserved() {
		return tooWide
	}
	return taken
}

// read takes a file line by line: take takes what a line names, or says why not.
func read(r io.Reader, name string, t *tally, take func(at int, text []byte) (reason, *abri.Error)) error {
	in := newLines(r)
	for {
		text, long, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return &abri.Error{Code: abri.CodeUnavailable, Place: place(name, in.at), What: "the list broke off", Err: err}
		}
		if len(text) == 0 {
			continue
		}
		if err := takeLine(text, long, in.at, t, take); err != nil {
			err.Place = place(name, in.at)
			return err
		}
	}
	if !t.readable() {
		first := t.kept[0]
		return damaged(place(name, first.Line), fmt.Sprintf(
			"not a list: %d of %d lines are not understood, first %q (%s)",
			t.count(), t.count()+t.taken, first.Text, first.Reason))
	}
	return nil
}

// takeLine reads one line. Its error refuses the file whole; a line refused alone goes to the tally.
func takeLine(text []byte, long bool, at int, t *tally, take func(int, []byte) (reason, *abri.Error)) *abri.Error {
	why, err := tooLong, (*abri.Error)(nil)
	switch {
	case !long:
		why, err = take(at, text)
	case isComment(text):
		why = skipped
	}
	switch {
	case err != nil:
		return err
	case why == taken:
		t.taken++
	case why != skipped:
		t.refuse(at, text, why, "")
		return notText(text, t)
	}
	return nil
}

// notText looks at a refused line for the signs that the whole file is something else.
func notText(text []byte, t *tally) *abri.Error {
	switch {
	case bytes.IndexByte(text, 0) >= 0:
		return damaged("", "not a text: it holds zero bytes")
	case text[0] == '<' && t.taken == 0:
		return damaged("", fmt.Sprintf("a web page, not a list: %q", excerpt(text)))
	}
	return nil
}

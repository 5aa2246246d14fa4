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

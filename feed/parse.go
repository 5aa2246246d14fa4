package feed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"abri.example/abri"
)

// Parse reads one threat list. It streams: the memory it takes is that of the entries (8 bytes for IPv4, 24 for IPv6,
// and as much again while it grows), whatever the size of the file.
//
// A line holds one address, CIDR or range, in the forms that publishers use: trailing fields after a blank or a comma,
// ports, comments, quotes, Spamhaus' JSON lines, CRLF, a byte order mark. Ranges are cut into prefixes. Lines that are
// anything else, that have host bits set (192.0.2.1/24 is refused, not widened), that touch Reserved space, or that are
// wider than /8 (IPv4) or /19 (IPv6) are left out and told by List.Refused.
//
// Errors are *abri.Error: CodeDamaged when the file is no list (a web page, binary, or fewer than one line in ten is
// understood), CodeFull beyond MaxEntries4 or MaxEntries6, CodeUnavailable when r fails. An empty file is an empty list.
func Parse(r io.Reader, info Info) (*List, error) {
	l := &List{info: info.withKinds()}
	if err := read(r, info.Name, &l.tally, listable, l.add); err != nil {
		return nil, err
	}
	l.settle()
	return l, nil
}

// ParsePrefixes reads a person's own list of addresses, such as those to exempt, in the same forms. Private and
// reserved space is allowed here; the rest of the Internet still is not, beyond /8 and /19. The prefixes come sorted and
// without duplicates. At most the first 20 refused lines are given. Errors are those of Parse, with name as the place.
func ParsePrefixes(r io.Reader, name string) ([]netip.Prefix, []Refusal, error) {
	var out []netip.Prefix
	var t tally
	err := read(r, name, &t, exemptible, func(p netip.Prefix) *abri.Error {
		if len(out) == MaxEntries6 {
			return full(MaxEntries6, "addresses")
		}
		out = append(out, p)
		return nil
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

// read takes a file line by line: judge says whether what a line names is wanted, add takes each of its prefixes.
func read(r io.Reader, name string, t *tally, judge func(span) reason, add func(netip.Prefix) *abri.Error) error {
	in := newLines(r)
	for {
		text, long, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return &abri.Error{Code: abri.CodeUnavailable, Place: place(name, in.at), What: "the list broke off", Err: err}
		}
		if err := takeLine(text, long, in.at, t, judge, add); err != nil {
			err.Place = place(name, in.at)
			return err
		}
	}
	if !t.readable() {
		first := t.kept[0]
		return damaged(place(name, first.Line), fmt.Sprintf(
			"not a list of addresses: %d of %d lines are not understood, first %q (%s)",
			t.count(), t.count()+t.taken, first.Text, first.Reason))
	}
	return nil
}

// takeLine reads one line. Its error refuses the file whole; a line refused alone goes to the tally.
func takeLine(text []byte, long bool, at int, t *tally, judge func(span) reason, add func(netip.Prefix) *abri.Error) *abri.Error {
	if len(text) == 0 {
		return nil
	}
	s, why, blank := line(text)
	if blank {
		return nil
	}
	if long {
		why = tooLong
	}
	if why == taken {
		why = judge(s)
	}
	if why != taken {
		t.refuse(at, text, why)
		return notText(text, t)
	}
	t.taken++
	for p := range s.prefixes {
		if err := add(p); err != nil {
			return err
		}
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

package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/names"
)

// domains reads lists of names; nil where there are none. What a list doesn't say itself is taken for phishing.
func domains(files []string, told io.Writer) (*feed.Set, error) {
	var lists []*feed.List
	for _, name := range files {
		l, err := readList(name, abri.PhishingSite, told)
		if err != nil {
			return nil, err
		}
		if l.Names() == 0 && l.Len() > 0 {
			return nil, &abri.Error{Code: abri.CodeInvalid, Place: name, What: "the list holds no names", Remedy: "give names, one a line; a list of addresses goes with --list"}
		}
		lists = append(lists, l)
	}
	if lists == nil {
		return nil, nil
	}
	return feed.Merge(lists, nil), nil
}

// readList reads a list of addresses or names, and tells how many lines are not taken; outward is what it is to contact
// what it holds, "" for the usual.
func readList(name string, outward abri.Kind, told io.Writer) (*feed.List, error) {
	f, err := openList(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info := feed.Info{Name: filepath.Base(name), Outward: outward, Exceptions: true}
	if st, err := f.Stat(); err == nil {
		info.Dated = st.ModTime()
	}
	l, err := feed.Parse(f, info)
	var e *abri.Error
	if errors.As(err, &e) { // a list has its short name; a person must find the file
		whole := *e
		whole.Place = name + strings.TrimPrefix(e.Place, info.Name)
		return nil, &whole
	}
	if err != nil {
		return nil, err
	}
	switch n, first := l.Refused(); {
	case n == 0 && l.Len() == 0:
		fmt.Fprintf(told, "abri: %s: the list is empty: nothing will be found on it\n", name)
	case n > 0:
		fmt.Fprintf(told, "abri: %s: %s not taken, the first at %d: %q: %s\n", name, lines(n), first[0].Line, first[0].Text, first[0].Reason)
	}
	return l, nil
}

func lines(n int) string {
	if n == 1 {
		return "a line is"
	}
	return fmt.Sprintf("%d lines are", n)
}

func openList(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: name, What: "the list can't be opened", Remedy: "give the path of a file that can be read", Err: err}
	}
	return f, nil
}

// printName prints each name as it is seen: as JSON, or a line of words.
func printName(out io.Writer, asJSON bool, zone *time.Location) func(*names.Sighting) {
	lines := json.NewEncoder(out)
	return func(s *names.Sighting) {
		l := s.Line()
		if asJSON {
			_ = lines.Encode(l)
			return
		}
		fmt.Fprintf(out, "%s  %s  %s > %s  %s", l.Time.In(zone).Format(time.DateTime), l.Proto, l.Client, l.Server, l.Name)
		if l.JA4 != "" {
			fmt.Fprintf(out, "  %s", l.JA4)
		}
		fmt.Fprintln(out)
	}
}

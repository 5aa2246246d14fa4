package console

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/names"
)

// domains reads lists of names; nil where there are none. What a list doesn't say itself is taken for phishing.
func domains(files []string) (*feed.Set, error) {
	var lists []*feed.List
	for _, name := range files {
		l, err := readList(name, abri.PhishingSite)
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

// readList reads a list of addresses or names; outward is what it is to contact what it holds, "" for the usual.
func readList(name string, outward abri.Kind) (*feed.List, error) {
	f, err := openList(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info := feed.Info{Name: filepath.Base(name), Outward: outward}
	if st, err := f.Stat(); err == nil {
		info.Dated = st.ModTime()
	}
	return feed.Parse(f, info)
}

func openList(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: name, What: "the list can't be opened", Err: err}
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

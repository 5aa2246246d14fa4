package main

import (
	"os"
	"strings"
)

// reason is a row of the table: a capture, a sort of thing, whether it is out of scope, and why it differs.
type reason struct {
	capture string
	sort    sort
	outside bool
	why     string
	used    bool
}

type reasons struct{ rows []*reason }

// readReasons reads the rows of four columns from a page in Markdown: capture, sort, scope ("out" or "in"), reason.
func readReasons(path string) (*reasons, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := &reasons{}
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || !strings.HasPrefix(line, "|") {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if cells[2] == "out" || cells[2] == "in" {
			r.rows = append(r.rows, &reason{capture: cells[0], sort: sort(cells[1]), outside: cells[2] == "out", why: cells[3]})
		}
	}
	return r, nil
}

func (r *reasons) find(capture string, s sort) *reason {
	for _, row := range r.rows {
		if row.capture == capture && row.sort == s {
			row.used = true
			return row
		}
	}
	return nil
}

func (r *reasons) of(capture string, s sort) (why string, ok bool) {
	if row := r.find(capture, s); row != nil {
		return row.why, true
	}
	return "", false
}

func (r *reasons) outside(capture string, s sort) bool {
	row := r.find(capture, s)
	return row != nil && row.outside
}

// unused are the rows that explain nothing.
func (r *reasons) unused() (all []string) {
	for _, row := range r.rows {
		if !row.used {
			all = append(all, row.capture+", "+string(row.sort))
		}
	}
	return all
}

package library

import (
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"abri.example/abri"
)

// kept is the folder of the last good copies of files, so that a file that is taken away, cut or overwritten takes
// nothing away from a box, not even over a restart. A copy bears the time of its file.
type kept string

// The copies of lists and of exempt addresses lie beside the shelf's own files.
const (
	ofList   = "f-"
	ofExempt = "x-"
	ending   = ".list"
)

// path is where the copy of a name is; the name is made fit for a file's.
func (k kept) path(of, name string) string {
	return filepath.Join(string(k), of+strings.ReplaceAll(url.PathEscape(name), "*", "%2A")+ending)
}

// source is a file of a person, opened; reading it to its end also makes the copy that keep puts in place.
type source struct {
	io.Reader
	info  fs.FileInfo
	file  *os.File
	copy  *os.File // nil when there is one already, or none can be made
	place string   // of the copy
}

// open opens a person's file. Anything but a plain file is refused: a folder, or a pipe that would hold up the box.
func (k kept) open(of, name, path string) (*source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, Place: path, What: "the file can't be read", Err: cause(err)}
	}
	if !info.Mode().IsRegular() {
		return nil, &abri.Error{Code: abri.CodeInvalid, Place: path, What: "this is not a file", Remedy: "name a file with an address or name a line"}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &abri.Error{Code: abri.CodeUnavailable, Place: path, What: "the file can't be read", Err: cause(err)}
	}
	s := &source{Reader: f, info: info, file: f, place: k.path(of, name)}
	if k == "" {
		return s, nil
	}
	if had, err := os.Stat(s.place); err == nil && had.Size() == info.Size() && had.ModTime().Equal(info.ModTime()) {
		return s, nil
	}
	if s.copy, err = os.CreateTemp(string(k), of+"*.tmp"); err != nil {
		s.copy = nil
		return s, nil // a box without room for a copy reads its lists all the same
	}
	s.Reader = io.TeeReader(f, s.copy)
	return s, nil
}

// keep puts the copy in place; what was read is good.
func (s *source) keep() error {
	if s.copy == nil {
		return nil
	}
	_, err := io.Copy(io.Discard, s.Reader) // a document may end before its file does
	if err = errors.Join(err, s.copy.Sync()); err != nil {
		return err
	}
	if err := os.Chtimes(s.copy.Name(), s.info.ModTime(), s.info.ModTime()); err != nil {
		return err
	}
	return os.Rename(s.copy.Name(), s.place)
}

// close lets go of the file, and of a copy that was not kept.
func (s *source) close() {
	s.file.Close()
	if s.copy != nil {
		s.copy.Close()
		os.Remove(s.copy.Name()) // fails, as it should, once the copy has its name
	}
}

// only takes away the copies of names that nobody wants any more.
func (k kept) only(of string, names []string) {
	if k == "" {
		return
	}
	had, _ := filepath.Glob(filepath.Join(string(k), of+"*"+ending))
	for _, path := range had {
		if !slices.ContainsFunc(names, func(n string) bool { return k.path(of, n) == path }) {
			os.Remove(path)
		}
	}
}

// cause is the error without the path, which stands beside it.
func cause(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

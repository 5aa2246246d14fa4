package store

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"abri.example/abri"
)

// Trouble is what stands between the store and the disk: CodeFull, CodeDamaged (also after Open has set a damaged
// database aside), CodeUnavailable, or nil. It stands until a write succeeds.
func (s *Store) Trouble() *abri.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble
}

// stand sets the trouble, and says a change of it in the log once, not at each write.
func (s *Store) stand(t *abri.Error) {
	s.mu.Lock()
	before := s.trouble
	s.trouble = t
	s.mu.Unlock()
	switch {
	case t == nil && before != nil:
		s.log.Info("the database can be written again", "database", s.path, "trouble was", before)
	case t != nil && (before == nil || before.Code != t.Code):
		s.log.Error("the database cannot be written as it should", "trouble", t)
	}
}

// explain gives err the code and the sentence that fit it. What has a code already passes unchanged.
func (s *Store) explain(doing string, err error) error {
	var known *abri.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	e := &abri.Error{Code: s.code(err), Place: s.path, What: doing + " the database", Err: err}
	switch e.Code {
	case abri.CodeFull:
		e.Remedy = "make room on its disk: what was not written is tried again"
	case abri.CodeDamaged:
		e.Remedy = "restart abri: it sets the file aside and begins a new one"
	case abri.CodeUnavailable:
		e.Remedy = "let abri read and write its folder and file"
	}
	return e
}

// code finds what kind of trouble err is (https://sqlite.org/rescode.html).
func (s *Store) code(err error) abri.Code {
	var e *sqlite.Error
	switch {
	case errors.As(err, &e):
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return abri.CodeFull
	case errors.As(err, new(*fs.PathError)), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return abri.CodeUnavailable
	default:
		return abri.CodeInternal
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return abri.CodeFull
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return abri.CodeDamaged
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN: // the index of the log can't grow on a full disk, nor can a new file be made
		if full(filepath.Dir(s.path)) {
			return abri.CodeFull
		}
		return abri.CodeUnavailable
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_INTERRUPT:
		return abri.CodeUnavailable
	}
	return abri.CodeInternal
}

// full reports whether the disk of a folder has no room for the index of the log, 32 KB.
func full(dir string) bool {
	var st syscall.Statfs_t
	return syscall.Statfs(dir, &st) == nil && st.Bavail*uint64(st.Bsize) < 64<<10
}

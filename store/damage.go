package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"abri.example/abri"
)

// check reads the whole file and its indexes for structure (https://sqlite.org/pragma.html#pragma_quick_check).
// SQLite keeps no checksums: a byte changed inside a value is not seen here.
func (s *Store) check(ctx context.Context) error {
	var first string
	if err := s.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&first); err != nil {
		return err
	}
	if first != "ok" {
		return &abri.Error{Code: abri.CodeDamaged, Place: s.path, What: "the database is damaged: " + first}
	}
	return nil
}

// beginAgain sets a damaged database aside and begins a new one, which tells of it.
func (s *Store) beginAgain(ctx context.Context, damage error) error {
	now := time.Now()
	aside, err := s.setAside(now)
	if err != nil {
		return s.explain("setting aside", err)
	}
	s.log.Error("the database was damaged and is set aside; a new one begins", "database", s.path, "kept as", aside, "cause", damage)
	if err := s.claim(); err != nil {
		return s.explain("beginning again", err)
	}
	if err := s.connect(ctx); err != nil {
		return err
	}
	if err := s.Record(ctx, Entry{At: now, Actor: "abri", Verb: "set aside", Object: aside}); err != nil {
		return err
	}
	s.stand(&abri.Error{Code: abri.CodeDamaged, Place: s.path, What: "the database was damaged, and a new one begins",
		Remedy: "the old one is kept as " + aside, Err: damage})
	return nil
}

// setAside renames the database, its log and its index, and gives the new name. It never replaces a file.
func (s *Store) setAside(now time.Time) (string, error) {
	stem := s.path + ".damaged-" + now.UTC().Format("20060102T150405Z")
	aside := stem
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s-%d", stem, n)
	}
	for _, part := range []string{"-wal", "-shm", ""} { // the database last: until then the next start tries again
		err := os.Rename(s.path+part, aside+part)
		if err != nil && !(part != "" && errors.Is(err, fs.ErrNotExist)) {
			return "", err
		}
	}
	return aside, nil
}

// Package store is the memory of the box: attacks, hourly and daily figures, what persons and detectors decided, the
// audit log, and the few settings the box remembers, in one SQLite database.
//
// Its borders: it keeps and gives back what the vocabulary names, and judges nothing; SQL stands here and nowhere
// else. It imports the root package alone of the module. What it acknowledges is on the disk: every write is one
// transaction in a write-ahead log, synced before the answer (https://sqlite.org/wal.html, synchronous=FULL). A full
// disk or a damaged file is an error with a code and is told by Trouble; nothing panics and the filter goes on.
package store

import (
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"abri.example/abri"
)

// Store is an open database. It is safe for concurrent use: writers wait in a line for the one connection that
// writes, readers see the last commit and wait for nobody. Close it once.
type Store struct {
	path  string
	log   *slog.Logger
	write *sql.DB   // one connection
	read  *sql.DB   // a few, which cannot write
	put   *sql.Stmt // on write

	mu      sync.Mutex
	trouble *abri.Error
}

// readers is how many reads run at once; more wait.
const readers = 4

// Open opens the database at path, and makes it, with its folder (0700), when it is absent; the file is its owner's
// alone (0600). The schema is brought up to this program's.
//
// A damaged database is set aside beside path, under a name that ends in ".damaged-" and the time, with its log; a new
// one is begun, the audit log begins with that, and Trouble tells it. Errors: CodeFull without room, CodeUnavailable
// when the folder or file can't be used, CodeUnsupported when a later abri made the database. After each of these
// Open may be tried again.
func Open(ctx context.Context, path string, log *slog.Logger) (*Store, error) {
	s := &Store{path: path, log: log}
	if err := s.claim(); err != nil {
		return nil, s.explain("opening", err)
	}
	err := s.connect(ctx)
	if abri.CodeOf(err) == abri.CodeDamaged {
		s.disconnect()
		err = s.beginAgain(ctx, err)
	}
	if err != nil {
		s.disconnect()
		return nil, err
	}
	return s, nil
}

// Close ends the store's connections. What was acknowledged is on the disk already.
func (s *Store) Close() error {
	return s.explain("closing", s.disconnect())
}

// claim makes the folder and the file before SQLite does, so that nobody else may ever read them.
func (s *Store) claim() error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Chmod(0o600)
}

// connect opens the connections, checks the file, and brings the schema up.
func (s *Store) connect(ctx context.Context) error {
	var err error
	if s.write, err = sql.Open("sqlite", s.dsn("immediate", "synchronous(full)")); err != nil {
		return s.explain("opening", err)
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", s.dsn("deferred", "query_only(true)")); err != nil {
		return s.explain("opening", err)
	}
	s.read.SetMaxOpenConns(readers)
	if err := s.check(ctx); err != nil {
		return s.explain("checking", err)
	}
	if err := s.migrate(ctx); err != nil {
		return s.explain("bringing up the schema of", err)
	}
	s.put, err = s.write.PrepareContext(ctx, putAttack)
	return s.explain("opening", err)
}

// dsn names the database with the settings of each connection. The log is cut back to 4 MB when it has been larger.
func (s *Store) dsn(lock, pragma string) string {
	q := url.Values{"_txlock": {lock}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(wal)", "journal_size_limit(4194304)", pragma,
	}}
	return "file:" + (&url.URL{Path: s.path}).EscapedPath() + "?" + q.Encode()
}

func (s *Store) disconnect() error {
	var first error
	for _, db := range []*sql.DB{s.read, s.write} { // the writer last: it folds the log into the file
		if db == nil {
			continue
		}
		if err := db.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}

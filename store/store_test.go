package store

import (
	"io"
	"log/slog"
	"path/filepath"
	"testing"
)

func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) memory { return open(t, filepath.Join(t.TempDir(), "abri.db")) })
}

// open opens the database at path, and closes it with the test.
func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

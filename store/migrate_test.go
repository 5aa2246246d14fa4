package store

import (
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"abri.example/abri"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The migrations lead from nothing to the schema in testdata/schema.sql: a change of one shows in the other.
func TestSchema(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	parts := got[[]string](t)(query(t.Context(), s, "reading the schema of", func(r *sql.Rows) (v string, err error) { return v, r.Scan(&v) },
		`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'sqlite_%' AND tbl_name <> 'goose_db_version' ORDER BY tbl_name, type DESC, name`))
	have := strings.Join(parts, ";\n\n") + ";\n"
	golden := filepath.Join("testdata", "schema.sql")
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(golden, []byte(have), 0o644))
	}
	same(t, "schema (go test ./store -run TestSchema -update writes it anew)", have, string(got[[]byte](t)(os.ReadFile(golden))))
}

// Opening again changes nothing; a database of a later abri is refused, and not touched.
func TestVersions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "abri ?#%.db") // a name that a URL would cut
	for range 2 {
		s, err := Open(t.Context(), path, quiet)
		must(t, err)
		must(t, s.Put(t.Context(), attacks(0, 2)))
		must(t, s.Close())
	}
	s, err := Open(t.Context(), path, quiet)
	must(t, err)
	if _, err := s.write.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`); err != nil {
		t.Fatal(err)
	}
	must(t, s.Close())
	if _, err := Open(t.Context(), path, quiet); abri.CodeOf(err) != abri.CodeUnsupported {
		t.Errorf("a later database: %v", err)
	}
	if files := got[[]os.DirEntry](t)(os.ReadDir(filepath.Dir(path))); len(files) != 1 {
		t.Errorf("files = %v", files)
	}
}

// What the database itself forbids.
func TestTheAuditLogIsNotChanged(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	must(t, s.Record(t.Context(), Entry{At: noon, Actor: "marie", Verb: "mode", Object: "protect"}))
	if _, err := s.write.ExecContext(t.Context(), `UPDATE audit SET actor = 'nobody'`); err == nil {
		t.Error("an entry was changed")
	}
	if _, err := s.read.ExecContext(t.Context(), `DELETE FROM audit`); err == nil {
		t.Error("a reader wrote")
	}
}

// A closed store gives errors.
func TestClosed(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	must(t, s.Close())
	if err := s.Put(t.Context(), attacks(0, 1)); err == nil {
		t.Error("a closed store was written")
	}
	if _, err := s.Recent(t.Context(), 1); err == nil {
		t.Error("a closed store was read")
	}
}

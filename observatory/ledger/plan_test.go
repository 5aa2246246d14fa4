package ledger

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// What each report needs looks rows up by their key: a statement that read a table from end to end would be slower the more
// there is.
func TestStatementsOfAReportReadNoTableWhole(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "o.db"))
	for q := range l.statements {
		plan, err := query(t.Context(), l.read, func(r *sql.Rows) (line string, err error) {
			var id, parent, unused int
			return line, r.Scan(&id, &parent, &unused, &line)
		}, "EXPLAIN QUERY PLAN "+q, make([]any, strings.Count(q, "?"))...)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range plan {
			if strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, " VALUES CLAUSE") && !strings.Contains(line, "CONSTANT ROW") && line != "SCAN k" {
				t.Errorf("%.80s…: %s", q, line)
			}
		}
	}
}

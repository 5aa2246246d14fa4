package ledger

import (
	"database/sql"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"abri.example/abri/observatory/ledger/ledgertest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func open(t *testing.T, address string) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), address, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// The list of tables, from which rows are written, copied and spread, is what the schema says.
func TestTheTablesAreThoseOfTheSchema(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "o.db"))
	var names []string
	for _, table := range tables {
		names = append(names, table.name)
		type col struct {
			name, sort string
			key        int
		}
		have, err := query(t.Context(), l.read, func(r *sql.Rows) (c col, err error) { return c, r.Scan(&c.name, &c.sort, &c.key) },
			`SELECT name, LOWER(type), pk FROM pragma_table_info($1) ORDER BY cid`, table.name)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range table.columns {
			inKey := i < table.key
			if i >= len(have) || have[i].name != c.name || have[i].sort != c.sort || (have[i].key > 0) != inKey || inKey && have[i].key != i+1 {
				t.Errorf("%s: column %d is %+v in the list and not so in the schema: %+v", table.name, i, c, have)
				break
			}
		}
		if len(have) != len(table.columns) {
			t.Errorf("%s has %d columns in the schema and %d in the list", table.name, len(have), len(table.columns))
		}
	}
	there, err := query(t.Context(), l.read, func(r *sql.Rows) (n string, err error) { return n, r.Scan(&n) },
		`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'`)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	slices.Sort(there)
	if !slices.Equal(names, there) {
		t.Errorf("the list has %v, the schema %v", names, there)
	}
}

// Citus keeps rows of a site on one server only if every key holds the column by which the table is spread.
func TestEveryKeyIsLocalToItsSite(t *testing.T) {
	for _, table := range tables {
		if table.spread == "" || table.spread == central {
			continue
		}
		if !slices.ContainsFunc(table.columns[:table.key], func(c column) bool { return c.name == table.spread }) {
			t.Errorf("the key of %s lacks %s", table.name, table.spread)
		}
		if table.spread == "site" || table.name == "totals" {
			continue
		}
		t.Errorf("%s is spread by %s: only totals, which are made of all sites, may be", table.name, table.spread)
	}
	text, err := schema.ReadFile("schema/00001_first.sql")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "REFERENCES") || strings.Contains(string(text), "UNIQUE") {
		t.Error("a key to another's rows, or a second unique one, can't be spread")
	}
	stay := 0
	for _, table := range tables {
		if table.spread == central {
			stay++
		}
	}
	if n := strings.Count(strings.Join(Spread(), "\n"), "create_"); n != len(tables)-stay {
		t.Errorf("%d of %d tables are spread, and %d should stay", n, len(tables), stay)
	}
}

// Every join of ours is on the site, and every insertion that minds a row that is there names the whole key.
func TestEveryJoinIsOnTheSite(t *testing.T) {
	joins := regexp.MustCompile(`(?s)JOIN\s+(.*?)\s+ON\s+(.*?)(JOIN|WHERE|LEFT|GROUP|ORDER|\x60)`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "postgres.go" { // which joins keys with arrays of them
			continue
		}
		text := read(t, name)
		for _, j := range joins.FindAllStringSubmatch(text, -1) {
			seen++
			on := j[2]
			if !regexp.MustCompile(`\w+\.site = \w+\.site`).MatchString(on) && !strings.Contains(on, "m.grp = g.grp") {
				t.Errorf("%s joins %s on %s", name, j[1], on)
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d joins were found: the test no longer sees them", seen)
	}
	for _, table := range tables {
		for _, then := range []string{table.orReplace(), table.orAdd(), table.orKeep()} {
			if !strings.HasPrefix(then, " ON CONFLICT ("+table.names(table.key)+")") {
				t.Errorf("%s: %s", table.name, then)
			}
		}
	}
}

// The way from SQLite to PostgreSQL and back is counted and compared; what is not empty is not written over.
func TestALedgerMovesWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("a PostgreSQL takes a while to start")
	}
	ctx := t.Context()
	here := open(t, filepath.Join(t.TempDir(), "here.db"))
	fill(t, here)
	there := open(t, ledgertest.Database(t, ledgertest.Server(t, "fsync=off")))
	copied, err := Copy(ctx, here, there)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int64{}
	for _, c := range copied {
		rows[c.Table] = c.Rows
	}
	if len(copied) != len(tables) || rows["sites"] != 3 || rows["attacks"] != 2 || rows["communes"] != 1 {
		t.Errorf("%v", rows)
	}
	back := open(t, filepath.Join(t.TempDir(), "back.db"))
	again, err := Copy(ctx, there, back)
	if err != nil || !slices.Equal(copied, again) {
		t.Errorf("%v: %v, not %v", err, again, copied)
	}
	if _, err := Copy(ctx, here, back); err == nil {
		t.Error("a full ledger was written over")
	}
}

// fill puts a row or two of everything that has odd values.
func fill(t *testing.T, l *Ledger) {
	t.Helper()
	err := l.transact(t.Context(), "", func(tx *sql.Tx) error {
		for _, x := range []struct {
			t    *table
			rows [][]any
		}{
			{sitesTable, [][]any{
				{int64(1), "commune", "00001", "L'Abergement \"x\"", "", "behind", "", "", "", int64(0), int64(0), int64(-5)},
				{int64(2), "firm", "12345678901234", "Coiffure é", "coiffure", "before", "", "", "", int64(1), int64(9), int64(1) << 60},
				{int64(3), "association", "W1", "雪", "", "behind", "", "", "", int64(0), int64(0), int64(0)}}},
			{attacksTable, [][]any{
				{int64(20260305), int64(1), []byte{0, 1, 255}, int64(3), "scan", "mail", "", "blocked", int64(1), int64(7), []byte(`{"a":"\\"}`)},
				{int64(20260305), int64(1), []byte("id|'"), int64(3), "scan", "mail", "FR", "blocked", int64(1), int64(7), []byte{1, 0, 255}}}},
			{journalTable, [][]any{{int64(2), int64(1) << 60, []byte{7}, []byte{0, '\'', 255}}}},
			{communesTable, [][]any{{"42304", "Sury", "42", int64(7000), 4.18247, 45.53512, `{"type":"Polygon"}`}}},
		} {
			if err := l.kind.put(t.Context(), l, tx, x.t, "", x.rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

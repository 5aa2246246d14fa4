package ledgertest

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite" // "sqlite"
)

// FillDays is over how many days Fill spreads its rows.
const FillDays = 1000

// patterns is how many different days there are: each day's rows are those of one of them.
const patterns = 8

// Fill puts rows rollups into a ledger, spread over FillDays days and these sites as attacks are: the n-th site has rows as
// 1/n^0.7, a few kinds and services have most of them. A day is one transaction and noted, so that one that was interrupted
// goes on where it was; said is told of each twentieth. Every day is marked, so that Sum makes its totals.
//
// What is laid at the end of a table in its order costs least: so keys in another order are made after the rows.
func Fill(ctx context.Context, address string, sites []int64, rows int, said func(string)) error {
	db, err := openAny(address)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // its settings are the connection's
	begin := []string{"CREATE TABLE IF NOT EXISTS filled (day INTEGER PRIMARY KEY)"}
	if !isFile(address) {
		begin = append(begin, "SET synchronous_commit = off", "SET maintenance_work_mem = '1GB'", "ALTER TABLE rollups DROP CONSTRAINT IF EXISTS rollups_pkey")
	}
	begin = append(begin, "DROP INDEX IF EXISTS rollups_site")
	begin = append(begin, "DROP TABLE IF EXISTS pattern",
		"CREATE TABLE pattern (n INTEGER, site BIGINT, kind TEXT, service TEXT, country TEXT, attacks BIGINT, PRIMARY KEY (n, site, kind, service, country))"+clustered(address))
	if err := all(ctx, db, begin...); err != nil {
		return err
	}
	if err := putPatterns(ctx, db, sites, max(1, rows/FillDays)); err != nil {
		return err
	}
	if err := fillDays(ctx, db, rows, said); err != nil {
		return err
	}
	said("the keys of the rows are made")
	end := []string{"CREATE INDEX rollups_site ON rollups (site, day, kind, service, country, attacks, neutralised, would_block)"}
	if !isFile(address) {
		end = append(end, "ALTER TABLE rollups ADD PRIMARY KEY (day, site, kind, service, country)", "VACUUM ANALYZE rollups")
	}
	return all(ctx, db, append(end, "DROP TABLE pattern")...)
}

// fillDays lays the days down, the oldest first.
func fillDays(ctx context.Context, db *sql.DB, rows int, said func(string)) error {
	for d := range FillDays {
		day := time.Now().UTC().AddDate(0, 0, d-FillDays)
		number := day.Year()*10000 + int(day.Month())*100 + day.Day()
		var there int
		if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM filled WHERE day = $1", number).Scan(&there); err != nil {
			return err
		}
		if there > 0 {
			continue
		}
		if err := all(ctx, db, "BEGIN",
			fmt.Sprintf(`INSERT INTO rollups (day, site, kind, service, country, attacks, neutralised, would_block)
				SELECT %d, site, kind, service, country, attacks, attacks, 0 FROM pattern WHERE n = %d ORDER BY n, site, kind, service, country`, number, d%patterns),
			fmt.Sprintf("INSERT INTO changes (day, site, at) VALUES (%d, 1001, 1)", number),
			fmt.Sprintf("INSERT INTO filled (day) VALUES (%d)", number), "COMMIT"); err != nil {
			return err
		}
		if (d+1)%(FillDays/20) == 0 {
			said(fmt.Sprintf("%.1f of %.1f million rows are laid down", float64(rows)/FillDays*float64(d+1)/1e6, float64(rows)/1e6))
		}
	}
	return nil
}

// cell is a row of a pattern.
type cell struct {
	site                   int64
	kind, service, country string
}

// putPatterns makes the patterns, the same at each run.
func putPatterns(ctx context.Context, db *sql.DB, sites []int64, rows int) error {
	kinds := []string{"known-attacker", "scan", "bruteforce", "exploit", "known-destination", "beacon", "sip-scan", "flood", "phishing", "dga", "tunnel", "worm"}
	services := []string{"mail", "telephone", "web", "remote-access", "file-sharing", "database", "dns", "camera", "other"}
	countries := strings.Fields("US CN RU NL DE FR GB BR IN VN KR TR ID RO UA BG IT ES PL TH")
	for n := range patterns {
		random := rand.New(rand.NewPCG(7, uint64(n)))
		skewed := func(words []string) string { return words[random.IntN(1+random.IntN(len(words)))] }
		cells := map[cell]bool{}
		for len(cells) < rows {
			// A site by its rank, as 1/rank^0.7: what is even between 0 and 1, to the power of 1/(1-0.7).
			rank := int(math.Pow(random.Float64(), 1/0.3) * float64(len(sites)))
			cells[cell{sites[rank], skewed(kinds), skewed(services), skewed(countries)}] = true
		}
		if err := putPattern(ctx, db, n, cells); err != nil {
			return err
		}
	}
	return nil
}

func putPattern(ctx context.Context, db *sql.DB, n int, cells map[cell]bool) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var values []string
	flush := func() error {
		_, err := tx.ExecContext(ctx, "INSERT INTO pattern (n, site, kind, service, country, attacks) VALUES "+strings.Join(values, ","))
		values = values[:0]
		return err
	}
	for c := range cells {
		values = append(values, fmt.Sprintf("(%d,%d,'%s','%s','%s',%d)", n, c.site, c.kind, c.service, c.country, 1+c.site%9))
		if len(values) == 500 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(values) > 0 {
		if err := flush(); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func all(ctx context.Context, db *sql.DB, statements ...string) error {
	for _, q := range statements {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%.60s…: %w", q, err)
		}
	}
	return nil
}

func isFile(address string) bool { return !strings.HasPrefix(address, "postgres") }

func clustered(address string) string {
	if isFile(address) {
		return " WITHOUT ROWID"
	}
	return ""
}

func openAny(address string) (*sql.DB, error) {
	if !isFile(address) {
		return sql.Open("pgx", address)
	}
	return sql.Open("sqlite", "file:"+address+"?_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=cache_size(-65536)&_pragma=busy_timeout(10000)")
}

// Forget puts a database's files out of the operating system's memory. What is not on the disk yet is written first.
func Forget(ctx context.Context, address string) error {
	folder := filepath.Dir(address)
	if !isFile(address) {
		var err error
		if folder, err = folderOf(ctx, address); err != nil {
			return err
		}
	}
	return filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if os.IsNotExist(err) || err == nil && d.IsDir() {
			return nil // a server takes files away
		}
		f, err := os.Open(path)
		if err != nil {
			if os.IsNotExist(err) {
				return nil
			}
			return err
		}
		defer f.Close()
		_ = f.Sync()
		return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
	})
}

// folderOf is where a server keeps a database.
func folderOf(ctx context.Context, address string) (string, error) {
	db, err := openAny(address)
	if err != nil {
		return "", err
	}
	defer db.Close()
	var folder, oid string
	if err := db.QueryRowContext(ctx, `SELECT setting FROM pg_settings WHERE name = 'data_directory'`).Scan(&folder); err != nil {
		return "", err
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	if err := db.QueryRowContext(ctx, `SELECT oid::text FROM pg_database WHERE datname = $1`, strings.TrimPrefix(u.Path, "/")).Scan(&oid); err != nil {
		return "", err
	}
	return filepath.Join(folder, "base", oid), nil
}

// Filled reports whether a ledger has had all its rows laid down.
func Filled(ctx context.Context, address string) (bool, error) {
	db, err := openAny(address)
	if err != nil {
		return false, err
	}
	defer db.Close()
	names, err := tablesOf(ctx, db, address)
	return slices.Contains(names, "filled") && !slices.Contains(names, "pattern"), err
}

func tablesOf(ctx context.Context, db *sql.DB, address string) (names []string, err error) {
	q := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if !isFile(address) {
		q = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	}
	rows, err := db.QueryContext(ctx, q)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return names, rows.Err()
}

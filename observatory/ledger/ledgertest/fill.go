package ledgertest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite" // "sqlite"
)

// Fill puts rows rollups into a ledger, spread over three years and so many sites: a tenth of the sites has most of
// them. Every day of them is marked, so that Sum makes its totals.
func Fill(ctx context.Context, address string, sites, rows int) error {
	db, err := openAny(address)
	if err != nil {
		return err
	}
	defer db.Close()
	const days = 1000
	perDay := max(1, rows/days)
	for d := range days {
		day := time.Now().UTC().AddDate(0, 0, -d-1)
		number := day.Year()*10000 + int(day.Month())*100 + day.Day()
		if _, err := db.ExecContext(ctx, fill(address, number, sites, perDay)); err != nil {
			return err
		}
		if _, err := db.ExecContext(ctx, fmt.Sprintf(`INSERT INTO changes (day, site, at) VALUES (%d, 1, 0) ON CONFLICT (day, site) DO NOTHING`, number)); err != nil {
			return err
		}
	}
	return nil
}

// fill makes one day's rows: the n-th is of a site that is small the more often, and of one of twelve kinds, nine
// services and forty countries by turns.
func fill(address string, day, sites, rows int) string {
	series := fmt.Sprintf(`WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < %d)`, rows-1)
	if !isFile(address) {
		series = fmt.Sprintf(`WITH s AS (SELECT generate_series(0, %d) AS n)`, rows-1)
	}
	site := fmt.Sprintf(`CASE WHEN n %% 4 < 3 THEN 1 + (n / 4) %% %d ELSE 1 + (n * 7919) %% %d END`, max(1, sites/10), sites)
	pick := func(of string, words ...string) string {
		var b strings.Builder
		fmt.Fprintf(&b, "CASE %s %% %d", of, len(words))
		for i, w := range words {
			fmt.Fprintf(&b, " WHEN %d THEN '%s'", i, w)
		}
		return b.String() + " END"
	}
	kind := pick("(n / 3)", "known-attacker", "scan", "bruteforce", "exploit", "known-destination", "beacon", "sip-scan", "flood", "phishing", "dga", "tunnel", "worm")
	service := pick("(n / 5)", "mail", "telephone", "web", "remote-access", "file-sharing", "database", "dns", "camera", "other")
	country := pick("(n / 7)", "FR", "DE", "NL", "US", "CN", "RU", "BR", "IN", "GB", "VN", "KR", "TR", "ID", "RO", "UA", "BG", "IT", "ES", "PL", "TH")
	return series + fmt.Sprintf(` INSERT INTO rollups (day, site, kind, service, country, attacks, neutralised, would_block)
		SELECT %d, %s, %s, %s, %s, 1 + n %% 9, 1, 0 FROM s WHERE TRUE ON CONFLICT (day, site, kind, service, country) DO NOTHING`, day, site, kind, service, country)
}

func isFile(address string) bool { return !strings.HasPrefix(address, "postgres") }

func openAny(address string) (*sql.DB, error) {
	if !isFile(address) {
		return sql.Open("pgx", address)
	}
	return sql.Open("sqlite", "file:"+address+"?_pragma=journal_mode(wal)&_pragma=synchronous(off)&_pragma=busy_timeout(10000)")
}

// Forget puts a database's files out of the operating system's memory. What is not on the disk yet is written first.
func Forget(ctx context.Context, address string) error {
	folder := filepath.Dir(address)
	if !isFile(address) {
		db, err := openAny(address)
		if err != nil {
			return err
		}
		defer db.Close()
		if err := db.QueryRowContext(ctx, `SELECT setting FROM pg_settings WHERE name = 'data_directory'`).Scan(&folder); err != nil {
			return err
		}
		u, err := url.Parse(address)
		if err != nil {
			return err
		}
		var oid string
		if err := db.QueryRowContext(ctx, `SELECT oid::text FROM pg_database WHERE datname = $1`, strings.TrimPrefix(u.Path, "/")).Scan(&oid); err != nil {
			return err
		}
		folder = filepath.Join(folder, "base", oid)
	}
	return filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_ = f.Sync()
		return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)
	})
}

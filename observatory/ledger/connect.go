package ledger

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	_ "github.com/jackc/pgx/v5/stdlib" // "pgx"
	_ "modernc.org/sqlite"             // "sqlite"
)

// Connections to PostgreSQL, and readers of SQLite.
const (
	pool    = 16
	readers = 4
)

func (l *Ledger) connect(ctx context.Context, address string) (err error) {
	if IsPostgres(address) {
		return l.connectPostgres(ctx, address)
	}
	l.kind, l.place = sqlite{}, address
	if err := os.MkdirAll(filepath.Dir(address), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(address, os.O_CREATE|os.O_RDWR, 0o600) // before SQLite does, so that nobody else may ever read it
	if err != nil {
		return err
	}
	f.Close()
	if l.write, err = sql.Open("sqlite", dsn(address, "immediate", 16<<10, "synchronous(full)")); err != nil {
		return err
	}
	l.write.SetMaxOpenConns(1)
	if l.read, err = sql.Open("sqlite", dsn(address, "deferred", 2<<10, "query_only(true)")); err != nil {
		return err
	}
	l.read.SetMaxOpenConns(readers)
	return l.write.PingContext(ctx)
}

// dsn names the file with the settings of each connection: what it locks, and the kilobytes that it keeps of the file, which
// the operating system keeps for all. What was answered is synced to the disk.
func dsn(path, lock string, cache int, pragma string) string {
	q := url.Values{"_txlock": {lock}, "_pragma": {
		"busy_timeout(10000)", "journal_mode(wal)", "journal_size_limit(67108864)", "wal_autocheckpoint(4000)", "cache_size(-" + strconv.Itoa(cache) + ")", pragma,
	}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (l *Ledger) connectPostgres(ctx context.Context, address string) (err error) {
	l.kind, l.place = postgres{}, "postgres"
	if u, err := url.Parse(address); err == nil {
		l.place = u.Redacted()
	}
	if l.write, err = sql.Open("pgx", address); err != nil {
		return err
	}
	l.write.SetMaxOpenConns(pool)
	l.write.SetMaxIdleConns(pool)
	l.read = l.write
	return l.write.PingContext(ctx)
}

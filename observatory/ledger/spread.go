package ledger

import (
	"context"
	"database/sql"

	"abri.example/abri"
)

// Spread gives the statements by which Citus (https://www.citusdata.com) spreads the schema over several servers: what
// belongs to a site lies where the site lies, totals where their group lies, and what is beside the sites everywhere. What
// people do and who they are stays on the coordinator.
// A test checks that every key has the column by which its table is spread.
func Spread() []string {
	out := []string{"CREATE EXTENSION IF NOT EXISTS citus"}
	for _, t := range tables {
		switch t.spread {
		case central:
		case "":
			out = append(out, "SELECT create_reference_table('"+t.name+"')")
		case "site":
			out = append(out, "SELECT create_distributed_table('"+t.name+"', 'site', colocate_with => '"+colocated(t)+"')")
		default:
			out = append(out, "SELECT create_distributed_table('"+t.name+"', '"+t.spread+"', colocate_with => 'none')")
		}
	}
	return out
}

// colocated is the table beside which another of a site lies: they are joined on the site.
func colocated(t *table) string {
	if t == sitesTable {
		return "none"
	}
	return sitesTable.name
}

// Distribute spreads the schema. CodeUnsupported on SQLite, and on a server without the extension.
func (l *Ledger) Distribute(ctx context.Context) error {
	if _, ok := l.kind.(postgres); !ok {
		return &abri.Error{Code: abri.CodeUnsupported, Place: l.place, What: "SQLite is one file and stays so", Remedy: "move it to PostgreSQL first: abri-observatory move"}
	}
	var has int
	err := l.write.QueryRowContext(ctx, `SELECT COUNT(*) FROM pg_available_extensions WHERE name = 'citus'`).Scan(&has)
	if err == nil && has == 0 {
		return &abri.Error{Code: abri.CodeUnsupported, Place: l.place, What: "this server has no Citus", Remedy: "install the extension citus on each server, and put it into shared_preload_libraries"}
	}
	return l.transact(ctx, "distributing", func(tx *sql.Tx) error {
		for _, q := range Spread() {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return err
	})
}

package ledger

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"abri.example/abri/observatory/audit"
)

// CommuneShape is what the map knows of a commune. Contour is a GeoJSON geometry (RFC 7946), "" where there is none.
type CommuneShape struct {
	Code       string
	Name       string
	Department string
	Population int64
	Longitude  float64
	Latitude   float64
	Contour    string
}

// PutCommunes keeps communes in place of earlier ones of their codes.
func (l *Ledger) PutCommunes(ctx context.Context, communes []CommuneShape) error {
	var rows [][]any
	for _, c := range communes {
		rows = append(rows, []any{c.Code, c.Name, c.Department, c.Population, c.Longitude, c.Latitude, c.Contour})
	}
	return l.act(ctx, "keeping communes in", audit.EnterCommunes, strconv.Itoa(len(communes))+" communes", func(tx *sql.Tx) error {
		return l.kind.put(ctx, l, tx, communesTable, communesTable.orReplace(), rows)
	})
}

// Communes gives those of a department, or all with "", by code.
func (l *Ledger) Communes(ctx context.Context, department string) ([]CommuneShape, error) {
	out, err := query(ctx, l.read, func(r *sql.Rows) (c CommuneShape, err error) {
		return c, r.Scan(&c.Code, &c.Name, &c.Department, &c.Population, &c.Longitude, &c.Latitude, &c.Contour)
	}, `SELECT code, name, department, population, longitude, latitude, contour FROM communes WHERE department = $1 OR $1 = '' ORDER BY code`, department)
	return out, l.explain("reading communes of", err)
}

// CommuneName gives the name of a commune that was imported, "" of one that was not.
func (l *Ledger) CommuneName(ctx context.Context, code string) (string, error) {
	var name string
	err := l.read.QueryRowContext(ctx, `SELECT name FROM communes WHERE code = $1`, code).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, l.explain("reading a commune of", err)
}

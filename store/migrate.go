package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"abri.example/abri"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema up, a version a transaction. A database of a later version is left alone.
func (s *Store) migrate(ctx context.Context) error {
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.write, steps, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return &abri.Error{Code: abri.CodeUnsupported, Place: s.path,
			What:   fmt.Sprintf("the database has version %d of the schema, and this abri knows %d", have, want),
			Remedy: "run the abri that made it, or a later one"}
	}
	done, err := p.Up(ctx)
	for _, step := range done {
		s.log.Info("schema brought up", "database", s.path, "version", step.Source.Version)
	}
	return err
}

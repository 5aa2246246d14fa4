package ledger

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"

	"abri.example/abri"
)

//go:embed schema/*.sql
var schema embed.FS

// migrate brings the schema up, a version a transaction. The texts are the same for both databases but for two words.
func (l *Ledger) migrate(ctx context.Context) error {
	steps, err := l.steps()
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(l.kind.goose(), l.write, nil, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(steps...))
	if err != nil {
		return err
	}
	unlock, err := l.kind.alone(ctx, l.write, migrating) // another process may begin at the same time
	if err != nil {
		return err
	}
	defer unlock()
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return &abri.Error{Code: abri.CodeUnsupported, Place: l.place,
			What:   fmt.Sprintf("the database has version %d of the schema, and this program knows %d", have, want),
			Remedy: "run the abri-observatory that made it, or a later one"}
	}
	if _, err = p.Up(ctx); err != nil {
		return err
	}
	for _, q := range l.kind.appendOnly() {
		if _, err := l.write.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

func (l *Ledger) steps() ([]*goose.Migration, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	var out []*goose.Migration
	for _, name := range names {
		text, err := schema.ReadFile(name)
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(strings.TrimPrefix(name, "schema/"), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, err
		}
		q := strings.NewReplacer("/* clustered */", l.kind.clustered(), "octets(detail)", l.kind.octets("detail")).Replace(string(text))
		out = append(out, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			for _, statement := range statementsOf(q) {
				if _, err := tx.ExecContext(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		}}, nil))
	}
	return out, nil
}

// statementsOf splits a text of the schema. No text of ours has a semicolon within a statement.
func statementsOf(text string) []string {
	var plain strings.Builder
	for line := range strings.Lines(text) {
		code, _, _ := strings.Cut(line, "--")
		plain.WriteString(strings.TrimRight(code, " \n") + "\n")
	}
	var out []string
	for s := range strings.SplitSeq(plain.String(), ";") {
		if strings.TrimSpace(s) != "" {
			out = append(out, s)
		}
	}
	return out
}

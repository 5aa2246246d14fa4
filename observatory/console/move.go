package console

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/authority"
	"abri.example/abri/observatory/centre"
	"abri.example/abri/observatory/ledger"
)

type moveVerb struct {
	To string `arg:"" help:"The empty PostgreSQL, as postgres://user@host/name."`
}

// Help is the example under `abri-observatory move --help`.
func (moveVerb) Help() string {
	return "End the observatory first: what comes meanwhile would stay behind, and boxes would send it again. Then run it with --database.\n\nExample: abri-observatory move postgres://abri@localhost/observatory"
}

func (v moveVerb) Run(s *shell) error {
	if !ledger.IsPostgres(v.To) {
		return &abri.Error{Code: abri.CodeInvalid, Place: v.To, What: "not a PostgreSQL", Remedy: "postgres://user@host/name"}
	}
	return s.with(func(from *ledger.Ledger, _ *authority.Authority) error {
		if err := from.Note(s.ctx, audit.Export, "move to PostgreSQL", audit.Done); err != nil {
			return err
		}
		return s.copyInto(from, v.To)
	})
}

// copyInto copies a ledger and tells of each table what was counted at both ends.
func (s *shell) copyInto(from *ledger.Ledger, address string) error {
	to, err := ledger.Open(s.ctx, address, s.log())
	if err != nil {
		return err
	}
	copied, err := ledger.Copy(s.ctx, from, to)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TABLE\tROWS\tSUM (the same at both ends)")
	for _, c := range copied {
		fmt.Fprintf(w, "%s\t%d\t%016x\n", c.Table, c.Rows, c.Sum)
	}
	return errors.Join(err, w.Flush(), to.Close())
}

// The backup's database, beside its keys.
const backupFile = "observatory.db"

type backupVerb struct {
	Folder string `arg:"" help:"A folder that is not there yet. It holds the keys: keep it as you keep them."`
}

// Help is the example under `abri-observatory backup --help`.
func (backupVerb) Help() string {
	return "It may be made while the observatory runs: it is of one moment. What boxes tell afterwards they tell again after a restore.\n\nExample: abri-observatory backup /backup/2026-03-05"
}

func (v backupVerb) Run(s *shell) error {
	if err := os.Mkdir(v.Folder, 0o700); err != nil {
		return &abri.Error{Code: abri.CodeRefused, Place: v.Folder, What: "the backup can't be made here", Remedy: "give a folder that is not there yet, in one that is", Err: err}
	}
	return s.with(func(from *ledger.Ledger, _ *authority.Authority) error {
		if err := from.Note(s.ctx, audit.Export, "backup to "+v.Folder, audit.Done); err != nil {
			return err
		}
		if err := s.copyInto(from, filepath.Join(v.Folder, backupFile)); err != nil {
			return err
		}
		return os.CopyFS(centre.AuthorityIn(v.Folder), os.DirFS(centre.AuthorityIn(s.data)))
	})
}

type restoreVerb struct {
	Folder string `arg:"" help:"The folder that backup made."`
}

// Help is the example under `abri-observatory restore --help`.
func (restoreVerb) Help() string {
	return "Into an empty --data, and an empty --database where one is given.\n\nExample: abri-observatory --data /var/lib/abri-observatory restore /backup/2026-03-05"
}

func (v restoreVerb) Run(s *shell) error {
	keys := centre.AuthorityIn(s.data)
	if _, err := os.Stat(keys); err == nil {
		return &abri.Error{Code: abri.CodeRefused, Place: keys, What: "there is an observatory here already", Remedy: "restore into an empty folder"}
	}
	if _, err := os.Stat(filepath.Join(v.Folder, backupFile)); err != nil {
		return &abri.Error{Code: abri.CodeNotFound, Place: v.Folder, What: "there is no backup in this folder", Err: err}
	}
	from, err := ledger.Open(s.ctx, filepath.Join(v.Folder, backupFile), s.log())
	if err != nil {
		return err
	}
	if err := errors.Join(s.copyInto(from, s.options().DatabaseIn()), from.Close()); err != nil {
		return err
	}
	return os.CopyFS(keys, os.DirFS(centre.AuthorityIn(v.Folder)))
}

type distributeVerb struct {
	Print bool `help:"Print the statements, and do nothing."`
}

// Help is the example under `abri-observatory distribute --help`.
func (distributeVerb) Help() string {
	return "Needs a PostgreSQL whose servers have the extension citus.\n\nExample: abri-observatory --database postgres://abri@coordinator/observatory distribute"
}

func (v distributeVerb) Run(s *shell) error {
	if v.Print {
		for _, q := range ledger.Spread() {
			fmt.Fprintln(s.out, q+";")
		}
		return nil
	}
	return s.with(func(l *ledger.Ledger, _ *authority.Authority) error { return l.Distribute(s.ctx) })
}

package ledger

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/audit"
	"abri.example/abri/observatory/ledger/ledgertest"
)

func acting(ctx context.Context) context.Context {
	return audit.By(ctx, audit.Actor{Who: "Mme Durand", From: "console", At: time.Unix(1772712000, 7)})
}

// The database refuses to change the log, to whoever has no more than a connection; who takes the refusal away is found by
// the chain, at the first link.
func TestTheAuditLogIsAppendOnly(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		l := open(t, filepath.Join(t.TempDir(), "o.db"))
		appendOnly(t, l, []string{`INSERT OR REPLACE INTO audit SELECT number, at, 'nobody', origin, act, target, result, before, hash FROM audit WHERE number = 3`},
			[]string{"DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"})
	})
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("a PostgreSQL takes a while to start")
		}
		l := open(t, ledgertest.Database(t, ledgertest.Server(t, "fsync=off")))
		appendOnly(t, l, []string{`TRUNCATE audit`}, []string{"DROP TRIGGER audit_no_change ON audit"})
	})
}

func appendOnly(t *testing.T, l *Ledger, more, disarm []string) {
	ctx := acting(t.Context())
	for _, name := range []string{"a", "b", "c", "d"} {
		if err := l.Remember(ctx, name, "x"); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range append(more, `UPDATE audit SET who = 'nobody' WHERE number = 3`, `DELETE FROM audit WHERE number = 3`, `DELETE FROM audit`,
		`INSERT INTO audit SELECT number, at, who, origin, act, target, result, before, hash FROM audit WHERE number = 3`) {
		if _, err := l.write.ExecContext(ctx, q); err == nil {
			t.Errorf("the database does it: %s", q)
		}
	}
	head, err := l.VerifyAudit(ctx)
	if err != nil || head.Number != 4 {
		t.Fatalf("%v, %v", head, err)
	}
	for _, q := range append(disarm, `UPDATE audit SET who = 'nobody' WHERE number = 3`) {
		if _, err := l.write.ExecContext(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	if last, err := l.VerifyAudit(ctx); abri.CodeOf(err) != abri.CodeDamaged || !strings.Contains(err.Error(), "entry 3") || last.Number != 2 {
		t.Errorf("%v, %v", last, err)
	}
	if _, err := l.write.ExecContext(ctx, `DELETE FROM audit WHERE number > 2`); err != nil {
		t.Fatal(err)
	}
	if _, err := l.VerifyAudit(ctx); err != nil {
		t.Errorf("what is left is a chain: %v", err)
	}
	if _, err := l.VerifyAudit(ctx, head); abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("its end is cut off, and its head was noted: %v", err)
	}
}

// A copy of a log that is broken is refused, and says where.
func TestABrokenLogDoesNotMove(t *testing.T) {
	here, there := open(t, filepath.Join(t.TempDir(), "here.db")), open(t, filepath.Join(t.TempDir(), "there.db"))
	ctx := acting(t.Context())
	for _, name := range []string{"a", "b"} {
		if err := here.Remember(ctx, name, "x"); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []string{"DROP TRIGGER audit_no_update", `UPDATE audit SET target = 'z' WHERE number = 1`} {
		if _, err := here.write.ExecContext(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Copy(t.Context(), here, there); abri.CodeOf(err) != abri.CodeDamaged || !strings.Contains(err.Error(), "entry 1") {
		t.Errorf("%v", err)
	}
}

package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"

	"abri.example/abri/observatory/audit"
)

// act runs do in one transaction with its entry in the audit log: both are kept, or neither. Who acts stands in the
// context (audit.By); what nobody does, the program by itself, has no entry.
func (l *Ledger) act(ctx context.Context, doing string, what audit.Act, on string, do func(*sql.Tx) error) error {
	return l.transact(ctx, doing, func(tx *sql.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return l.note(ctx, tx, what, on, audit.Done)
	})
}

// mustAct is act for one statement that must find its row.
func (l *Ledger) mustAct(ctx context.Context, what audit.Act, on, missing, q string, args ...any) error {
	return l.act(ctx, "changing", what, on, func(tx *sql.Tx) error { return mustTouchIn(ctx, tx, missing, q, args...) })
}

// Note writes an entry by itself, for what is tried and not done, and for what leaves nothing else in the database.
func (l *Ledger) Note(ctx context.Context, what audit.Act, on string, result audit.Result) error {
	return l.transact(ctx, "noting in", func(tx *sql.Tx) error { return l.note(ctx, tx, what, on, result) })
}

// note writes an entry as the last step of a transaction. From then until the commit nobody else writes one: so the
// chain holds, however many processes write, and nobody who waits here holds what another one needs.
func (l *Ledger) note(ctx context.Context, tx *sql.Tx, what audit.Act, on string, result audit.Result) error {
	by, ok := audit.Of(ctx)
	if !ok {
		return nil
	}
	if err := l.kind.inTurn(ctx, tx, auditing); err != nil {
		return err
	}
	last, err := query(ctx, tx, scanEntry, auditQuery+` ORDER BY number DESC LIMIT 1`)
	if err != nil {
		return err
	}
	var before *audit.Entry
	if len(last) > 0 {
		before = &last[0]
	}
	e := audit.Entry{At: by.At, Who: by.Who, From: by.From, Act: what, On: on, Result: result}.Sealed(before)
	return l.kind.put(ctx, l, tx, auditTable, "", [][]any{{int64(e.Number), nanos(e.At), e.Who, e.From, string(e.Act), e.On, string(e.Result), e.Before[:], e.Hash[:]}})
}

const auditQuery = `SELECT number, at, who, origin, act, target, result, before, hash FROM audit`

func scanEntry(r *sql.Rows) (e audit.Entry, err error) {
	var before, hash []byte
	if err := r.Scan(&e.Number, timeOf{&e.At}, &e.Who, &e.From, &e.Act, &e.On, &e.Result, &before, &hash); err != nil {
		return e, err
	}
	if len(before) == sha256.Size && len(hash) == sha256.Size { // others are no hashes, and the chain will say so
		e.Before, e.Hash = [sha256.Size]byte(before), [sha256.Size]byte(hash)
	}
	return e, nil
}

// Audit gives at most limit entries, the last first: those before a number, or with 0 the latest.
func (l *Ledger) Audit(ctx context.Context, before uint64, limit int) ([]audit.Entry, error) {
	out, err := query(ctx, l.read, scanEntry, auditQuery+` WHERE number < $1 OR $1 = 0 ORDER BY number DESC LIMIT $2`, int64(before), limit)
	return out, l.explain("reading the audit log of", err)
}

// VerifyAudit reads the whole log and checks that it is one chain, and that entries that were noted elsewhere are in it.
// It gives the last entry that holds; CodeDamaged names the first that does not.
func (l *Ledger) VerifyAudit(ctx context.Context, noted ...audit.Head) (audit.Head, error) {
	var chain audit.Chain
	chain.Expect(noted...)
	rows, err := l.read.QueryContext(ctx, auditQuery+` ORDER BY number`)
	if err != nil {
		return chain.Last, l.explain("reading the audit log of", err)
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scanEntry(rows)
		if err == nil {
			err = chain.Next(e)
		}
		if err != nil {
			return chain.Last, l.explain("reading the audit log of", err)
		}
	}
	if err := rows.Err(); err != nil {
		return chain.Last, l.explain("reading the audit log of", err)
	}
	return chain.Last, chain.End()
}

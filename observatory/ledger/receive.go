package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"time"

	"abri.example/abri/fleet"
)

// Bounds of what waits for the disk, and of what one transaction takes; and how long the first of a group waits for others,
// since a transaction costs as much as several reports.
const (
	mostWaiting = 4096
	mostAtOnce  = 256
	company     = 5 * time.Millisecond
)

// Country tells where an address is from: package geo's, or a test's.
type Country func(a fleet.Attack) string

// delivery is a report on its way to the disk.
type delivery struct {
	report  fleet.Report
	digest  [sha256.Size]byte
	at      time.Time
	entries []byte // of the journal
	country Country
	err     error // what becomes of it
	done    chan error
}

// Receive keeps a report, whole or not at all: when it returns nil the report is on the disk, with its receipt and its
// days, its attacks in the journal, from which they go into rows and rollups by Post, or when somebody reads the site. Said
// is the report as it came, of which the digest is kept. It waits for the disk, as long as ctx allows.
//
// A *fleet.Refusal tells that it was not taken: ReasonDuplicate, ReasonReplayed, ReasonOutOfOrder, ReasonConflict,
// ReasonCloned, ReasonRevoked, ReasonUnconfirmed, ReasonStranger by what is known of the box, ReasonTooMany when the
// disk can't follow, ReasonUnavailable when the database does not answer. What of ctx ended first may still be kept:
// the box sends it again, and learns that it is a duplicate.
func (l *Ledger) Receive(ctx context.Context, r fleet.Report, said []byte, at time.Time, country Country) error {
	entries, err := entriesOf(&r, country)
	if err != nil {
		return fleet.Refuse(fleet.ReasonMalformed, "an attack's id is 32 hexadecimal digits")
	}
	if l.unposted.Load() > mostUnposted {
		return &fleet.Refusal{Reason: fleet.ReasonTooMany, What: "the ledger has to catch up", Wait: 60}
	}
	d := &delivery{report: r, digest: sha256.Sum256(said), at: at, entries: entries, country: country, done: make(chan error, 1)}
	select {
	case l.deliveries <- d:
	default:
		return &fleet.Refusal{Reason: fleet.ReasonTooMany, What: "the disk can't follow", Wait: 30}
	}
	select {
	case err := <-d.done:
		return err
	case <-ctx.Done():
		return fleet.Refuse(fleet.ReasonUnavailable, "it took too long")
	}
}

// commitAll commits what waits, group by group, until ctx ends.
func (l *Ledger) commitAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			l.turnAway()
			return
		case first := <-l.deliveries:
			l.commit(ctx, l.gather(first))
		}
	}
}

// gather takes what else comes within a moment.
func (l *Ledger) gather(first *delivery) []*delivery {
	group := []*delivery{first}
	over := time.NewTimer(company)
	defer over.Stop()
	for len(group) < mostAtOnce {
		select {
		case d := <-l.deliveries:
			group = append(group, d)
		case <-over.C:
			return group
		}
	}
	return group
}

// turnAway answers what still waits at the end.
func (l *Ledger) turnAway() {
	for {
		select {
		case d := <-l.deliveries:
			d.done <- fleet.Refuse(fleet.ReasonUnavailable, "the observatory ends")
		default:
			return
		}
	}
}

// commit keeps a group in one transaction. One that fails is tried report by report, so that none harms another.
func (l *Ledger) commit(ctx context.Context, group []*delivery) {
	err := l.transact(ctx, "keeping reports in", func(tx *sql.Tx) error { return l.keep(ctx, tx, group) })
	if err != nil && len(group) > 1 && ctx.Err() == nil {
		for _, d := range group {
			l.commit(ctx, []*delivery{d})
		}
		return
	}
	if err != nil {
		l.log.Error("a report is not kept; its box sends it again", "reports", len(group), "err", err)
	}
	for _, d := range group {
		switch {
		case err != nil:
			d.done <- fleet.Refuse(fleet.ReasonUnavailable, "the database does not take it")
		default:
			d.done <- d.err
		}
	}
}

// keep writes a group: each report is judged by its number, and what is taken is written table by table.
func (l *Ledger) keep(ctx context.Context, tx *sql.Tx, group []*delivery) error {
	taken, err := l.judge(ctx, tx, group)
	if err != nil || len(taken) == 0 {
		return err
	}
	if err := l.keepJournal(ctx, tx, taken); err != nil {
		return err
	}
	if err := l.keepDays(ctx, tx, taken); err != nil {
		return err
	}
	if err := l.raiseAttacks(ctx, tx, taken); err != nil {
		return err
	}
	return l.keepReceipts(ctx, tx, taken)
}

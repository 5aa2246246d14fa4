package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/audit"
)

// The states of a box: it asked to be taken in, a person confirmed it, it was taken out.
const (
	Candidate = "candidate"
	Confirmed = "confirmed"
	Revoked   = "revoked"
)

// Box is what is known of a box's enrolment. Suspicion is a reason that a person should look at, such as a clone.
type Box struct {
	fleet.Identity
	State       string
	Fingerprint []byte // SHA-256 of its public key
	Request     []byte // its certificate signing request
	Words       string
	Software    string
	Asked       time.Time
	Confirmed   time.Time
	By          string
	Expires     time.Time
	Suspicion   string
}

// Invitation is a place kept for a box. Digest is SHA-256 of the token's secret, which is kept nowhere.
type Invitation struct {
	Site   int64
	Digest [sha256.Size]byte
	Made   time.Time
	Until  time.Time
	By     string
	Used   time.Time
}

// Invite keeps a place.
func (l *Ledger) Invite(ctx context.Context, i Invitation) error {
	return l.act(ctx, "inviting in", audit.InviteBox, onSite(i.Site), func(tx *sql.Tx) error {
		return l.kind.put(ctx, l, tx, invitationsTable, "", [][]any{{i.Site, i.Digest[:], nanos(i.Made), nanos(i.Until), i.By, int64(0)}})
	})
}

// Apply takes a box in as a candidate and uses its invitation up, both or neither. The same box with the same key may
// ask again, for its answer may have been lost. ReasonToken when there is no such invitation, or it was used or is over.
func (l *Ledger) Apply(ctx context.Context, secret []byte, b Box) error {
	digest := sha256.Sum256(secret)
	return l.transact(ctx, "taking a box into", func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE invitations SET used = $1 WHERE site = $2 AND digest = $3 AND used = 0 AND until > $4`,
			nanos(b.Asked), b.Site, digest[:], nanos(b.Asked))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return askedBefore(ctx, tx, b, err)
		}
		return l.kind.put(ctx, l, tx, boxesTable, "", [][]any{{b.Site, b.Box, Candidate, b.Fingerprint, b.Request, b.Words, b.Software,
			nanos(b.Asked), int64(0), "", int64(0), ""}})
	})
}

func askedBefore(ctx context.Context, tx *sql.Tx, b Box, err error) error {
	if err != nil {
		return err
	}
	found, err := query(ctx, tx, scanBox, boxQuery+` WHERE site = $1 AND box = $2`, b.Site, b.Box)
	if err != nil {
		return err
	}
	if len(found) == 1 && bytes.Equal(found[0].Fingerprint, b.Fingerprint) && found[0].State != Revoked {
		return nil
	}
	return &abri.Error{Code: abri.CodeRefused, What: "the invitation was used, or is over, or was never made", Err: fleet.Refuse(fleet.ReasonToken, "ask for another invitation")}
}

const boxQuery = `SELECT site, box, state, fingerprint, request, words, software, asked, confirmed, confirmer, expires, suspicion FROM boxes`

func scanBox(r *sql.Rows) (b Box, err error) {
	return b, r.Scan(&b.Site, &b.Identity.Box, &b.State, &b.Fingerprint, &b.Request, &b.Words, &b.Software,
		timeOf{&b.Asked}, timeOf{&b.Confirmed}, &b.By, timeOf{&b.Expires}, &b.Suspicion)
}

// Box gives one box; CodeNotFound when there is none.
func (l *Ledger) Box(ctx context.Context, id fleet.Identity) (Box, error) {
	found, err := query(ctx, l.read, scanBox, boxQuery+` WHERE site = $1 AND box = $2`, id.Site, id.Box)
	if err != nil {
		return Box{}, l.explain("reading", err)
	}
	if len(found) == 0 {
		return Box{}, &abri.Error{Code: abri.CodeNotFound, What: "no such box is enrolled"}
	}
	return found[0], nil
}

// BoxesOf gives the boxes of a site, the last to ask first; of all sites with 0.
func (l *Ledger) BoxesOf(ctx context.Context, site int64) ([]Box, error) {
	out, err := query(ctx, l.read, scanBox, boxQuery+` WHERE site = $1 OR $1 = 0 ORDER BY asked DESC, box`, site)
	return out, l.explain("reading", err)
}

// Confirm takes a candidate in for good: a person compared its words. ReasonToken-free errors: CodeNotFound when no
// candidate of the site has these words.
func (l *Ledger) Confirm(ctx context.Context, site int64, words, by string, at time.Time) (Box, error) {
	boxes, err := l.BoxesOf(ctx, site)
	if err != nil {
		return Box{}, err
	}
	for _, b := range boxes {
		if b.State == Candidate && fleet.SameWords(words, b.Words) {
			b.State, b.Confirmed, b.By = Confirmed, at, by
			return b, l.act(ctx, "changing", audit.ConfirmBox, onBox(b.Identity), func(tx *sql.Tx) error {
				err := mustTouchIn(ctx, tx, "the candidate is gone", `UPDATE boxes SET state = $1, confirmed = $2, confirmer = $3 WHERE site = $4 AND box = $5 AND state = $6`,
					Confirmed, nanos(at), by, site, b.Identity.Box, Candidate)
				if err != nil {
					return err
				}
				return l.raise(ctx, tx, happening{topic: TopicEnrolled, site: site, key: b.Identity.Box, at: at, box: b.Identity.Box})
			})
		}
	}
	return Box{}, &abri.Error{Code: abri.CodeNotFound, What: "no box of this site waits with these words", Remedy: "compare them again: other words are another box"}
}

// Certify notes until when a box's certificate is good.
func (l *Ledger) Certify(ctx context.Context, id fleet.Identity, expires time.Time) error {
	return l.mustTouch(ctx, "no such box is enrolled", `UPDATE boxes SET expires = $1 WHERE site = $2 AND box = $3`, nanos(expires), id.Site, id.Box)
}

// onBox is a box as the audit log names it.
func onBox(id fleet.Identity) string { return onSite(id.Site) + " box " + id.Box }

// Revoke takes a box out: from the next report on nothing of it is taken.
func (l *Ledger) Revoke(ctx context.Context, id fleet.Identity) error {
	return l.act(ctx, "changing", audit.RevokeBox, onBox(id), func(tx *sql.Tx) error {
		if err := mustTouchIn(ctx, tx, "no such box is enrolled", `UPDATE boxes SET state = $1 WHERE site = $2 AND box = $3`, Revoked, id.Site, id.Box); err != nil {
			return err
		}
		by, _ := audit.Of(ctx)
		return l.raise(ctx, tx, happening{topic: TopicRevoked, site: id.Site, key: id.Box, at: by.At, box: id.Box})
	})
}

// PutBoxes enters boxes as they are given, in place of those of their identities: for those that were enrolled
// elsewhere.
func (l *Ledger) PutBoxes(ctx context.Context, boxes ...Box) error {
	var rows [][]any
	for _, b := range boxes {
		rows = append(rows, []any{b.Site, b.Identity.Box, b.State, b.Fingerprint, b.Request, b.Words, b.Software, nanos(b.Asked), nanos(b.Confirmed),
			b.By, nanos(b.Expires), b.Suspicion})
	}
	return l.transact(ctx, "entering boxes in", func(tx *sql.Tx) error { return l.kind.put(ctx, l, tx, boxesTable, boxesTable.orReplace(), rows) })
}

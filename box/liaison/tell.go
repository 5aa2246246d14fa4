package liaison

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/fleet/courier"
	"abri.example/abri/store"
)

// tell sends what the outbox holds, report by report, until it holds no more than the next one will.
func (l *Liaison) tell(ctx context.Context, c *courier.Courier) error {
	db := l.site.Store()
	if db == nil {
		return &abri.Error{Code: abri.CodeUnavailable, What: "there is no store to tell from"}
	}
	for {
		p, there, err := db.Parcel(ctx)
		if err != nil {
			return err
		}
		full := there
		if !there {
			if p, full, err = l.pack(ctx, db, c.Papers()); err != nil {
				return err
			}
		}
		a, err := c.Send(ctx, p.Body)
		if err != nil {
			if again, err := l.react(ctx, db, err); !again {
				return err
			}
			continue
		}
		if err := db.Delivered(ctx, p); err != nil {
			return err
		}
		l.answered(a)
		if !full {
			l.due(l.jitter(l.Every))
			return nil
		}
	}
}

func (l *Liaison) answered(a fleet.Answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = a.Now
	l.most = min(l.most*2, fleet.MaxAttacks)
	l.set(a.Now)
}

// pack makes the next report and keeps it until it is answered. Full says that there is more.
func (l *Liaison) pack(ctx context.Context, db *store.Store, papers courier.Papers) (p store.Parcel, full bool, err error) {
	epoch, seq, err := db.LastDelivered(ctx)
	if err == nil && epoch == "" {
		epoch = newEpoch()
		err = db.BeginEpoch(ctx, epoch, time.Time{})
	}
	if err != nil {
		return p, false, err
	}
	l.mu.Lock()
	most := l.most
	l.mu.Unlock()
	untold, err := db.Outbox(ctx, most)
	if err != nil {
		return p, false, err
	}
	secret, err := secretOf(ctx, db)
	if err != nil {
		return p, false, err
	}
	now := l.time()
	attacks, holds := l.letters(untold, secret, now)
	done, err := doneOrders(ctx, db)
	if err != nil {
		return p, false, err
	}
	r := fleet.Report{
		Version: fleet.Version, Site: papers.Site, Box: papers.Box, Epoch: epoch, Seq: seq + 1, Sent: now.UTC(), Software: l.Software, Done: done,
		Status: l.site.Status(), Days: l.days(now), Attacks: attacks,
	}
	p = store.Parcel{Epoch: epoch, Seq: seq + 1}
	if p.Body, err = r.Encode(); err != nil {
		return p, false, err
	}
	return p, len(untold) == most, db.Pack(ctx, p, holds)
}

// letters are attacks as they may leave, with their times put right. What can't be told (it is too long ago, or was
// written by a version that had other ids) is held all the same, so that it does not wait for ever.
func (l *Liaison) letters(untold []store.Untold, secret []byte, now time.Time) (out []fleet.Attack, holds []store.Told) {
	oldest := now.AddDate(0, 0, 1-fleet.MostDays)
	for _, u := range untold {
		shift := u.Shift
		if !u.Known {
			shift = l.shiftOf(u.First, now)
		}
		holds = append(holds, store.Told{ID: u.ID, Revision: u.Revision, Shift: shift})
		a := fleet.Tell(move(u.Attack, shift, now, l.Location), secret)
		if a.First.Before(oldest) || a.Check() != nil {
			continue
		}
		out = append(out, a)
	}
	return out, holds
}

// shiftOf is by how much the times of an attack are moved. It is decided when the attack is first told, and kept: its
// day must never change.
func (l *Liaison) shiftOf(first, now time.Time) time.Duration {
	l.mu.Lock()
	shift := l.skew
	l.mu.Unlock()
	if ahead := first.Add(-shift).Sub(now); ahead > 0 {
		shift += ahead // the clock was right when this was told, and wrong when it was seen
	}
	return shift
}

// move puts an attack's times right.
func move(a abri.Attack, shift time.Duration, now time.Time, loc *time.Location) abri.Attack {
	if shift != 0 {
		a.First, a.Last = a.First.Add(-shift), a.Last.Add(-shift)
		a.Day = abri.DayOf(a.First, loc)
	}
	if a.Last.After(now) {
		a.Last = now
	}
	if a.Last.Before(a.First) {
		a.Last = a.First
	}
	return a
}

// days are those of the last week, and after a longer silence all of it.
func (l *Liaison) days(now time.Time) []fleet.Day {
	l.mu.Lock()
	told, skewed := l.told, l.skew != 0
	l.mu.Unlock()
	if skewed {
		return nil // the box's days are not those of the calendar
	}
	today := abri.DayOf(now, l.Location)
	from := today.Add(-2)
	if told.IsZero() || now.Sub(told) > 24*time.Hour {
		from = today.Add(2 - fleet.MaxDays)
	}
	var out []fleet.Day
	for _, d := range l.site.Days(from) {
		if d.Day <= today && d.Day >= from {
			out = append(out, d)
		}
	}
	return out
}

// react does what a refusal asks for, and reports whether to try again at once.
func (l *Liaison) react(ctx context.Context, db *store.Store, err error) (again bool, _ error) {
	var r *fleet.Refusal
	if !errors.As(err, &r) {
		return false, err
	}
	switch r.Reason {
	case fleet.ReasonReplayed, fleet.ReasonConflict, fleet.ReasonOutOfOrder:
		l.Log.Warn("the observatory has lost count of this box; it counts anew", "reason", r.Reason, "again from", r.Since)
		return true, db.BeginEpoch(ctx, newEpoch(), r.Since.Add(-anHourIf(r.Since)))
	case fleet.ReasonFuture, fleet.ReasonPast:
		l.mu.Lock()
		before := l.skew
		l.set(r.Now)
		again = l.skew != before
		l.mu.Unlock()
		return again, errors.Join(db.Unpack(ctx), err)
	case fleet.ReasonOversized:
		l.mu.Lock()
		again = l.most > 1
		l.most = max(1, l.most/2)
		l.mu.Unlock()
		return again, errors.Join(db.Unpack(ctx), err)
	case fleet.ReasonMalformed, fleet.ReasonVersion, fleet.ReasonForged:
		return false, errors.Join(db.Unpack(ctx), err)
	}
	return false, err
}

func anHourIf(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return time.Hour
}

// waitOf is how long a refusal asks to wait, and an hour where only a person can help.
func waitOf(err error) time.Duration {
	var r *fleet.Refusal
	if !errors.As(err, &r) {
		return 0
	}
	switch r.Reason {
	case fleet.ReasonRevoked, fleet.ReasonCloned, fleet.ReasonStranger, fleet.ReasonMalformed, fleet.ReasonVersion, fleet.ReasonForged:
		return time.Hour
	}
	return time.Duration(min(max(r.Wait, 0), 3600)) * time.Second
}

// newEpoch is a word that nobody used before.
func newEpoch() string { return strings.ToLower(rand.Text()[:20]) }

// keySecret is where the store keeps what keys the pseudonyms.
const keySecret = "observatory.secret"

// secretOf is the box's secret, made once. It never leaves the box.
func secretOf(ctx context.Context, db *store.Store) ([]byte, error) {
	if v, ok, err := db.Recall(ctx, keySecret); err != nil || ok {
		b, _ := hex.DecodeString(v)
		return b, err
	}
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return nil, err
	}
	return b, db.Remember(ctx, keySecret, hex.EncodeToString(b))
}

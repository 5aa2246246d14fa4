package ledger

import (
	"context"
	"database/sql"
	"time"
)

// NoticeSort is what a contact is told.
type NoticeSort string

// What a contact is told: that nothing is heard of the site's box, that it is heard again, that an invitation waits.
const (
	NoticeSilent   NoticeSort = "silent"
	NoticeBack     NoticeSort = "back"
	NoticeReminder NoticeSort = "reminder"
)

// Notice is one thing that a site's contact is told, once.
type Notice struct {
	Site
	Sort  NoticeSort
	Since time.Time
}

// ReminderAfter is how long an invitation waits before its contact is reminded.
const ReminderAfter = 7 * 24 * time.Hour

// Notices gives what contacts should be told now and have not been, and marks it as told: each is given to one caller,
// once, also by several processes. A silence is told once until the site is heard again.
func (l *Ledger) Notices(ctx context.Context, now time.Time) ([]Notice, error) {
	unlock, err := l.kind.alone(ctx, l.write, noticing)
	if err != nil {
		return nil, l.explain("noticing in", err)
	}
	defer unlock()
	due, err := l.due(ctx, now)
	if err != nil || len(due) == 0 {
		return nil, l.explain("noticing in", err)
	}
	var rows [][]any
	for _, n := range due {
		rows = append(rows, []any{n.Number, string(n.Sort), nanos(n.Since), nanos(now), int64(0)})
	}
	err = l.transact(ctx, "noticing in", func(tx *sql.Tx) error { // none of them stands: who notices is alone
		if err := l.kind.put(ctx, l, tx, noticesTable, "", rows); err != nil {
			return err
		}
		return l.raiseNotices(ctx, tx, due, now)
	})
	if err != nil {
		return nil, err
	}
	return due, nil
}

// raiseNotices tells of sites that fell silent and came back. A notice that could not be sent is noticed again, and is
// the same event.
func (l *Ledger) raiseNotices(ctx context.Context, tx *sql.Tx, due []Notice, now time.Time) error {
	for _, n := range due {
		topic, ok := map[NoticeSort]Topic{NoticeSilent: TopicSilent, NoticeBack: TopicBack}[n.Sort]
		if !ok {
			continue
		}
		if err := l.raise(ctx, tx, happening{topic: topic, site: n.Number, key: n.Since.String(), at: now, since: n.Since.UTC()}); err != nil {
			return err
		}
	}
	return nil
}

// due are the notices whose time has come and that stand in no row.
func (l *Ledger) due(ctx context.Context, now time.Time) ([]Notice, error) {
	scan := func(r *sql.Rows) (n Notice, err error) {
		return n, r.Scan(append(n.Site.into(), &n.Sort, timeOf{&n.Since})...)
	}
	const lastHeard = `(SELECT site, MAX(at) AS at FROM receipts GROUP BY site) r JOIN sites s ON s.site = r.site`
	silent, err := query(ctx, l.read, scan, `SELECT `+siteColumns+`, 'silent', r.at FROM `+lastHeard+`
		WHERE r.at < $1 AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.site = r.site AND n.sort = 'silent' AND n.since = r.at)`,
		nanos(now.Add(-SilentAfter)))
	if err != nil {
		return nil, err
	}
	back, err := query(ctx, l.read, scan, `SELECT `+siteColumns+`, 'back', n.since FROM notices n JOIN sites s ON s.site = n.site
		JOIN (SELECT site, MAX(at) AS at FROM receipts GROUP BY site) r ON r.site = n.site
		WHERE n.sort = 'silent' AND r.at > n.since AND r.at >= $1
		AND NOT EXISTS (SELECT 1 FROM notices b WHERE b.site = n.site AND b.sort = 'back' AND b.since = n.since)`, nanos(now.Add(-SilentAfter)))
	if err != nil {
		return nil, err
	}
	late, err := query(ctx, l.read, scan, `SELECT `+siteColumns+`, 'reminder', i.made FROM invitations i JOIN sites s ON s.site = i.site
		WHERE i.used = 0 AND i.until > $1 AND i.made < $2
		AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.site = i.site AND n.sort = 'reminder' AND n.since = i.made)`,
		nanos(now), nanos(now.Add(-ReminderAfter)))
	return append(append(silent, back...), late...), err
}

// Unnotice takes a notice back that could not be sent: it is due again.
func (l *Ledger) Unnotice(ctx context.Context, n Notice) error {
	_, err := l.exec(ctx, "taking a notice back in", `DELETE FROM notices WHERE site = $1 AND sort = $2 AND since = $3`, n.Number, string(n.Sort), nanos(n.Since))
	return err
}

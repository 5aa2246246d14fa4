package ledger

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
)

// Rollout is how far a site has come.
type Rollout string

// The stages, in their order. Silent is one that observed or protected, and was not heard of for SilentAfter.
const (
	Entered    Rollout = "entered" // nobody has invited it yet
	Invited    Rollout = "invited"
	Shipped    Rollout = "shipped"
	Installed  Rollout = "installed" // its box asked to be taken in, or was, and has told nothing yet
	Observing  Rollout = "observing"
	Protecting Rollout = "protecting"
	Silent     Rollout = "silent"
)

// Rollouts lists the stages in their order. Do not write to it.
var Rollouts = []Rollout{Entered, Invited, Shipped, Installed, Observing, Protecting, Silent}

// SilentAfter is how long nothing may be heard of a site before its sky is fog: four reports.
const SilentAfter = time.Hour

// Standing is where a site stands: what its box told last. Sky is fog where nothing was heard for SilentAfter, or ever.
type Standing struct {
	Site
	Rollout     Rollout
	Sky         abri.Sky
	Points      int
	Attacks     uint64 // of the site's own today
	Neutralised uint64
	Mode        abri.Mode
	Software    string
	Heard       time.Time // of the last report, by the observatory's clock; zero for never
	Wanted      int
	Enforced    int
	Troubles    []string
	Suspicion   string // of its box, such as cloned
	Waiting     bool   // a box of the site waits for the person who compares the words
}

// Scope is which sites are meant: one, those of a group, or with zeros all of them.
type Scope struct {
	Site  int64
	Group int64
}

// where is the condition on the site in column c, by numbers that are no text of the outside.
func (s Scope) where(c string) (string, []any) {
	switch {
	case s.Site != 0:
		return c + ` = $1`, []any{s.Site}
	case s.Group != 0:
		return c + ` IN (SELECT site FROM members WHERE grp = $1)`, []any{s.Group}
	}
	return `$1 = 0`, []any{int64(0)}
}

// Standings gives where the sites of a scope stand at now, by name. A site whose box was exchanged stands where the
// last of its boxes stands.
func (l *Ledger) Standings(ctx context.Context, scope Scope, now time.Time) ([]Standing, error) {
	return l.standings(ctx, scope, time.Time{}, now, 0)
}

// standings is the same of the sites of which something was heard after since, of all of them with the zero time. About
// says how many there may be.
func (l *Ledger) standings(ctx context.Context, scope Scope, since, now time.Time, about int) ([]Standing, error) {
	where, args := scope.where("s.site")
	if !since.IsZero() {
		where += ` AND r.at > ` + strconv.FormatInt(nanos(since), 10)
	}
	rows, err := l.read.QueryContext(ctx, `SELECT `+siteColumns+`,
		COALESCE(i.made, 0), COALESCE(b.state, ''), COALESCE(b.suspicion, ''), COALESCE(r.at, 0), COALESCE(r.mode, ''), COALESCE(r.sky, ''), COALESCE(r.points, 0),
		COALESCE(r.attacks, 0), COALESCE(r.neutralised, 0), COALESCE(r.software, ''), COALESCE(r.wanted, 0), COALESCE(r.enforced, 0), COALESCE(r.troubles, '')
		FROM sites s
		LEFT JOIN (SELECT site, MAX(made) AS made FROM invitations GROUP BY site) i ON i.site = s.site
		LEFT JOIN boxes b ON b.site = s.site AND b.asked = (SELECT MAX(asked) FROM boxes x WHERE x.site = s.site AND x.state <> 'revoked')
		LEFT JOIN receipts r ON r.site = s.site AND r.box = b.box
		WHERE `+where+` ORDER BY s.name, s.site`, args...)
	if err != nil {
		return nil, l.explain("reading", err)
	}
	defer rows.Close()
	out := make([]Standing, 0, about)
	for rows.Next() {
		s, err := scanStanding(rows, now)
		if err != nil {
			return nil, l.explain("reading", err)
		}
		out = append(out, s)
	}
	return out, l.explain("reading", rows.Err())
}

func scanStanding(r *sql.Rows, now time.Time) (s Standing, err error) {
	var invited int64
	var state, troubles string
	into := append(s.Site.into(), &invited, &state, &s.Suspicion, timeOf{&s.Heard}, &s.Mode, &s.Sky, &s.Points, &s.Attacks, &s.Neutralised,
		&s.Software, &s.Wanted, &s.Enforced, &troubles)
	if err := r.Scan(into...); err != nil {
		return s, err
	}
	s.Troubles = strings.Fields(troubles)
	s.Waiting = state == Candidate
	s.Rollout = stage(s, invited != 0, state, now)
	s.age(now)
	return s, nil
}

// age puts fog over a site that was not heard of for too long: silence is never sun.
func (s *Standing) age(now time.Time) {
	if s.Heard.IsZero() || now.Sub(s.Heard) > SilentAfter {
		s.Sky = abri.Fog
		if !s.Heard.IsZero() {
			s.Rollout = Silent
		}
	}
}

func stage(s Standing, invited bool, state string, now time.Time) Rollout {
	switch {
	case !s.Heard.IsZero() && now.Sub(s.Heard) > SilentAfter:
		return Silent
	case !s.Heard.IsZero() && s.Mode == abri.Protect:
		return Protecting
	case !s.Heard.IsZero():
		return Observing
	case state != "":
		return Installed
	case !s.Shipped.IsZero():
		return Shipped
	case invited:
		return Invited
	}
	return Entered
}

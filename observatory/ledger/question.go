package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
)

// By is what figures are told apart by.
type By string

// The ways to tell figures apart. ByKind serves families too: each kind belongs to one.
const (
	ByAll     By = "all"
	ByDay     By = "day"
	ByMonth   By = "month"
	ByYear    By = "year"
	ByKind    By = "kind"
	ByService By = "service"
	ByCountry By = "country"
)

// Question asks for the figures of the attacks that began between two days, both included, told apart by By.
type Question struct {
	Scope
	From, To abri.Day
	By       By
}

// Figure is one answer: its word (a day, a month as "2026-03", a year, a kind, a service, a country, or "") and how many
// attacks began, how many of them were neutralised, and how many watch-only would have blocked.
type Figure struct {
	Word        string
	Attacks     uint64
	Neutralised uint64
	WouldBlock  uint64
}

// Count answers a question. One site is counted from its own rollups, to the unit and to the last report; a group and
// everybody from the totals, which are as old as the last Sum.
func (l *Ledger) Count(ctx context.Context, q Question) ([]Figure, error) {
	if err := CheckDays(q.From, q.To); err != nil {
		return nil, err
	}
	text, args, err := q.text()
	if err != nil {
		return nil, err
	}
	if q.Site != 0 {
		if err := l.settle(ctx, q.Site, q.Site); err != nil {
			return nil, l.explain("counting in", err)
		}
	}
	out, err := query(ctx, l.read, func(r *sql.Rows) (f Figure, err error) {
		return f, r.Scan(&f.Word, &f.Attacks, &f.Neutralised, &f.WouldBlock)
	}, text, args...)
	for i := range out {
		out[i].Word = q.By.word(out[i].Word)
	}
	return out, l.explain("counting in", err)
}

const maxDays = 3660

// CheckDays refuses two days that are none, or in the wrong order, or too far apart. CodeInvalid.
func CheckDays(from, to abri.Day) error {
	if number(from) == 0 || number(to) == 0 || from > to || from.Add(maxDays) < to {
		return &abri.Error{Code: abri.CodeInvalid, What: fmt.Sprintf("the days %q to %q", from, to), Remedy: `two days as "2006-01-02", ten years apart at the most`}
	}
	return nil
}

// text is the question in SQL. Days stand in it as numbers of our own making.
func (q Question) text() (string, []any, error) {
	word, ok := map[By]string{ByAll: "''", ByDay: "day", ByMonth: "day / 100", ByYear: "day / 10000", ByKind: "kind", ByService: "service", ByCountry: "country"}[q.By]
	if !ok {
		return "", nil, &abri.Error{Code: abri.CodeInvalid, What: fmt.Sprintf("figures by %q", q.By), Remedy: "all, day, month, year, kind, service or country"}
	}
	const sums = `SUM(attacks), SUM(neutralised), SUM(would_block)`
	if q.Site != 0 {
		return `SELECT CAST(` + word + ` AS TEXT), ` + sums + ` FROM rollups WHERE site = $1 AND day >= $2 AND day <= $3
			GROUP BY 1 HAVING SUM(attacks) > 0 ORDER BY 1`, []any{q.Site, number(q.From), number(q.To)}, nil
	}
	sort, days := string(ByAll), monthsBetween(q.From, q.To)
	switch q.By {
	case ByDay:
		days = daysBetween(q.From, q.To)
	case ByKind, ByService, ByCountry:
		sort, word = string(q.By), "word"
	}
	return `SELECT CAST(` + word + ` AS TEXT), ` + sums + ` FROM totals WHERE grp = $1 AND sort = $2 AND day IN (` + days + `)
		GROUP BY 1 HAVING SUM(attacks) > 0 ORDER BY 1`, []any{q.Group, sort}, nil
}

// word writes a day, month or year as people do.
func (b By) word(s string) string {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil:
		return s
	case b == ByDay:
		return string(dayOf(n))
	case b == ByMonth:
		return fmt.Sprintf("%04d-%02d", n/100, n%100)
	}
	return s
}

// daysBetween are the numbers of the days from one to another: a key that begins with the day is then looked up day by
// day, and never read from end to end.
func daysBetween(from, to abri.Day) string {
	var out []string
	for d := from; d <= to; d = d.Add(1) {
		out = append(out, strconv.FormatInt(number(d), 10))
	}
	return strings.Join(out, ",")
}

// monthsBetween is the same with whole months as one number.
func monthsBetween(from, to abri.Day) string {
	var out []string
	for d := from; d <= to; {
		t, err := time.Parse(time.DateOnly, string(d))
		if err != nil {
			break
		}
		last := abri.Day(t.AddDate(0, 1, -t.Day()).Format(time.DateOnly))
		if t.Day() == 1 && last <= to {
			out = append(out, strconv.FormatInt(number(d)/100*100, 10))
			d = last.Add(1)
			continue
		}
		out = append(out, strconv.FormatInt(number(d), 10))
		d = d.Add(1)
	}
	return strings.Join(out, ",")
}

// SiteDay is one day of a site as its box told it.
type SiteDay struct {
	Day         abri.Day
	Sky         abri.Sky
	Points      int
	Attacks     uint64
	Neutralised uint64
	Noise       uint64
	Watched     time.Duration
}

// Days gives the days of a site between two, the first first. A day of which nothing was told is not there.
func (l *Ledger) Days(ctx context.Context, site int64, from, to abri.Day) ([]SiteDay, error) {
	out, err := query(ctx, l.read, func(r *sql.Rows) (d SiteDay, err error) {
		var day, watched int64
		err = r.Scan(&day, &d.Sky, &d.Points, &d.Attacks, &d.Neutralised, &d.Noise, &watched)
		d.Day, d.Watched = dayOf(day), time.Duration(watched)*time.Second
		return d, err
	}, `SELECT day, sky, points, attacks, neutralised, noise, watched FROM days WHERE site = $1 AND day IN (`+daysBetween(from, to)+`) ORDER BY day`, site)
	return out, l.explain("reading days of", err)
}

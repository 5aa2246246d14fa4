package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/ledger/ledgertest"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// pages fills three years of rollups, a few sites with most of them, and asks what the pages ask: each question with
// what the operating system had of the database put out of its memory before.
func (b *bench) pages(ctx context.Context) error {
	began := time.Now()
	if err := ledgertest.Fill(ctx, b.address, b.settings.boxes, b.rows); err != nil {
		return err
	}
	b.say("pages: %d rollup rows over %d sites were made in %s", b.rows, b.settings.boxes, time.Since(began).Round(time.Second))
	l, err := ledger.Open(ctx, b.address, quiet)
	if err != nil {
		return err
	}
	began = time.Now()
	days, err := l.Sum(ctx)
	if err != nil {
		l.Close()
		return err
	}
	roster := ledger.NewRoster(l)
	if err := roster.Refresh(ctx, time.Now()); err != nil {
		return err
	}
	b.say("pages: totals of %d days made in %s", days, time.Since(began).Round(time.Second))
	if err := l.Close(); err != nil {
		return err
	}
	b.say("%s", yardstick())
	today := abri.DayOf(time.Now(), time.UTC)
	for _, q := range []struct {
		name string
		ask  func(*ledger.Ledger) error
	}{
		{"overview: a year by month", count(ctx, ledger.Question{From: today.Add(-365), To: today, By: ledger.ByMonth})},
		{"overview: a year by country", count(ctx, ledger.Question{From: today.Add(-365), To: today, By: ledger.ByCountry})},
		{"overview: a year by day", count(ctx, ledger.Question{From: today.Add(-365), To: today, By: ledger.ByDay})},
		{"map: from the roster in memory", func(*ledger.Ledger) error {
			if all, _ := roster.Standings(ledger.Scope{}, time.Now()); len(all) != b.settings.boxes {
				return fmt.Errorf("the roster has %d sites", len(all))
			}
			return nil
		}},
		{"the roster, read anew (in the background)", func(l *ledger.Ledger) error { return ledger.NewRoster(l).Refresh(ctx, time.Now()) }},
		{"a commune's year by kind", func(l *ledger.Ledger) error {
			return count(ctx, ledger.Question{Scope: ledger.Scope{Site: int64(1 + rand.IntN(b.settings.boxes))}, From: today.Add(-365), To: today, By: ledger.ByKind})(l)
		}},
		{"the busiest commune's year by day", count(ctx, ledger.Question{Scope: ledger.Scope{Site: 1}, From: today.Add(-365), To: today, By: ledger.ByDay})},
	} {
		if err := b.cold(ctx, q.name, q.ask); err != nil {
			return err
		}
	}
	return nil
}

func count(ctx context.Context, q ledger.Question) func(*ledger.Ledger) error {
	return func(l *ledger.Ledger) error {
		_, err := l.Count(ctx, q)
		return err
	}
}

// cold asks a question some times, each with nothing of the database's files in the machine's memory. What PostgreSQL
// keeps in its own is as small as it was told.
func (b *bench) cold(ctx context.Context, name string, ask func(*ledger.Ledger) error) error {
	const times = 20
	var took []time.Duration
	for range times {
		l, err := ledger.Open(ctx, b.address, quiet)
		if err != nil {
			return err
		}
		if err := ledgertest.Forget(ctx, b.address); err != nil {
			return err
		}
		began := time.Now()
		err = ask(l)
		took = append(took, time.Since(began))
		if err != nil {
			return err
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	b.say("pages: %s: %s", name, quantiles(took))
	return nil
}

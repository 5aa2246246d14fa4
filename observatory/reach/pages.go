package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/centre"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/ledger/ledgertest"
	"abri.example/abri/testnet/stage"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// pages fills three years of rollups, a few sites with most of them, and has a browser ask the real program for its pages,
// each time with what the operating system had of the database put out of its memory before. PostgreSQL has 16 MB of its own.
func pages(ctx context.Context, s settings, st *stage.Stage, kind string) error {
	dir := filepath.Join(s.keep, kind)
	if s.keep == "" {
		var err error
		if dir, err = os.MkdirTemp("", "abri-reach-"); err != nil {
			return err
		}
		st.Cleanup(func() { os.RemoveAll(dir) })
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := stage.Play(complain, func(st *stage.Stage) error { return lay(ctx, s, st, kind, dir) }); err != nil {
		return err
	}
	b, err := under(ctx, s, st, kind, dir, "shared_buffers=16MB")
	if err != nil {
		return err
	}
	if err := b.people(ctx); err != nil {
		return err
	}
	if err := b.start(); err != nil {
		return err
	}
	r, err := b.signIn(ctx)
	if err != nil {
		return err
	}
	time.Sleep(8 * time.Second) // the roster is read
	b.say("pages: %.0f MB resident with %d sites", float64(b.resident())/1e6, len(b.boxes))
	b.say("%s", yardstick())
	return r.all(ctx)
}

// under is a bench on the database in a folder.
func under(ctx context.Context, s settings, st *stage.Stage, kind, dir string, more ...string) (*bench, error) {
	b := &bench{settings: s, Stage: st, kind: kind, data: filepath.Join(dir, "data")}
	if kind == "postgres" {
		server, process, err := postgresIn(st, filepath.Join(dir, "postgres"), more...)
		if err != nil {
			return nil, err
		}
		b.postmaster = process
		if b.url, err = ledgertest.Named(ctx, server, "reach"); err != nil {
			return nil, err
		}
	}
	b.address = b.addressOf()
	return b, nil
}

// lay makes what lies under the pages, as far as it is not there.
func lay(ctx context.Context, s settings, st *stage.Stage, kind, dir string) error {
	b, err := under(ctx, s, st, kind, dir, "shared_buffers=256MB", "fsync=off", "max_wal_size=16GB", "checkpoint_timeout=1h", "autovacuum=off")
	if err != nil {
		return err
	}
	l, a, err := centre.Open(ctx, centre.Options{Data: b.data, Database: b.url, Now: time.Now, Log: quiet})
	if err != nil {
		return err
	}
	defer l.Close()
	if err := b.enter(ctx, l, a); err != nil {
		return err
	}
	if err := b.standings(ctx, l); err != nil {
		return err
	}
	filled, err := ledgertest.Filled(ctx, b.address)
	if err != nil {
		return err
	}
	began := time.Now()
	if !filled {
		sites := make([]int64, len(b.boxes))
		for i, x := range b.boxes {
			sites[i] = x.Site
		}
		if err := ledgertest.Fill(ctx, b.address, sites, b.rows, func(s string) { b.say("pages: %s (%s)", s, time.Since(began).Round(time.Second)) }); err != nil {
			return err
		}
	}
	b.say("pages: %d rollup rows over %d sites are there (%s); their totals are made", b.rows, len(b.boxes), time.Since(began).Round(time.Second))
	began = time.Now()
	days, err := l.Sum(ctx)
	b.say("pages: totals of %d days (%s)", days, time.Since(began).Round(time.Second))
	return err
}

// standings has every box say where it stands.
func (b *bench) standings(ctx context.Context, l *ledger.Ledger) error {
	skies := []abri.Sky{abri.Clear, abri.Clear, abri.LightRain, abri.Rain, abri.Storm}
	word := epoch("pages" + time.Now().String())
	var wait sync.WaitGroup
	errs := make(chan error, 1)
	for n := range 64 {
		wait.Go(func() {
			for i := n; i < len(b.boxes); i += 64 {
				r := fleet.Report{Version: fleet.Version, Site: b.boxes[i].Site, Box: b.boxes[i].Box, Epoch: word, Seq: 1, Sent: time.Now(),
					Status: fleet.Status{Mode: abri.Protect, Sky: skies[i%len(skies)], Attacks: uint64(i % 7), Wanted: 100, Enforced: 100}}
				if err := l.Receive(ctx, r, []byte(word+r.Box+fmt.Sprint(i)), time.Now(), func(fleet.Attack) string { return "" }); err != nil {
					select {
					case errs <- err:
					default:
					}
					return
				}
			}
		})
	}
	wait.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// all asks each page some times.
func (r *reader) all(ctx context.Context) error {
	anySite := func() int64 { return r.boxes[rand.IntN(len(r.boxes))].Site }
	n := 0
	busiest := func() int64 { n++; return r.boxes[n-1].Site }
	for _, p := range []struct {
		name string
		path func() string
	}{
		{"the overview", func() string { return "/" }},
		{"figures of everybody, a year by month", func() string { return "/chiffres?par=mois" }},
		{"figures of everybody, 30 days", func() string { return "/chiffres?par=jour" }},
		{"the map of a department", func() string { return fmt.Sprintf("/?departement=%02d", 1+rand.IntN(95)) }},
		{"a commune's page, 30 days", func() string { return fmt.Sprintf("/site?numero=%d", anySite()) }},
		{"a commune's year by month", func() string { return fmt.Sprintf("/site?numero=%d&par=mois", anySite()) }},
		{"the year of one of the busiest", func() string { return fmt.Sprintf("/site?numero=%d&par=mois", busiest()) }},
	} {
		if err := r.cold(ctx, p.name, p.path); err != nil {
			return err
		}
	}
	return nil
}

// cold asks a page some times, each with nothing of the database's files in the machine's memory.
func (r *reader) cold(ctx context.Context, name string, path func() string) error {
	const times = 40
	var took []time.Duration
	for range times {
		if err := ledgertest.Forget(ctx, r.address); err != nil {
			return err
		}
		d, err := r.ask(ctx, path())
		if err != nil {
			return err
		}
		took = append(took, d)
	}
	b := strings.Repeat(" ", max(0, 38-len([]rune(name))))
	r.say("pages: %s:%s %s", name, b, quantiles(took))
	return nil
}

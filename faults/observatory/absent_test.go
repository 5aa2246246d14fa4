package observatory

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/liaison"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/store"
)

// An observatory that lost its machine comes back from a backup of before, and its boxes fill the gap by themselves.
func TestARestoredObservatoryIsToldWhatItLost(t *testing.T) {
	if testing.Short() {
		t.Skip("it lasts a while")
	}
	c := newCentre(t, "", "")
	b := &box{folder: t.TempDir(), invitation: c.do("invite", "--site", siteCode(0), "--name", "Sury")}
	var err error
	if b.log, err = os.CreateTemp(t.TempDir(), "log"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.kill)
	b.start(t)
	await(t, time.Minute, "the box to ask", func() bool { return c.confirmAll() == 1 })
	l := c.ledger()
	rows := func() int {
		day := abri.DayOf(time.Now(), time.UTC)
		all, err := l.Attacks(context.Background(), ledger.SiteNumber(ledger.Commune, siteCode(0)), day.Add(-1), day, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	await(t, time.Minute, "the first reports", func() bool { return rows() > 20 })
	backup := filepath.Join(t.TempDir(), "backup")
	c.do("backup", backup)
	before := rows()
	await(t, time.Minute, "reports after the backup", func() bool { return rows() > before+50 })
	c.kill()

	restored := &centre{t: t, data: t.TempDir(), boxes: c.boxes, log: c.log}
	t.Cleanup(restored.kill)
	restored.do("restore", backup)
	if out, err := restored.try("restore", backup); err == nil {
		t.Errorf("a backup was put over what is there: %s", out)
	}
	restored.start("")
	settle(t, []*box{b})
	compare(t, restored, []*box{b}, 1)
}

// A box comes back after seven days with all that happened; meanwhile another reports as ever, and each of its reports is
// answered.
func TestSevenDaysOfflineDrain(t *testing.T) {
	const days, each = 7, 2000
	c := newCentre(t, "", "")
	away, live := member(t, c, 0), member(t, c, 1)
	now := time.Now()
	for d := range days {
		var batch []abri.Attack
		for i := range each {
			at := now.Add(-time.Duration(d)*24*time.Hour - time.Duration(i)*time.Second)
			batch = append(batch, abri.Attack{ID: fmt.Sprintf("%016x%016x", d, i), Revision: 1, Kind: abri.Scan, Service: abri.Mail, Direction: abri.In, Proto: "tcp",
				First: at, Last: at, Day: abri.DayOf(at, time.UTC), Attempts: 1, Outcome: abri.Blocked, Ended: true})
		}
		if err := away.db.Put(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	ctx, stop := context.WithCancel(t.Context())
	away.run(ctx)
	live.run(ctx)
	told := 0
	// The limit is against a drain that stands still: a busy machine with the race detector takes some minutes.
	await(t, 10*time.Minute, "the backlog to be told", func() bool {
		n, err := away.db.Waiting(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s := live.liaison.State(t.Context()); s.Trouble != "" {
			t.Fatalf("the live box is not answered: %s", s.Trouble)
		} else if !s.Told.IsZero() {
			told++
		}
		return n == 0
	})
	lasted := time.Since(began)
	stop()
	if told == 0 {
		t.Error("the live box told nothing meanwhile")
	}
	l := c.ledger()
	today := abri.DayOf(now, time.UTC)
	same(t, l, ledger.Question{Scope: ledger.Scope{Site: ledger.SiteNumber(ledger.Commune, siteCode(0))}, From: today.Add(-10), To: today, By: ledger.ByAll},
		ledger.Figure{Attacks: days * each, Neutralised: days * each})
	t.Logf("%d attacks of %d days were told in %s", days*each, days, lasted.Round(time.Millisecond))
}

// inmate is a box in this process, taken in.
type inmate struct {
	db      *store.Store
	liaison *liaison.Liaison
}

func (m *inmate) run(ctx context.Context) { go m.liaison.Run(ctx) }

// member enrols the i-th site's box.
func member(t *testing.T, c *centre, i int) *inmate {
	t.Helper()
	folder := t.TempDir()
	db, err := store.Open(t.Context(), filepath.Join(folder, "abri.db"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	m := &inmate{db: db}
	m.liaison = liaison.New(&boxSite{db: db}, liaison.Options{Folder: liaison.FolderIn(folder), Location: time.UTC, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), Every: 200 * time.Millisecond, Poll: 50 * time.Millisecond})
	st, err := m.liaison.Enrol(t.Context(), c.do("invite", "--site", siteCode(i), "--name", "Commune "+siteCode(i)))
	if err != nil || st.Words == "" || st.Confirmed {
		t.Fatalf("%+v, %v", st, err)
	}
	if out, err := c.try("confirm", fmt.Sprint(ledger.SiteNumber(ledger.Commune, siteCode(i))), "--words", "baba baba baba baba"); err == nil {
		t.Fatalf("words of another box are taken: %s", out)
	}
	c.do("confirm", fmt.Sprint(ledger.SiteNumber(ledger.Commune, siteCode(i))), "--words", st.Words)
	return m
}

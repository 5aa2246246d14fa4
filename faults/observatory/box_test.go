package observatory

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/liaison"
	"abri.example/abri/fleet"
	"abri.example/abri/store"
)

// childEnv marks this test binary as a box: the real store and the real liaison, with attacks made by the second.
const childEnv = "ABRI_TEST_FLEET_BOX"

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// boxSite is a box's site, as far as the liaison asks for it.
type boxSite struct {
	db     *store.Store
	obeyed atomic.Int64
}

func (s *boxSite) Status() fleet.Status {
	return fleet.Status{Mode: abri.Protect, Sky: abri.Rain, Points: 3, Wanted: 5, Enforced: 5}
}
func (s *boxSite) Days(abri.Day) []fleet.Day { return nil }
func (s *boxSite) Store() *store.Store       { return s.db }
func (s *boxSite) Obey(context.Context, fleet.Order) error {
	s.obeyed.Add(1)
	return nil
}

// beBox is a box's life until its standard input ends; then it makes no more attacks, and ends when all is told.
func beBox(args []string) error {
	f := flag.NewFlagSet("box", flag.ContinueOnError)
	folder := f.String("folder", "", "its data")
	invitation := f.String("invitation", "", "its invitation")
	ahead := f.Duration("ahead", 0, "by how much its clock is wrong")
	pace := f.Duration("pace", 30*time.Millisecond, "between two batches of attacks")
	if err := f.Parse(args); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	db, err := store.Open(ctx, filepath.Join(*folder, "abri.db"), quiet)
	if err != nil {
		return err
	}
	defer db.Close()
	now := func() time.Time { return time.Now().Add(*ahead) }
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	l := liaison.New(&boxSite{db: db}, liaison.Options{
		Folder: liaison.FolderIn(*folder), Location: time.UTC, Now: now, Log: log, Every: 300 * time.Millisecond, Poll: 100 * time.Millisecond,
	})
	for !l.State(ctx).Enrolled {
		if _, err := l.Enrol(ctx, *invitation); err != nil {
			time.Sleep(50 * time.Millisecond)
		}
	}
	go l.Run(ctx)
	end := make(chan struct{})
	go func() {
		bufio.NewReader(os.Stdin).ReadString('\n')
		close(end)
	}()
	if err := suffer(ctx, db, now, *pace, end); err != nil {
		return err
	}
	for ctx.Err() == nil {
		n, err := db.Waiting(ctx)
		_, under, err2 := db.Parcel(ctx)
		if err != nil || err2 != nil {
			return fmt.Errorf("%v, %v", err, err2)
		}
		if n == 0 && !under {
			return nil
		}
		l.Hasten()
		time.Sleep(50 * time.Millisecond)
	}
	return nil
}

// suffer makes attacks, and changes some that are open.
func suffer(ctx context.Context, db *store.Store, now func() time.Time, pace time.Duration, end <-chan struct{}) error {
	kinds := []abri.Kind{abri.Bruteforce, abri.Scan, abri.SIPScan, abri.Exfiltration}
	outcomes := []abri.Outcome{abri.Observed, abri.WouldBlock, abri.Blocked}
	open, err := db.OpenAttacks(ctx, time.Time{})
	if err != nil {
		return err
	}
	for {
		select {
		case <-end:
			return nil
		case <-time.After(pace):
		}
		at := now()
		var batch []abri.Attack
		for range rand.IntN(4) {
			id := sha256.Sum256([]byte(fmt.Sprint(rand.Uint64(), at)))
			a := abri.Attack{
				ID: hex.EncodeToString(id[:16]), Revision: 1, Kind: kinds[rand.IntN(len(kinds))], Service: abri.Mail, Direction: abri.In,
				Outside: netip.AddrFrom4([4]byte{45, 155, byte(rand.IntN(256)), byte(rand.IntN(256))}), Inside: netip.MustParseAddr("192.168.1.20"),
				Port: 25, Proto: "tcp", First: at, Last: at, Day: abri.DayOf(at, time.UTC), Attempts: 1, Packets: 3, Bytes: 180, Sources: 1, Outcome: abri.Observed,
			}
			batch, open = append(batch, a), append(open, a)
		}
		for range min(3, len(open)) {
			i := rand.IntN(len(open))
			a := &open[i]
			a.Revision++
			a.Attempts++
			a.Outcome, a.Last = outcomes[rand.IntN(len(outcomes))], at
			batch = append(batch, *a)
		}
		if len(open) > 30 {
			open = open[1:]
		}
		if err := db.Put(ctx, batch); err != nil {
			return err
		}
	}
}

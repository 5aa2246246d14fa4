package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"abri.example/abri"
)

// childEnv names the database to a child: this test binary, run again as a process that writes until it is killed.
const childEnv = "ABRI_TEST_STORE_CHILD"

// killBatch is how many attacks the child puts at once.
const killBatch = 7

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled puts batch after batch, going on from what the database holds, and prints the number of each batch
// of which everything was acknowledged: its attacks, their second revision, and its hours.
func writeUntilKilled(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, path, quiet)
	if err != nil {
		return err
	}
	seq, err := s.HoursSeq(ctx)
	if err != nil {
		return err
	}
	for n := int(seq) + 1; ; n++ {
		batch := attacks(n*killBatch, (n+1)*killBatch)
		if err := s.Put(ctx, batch); err != nil {
			return err
		}
		for i := range batch {
			batch[i].Revision, batch[i].Ended = 2, true
		}
		if err := s.Put(ctx, batch); err != nil {
			return err
		}
		if err := s.AddHours(ctx, uint64(n), []Hour{{Start: noon, Reason: "list", Packets: 1}}); err != nil {
			return err
		}
		if _, err := fmt.Println(n); err != nil {
			return err
		}
	}
}

// After kill -9 of a process that writes, every acknowledged attack is there, once, in its acknowledged revision, and
// no difference of an hour is lost or added twice.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "abri.db")
	for round := range 6 {
		last := writeAndKill(t, path, 3+13*round)
		verifyAfterKill(t, path, last)
	}
}

// writeAndKill runs the child until it has acknowledged some batches, kills it while it goes on writing, and gives the
// last batch that it acknowledged.
func writeAndKill(t *testing.T, path string, some int) (last int) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childEnv+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		if last, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
		if n == some {
			must(t, child.Process.Kill()) // and read on: what it said before it died counts
		}
	}
	if child.Wait() == nil {
		t.Fatal("the child ended by itself")
	}
	if last == 0 {
		t.Fatal("the child acknowledged nothing")
	}
	return last
}

func verifyAfterKill(t *testing.T, path string, last int) {
	t.Helper()
	s := open(t, path)
	defer s.Close()
	kept := map[string]abri.Attack{}
	all := got[[]abri.Attack](t)(s.Recent(t.Context(), 1_000_000))
	for _, a := range all {
		kept[a.ID] = a
	}
	if len(kept) != len(all) {
		t.Errorf("%d rows hold %d attacks", len(all), len(kept))
	}
	for i := killBatch; i < (last+1)*killBatch; i++ {
		if a := kept[attack(i).ID]; a.Revision != 2 || !a.Ended {
			t.Errorf("attack %d was acknowledged, and is kept as %+v", i, a)
		}
	}
	if over := len(all) - last*killBatch; over != 0 && over != killBatch {
		t.Errorf("%d attacks beyond the last acknowledged batch: a part of one", over)
	}
	seq := got[uint64](t)(s.HoursSeq(t.Context()))
	hours := got[[]Hour](t)(s.Hours(t.Context(), noon))
	if len(hours) != 1 || hours[0].Packets != seq || seq < uint64(last) || seq > uint64(last)+1 {
		t.Errorf("after batch %d the hours are %v of %d batches", last, hours, seq)
	}
	if s.Trouble() != nil {
		t.Error(s.Trouble())
	}
}

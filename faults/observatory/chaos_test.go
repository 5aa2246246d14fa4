package observatory

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/ledger/ledgertest"
	"abri.example/abri/store"
)

// boxes is how many there are.
const boxes = 20

// box is a box of the test, which may be killed and started again.
type box struct {
	folder, invitation string
	ahead              time.Duration
	running            *exec.Cmd
	stdin              io.Closer
	log                *os.File
}

func (b *box) start(t testing.TB) {
	t.Helper()
	b.running = exec.Command(os.Args[0], "-folder", b.folder, "-invitation", b.invitation, "-ahead", b.ahead.String())
	b.running.Env = append(os.Environ(), childEnv+"=1")
	b.running.Stderr = b.log
	b.running.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	in, err := b.running.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.stdin = in
	if err := b.running.Start(); err != nil {
		t.Fatal(err)
	}
}

func (b *box) kill() {
	if b.running != nil {
		_ = b.running.Process.Kill()
		_ = b.running.Wait()
		b.running = nil
	}
}

// Twenty boxes, some with wrong clocks; for a while the network is cut and boxes and observatory are killed at random.
// In the end every attack is counted once, to the unit, in rows, rollups and totals. ABRI_CHAOS=5m makes it last.
func TestChaosOnSQLite(t *testing.T) {
	l := listen(t)
	c := newCentre(t, "", "https://localhost:"+port(l.Addr().String()))
	chaos(t, newWire(t, l, c.boxes), c)
}

// The same with two observatories on one PostgreSQL, each of which may die.
func TestChaosOnPostgreSQL(t *testing.T) {
	if testing.Short() {
		t.Skip("a PostgreSQL takes a while to start")
	}
	database := ledgertest.Database(t, ledgertest.Server(t))
	l := listen(t)
	one := newCentre(t, database, "https://localhost:"+port(l.Addr().String()))
	two := &centre{t: t, data: one.data, database: database, boxes: free(t), log: one.log}
	t.Cleanup(two.kill)
	two.start("")
	chaos(t, newWire(t, l, one.boxes, two.boxes), one, two)
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func lasting(t testing.TB) time.Duration {
	if s := os.Getenv("ABRI_CHAOS"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	return 12 * time.Second
}

func chaos(t *testing.T, w *wire, centres ...*centre) {
	if testing.Short() {
		t.Skip("it lasts a while")
	}
	c := centres[0]
	all := enrolAll(t, c)
	ends := time.Now().Add(lasting(t))
	kills := 0
	for time.Now().Before(ends) {
		switch n := rand.IntN(10); {
		case n < 3:
			w.sever(true)
			pause(400)
			w.sever(false)
		case n < 5:
			x := centres[rand.IntN(len(centres))]
			x.kill()
			pause(400)
			x.start("")
			kills++
		default:
			b := all[rand.IntN(len(all))]
			b.kill()
			pause(100)
			b.start(t)
			kills++
		}
		pause(300)
	}
	settle(t, all)
	compare(t, c, all, kills)
}

func pause(milliseconds int) {
	time.Sleep(time.Duration(rand.IntN(milliseconds)+1) * time.Millisecond)
}

// enrolAll enrols every box by invitation and words.
func enrolAll(t *testing.T, c *centre) []*box {
	t.Helper()
	var all []*box
	for i := range boxes {
		b := &box{folder: t.TempDir(), invitation: c.do("invite", "--site", siteCode(i), "--name", "Commune "+siteCode(i))}
		switch i % 5 {
		case 1:
			b.ahead = 9 * 24 * time.Hour
		case 2:
			b.ahead = -40 * 365 * 24 * time.Hour // a clock without a battery
		case 3:
			b.ahead = 7 * time.Minute
		}
		var err error
		if b.log, err = os.CreateTemp(t.TempDir(), "log"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.kill)
		b.start(t)
		all = append(all, b)
	}
	confirmed := 0
	await(t, time.Minute, "all boxes to ask", func() bool {
		confirmed += c.confirmAll()
		return confirmed == boxes
	})
	return all
}

// settle lets every box tell what it has, and end.
func settle(t *testing.T, all []*box) {
	t.Helper()
	for _, b := range all {
		b.stdin.Close()
	}
	for i, b := range all {
		ended := make(chan error, 1)
		go func() { ended <- b.running.Wait() }()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("box %d ended with %v", i, err)
			}
		case <-time.After(2 * time.Minute):
			said, _ := os.ReadFile(b.log.Name())
			t.Fatalf("box %d has not told all: %s", i, said[max(0, len(said)-1500):])
		}
		b.running = nil
	}
}

// compare holds what the boxes have against what the observatory has.
func compare(t *testing.T, c *centre, all []*box, kills int) {
	t.Helper()
	ctx := context.Background()
	l := c.ledger()
	if _, err := l.Sum(ctx); err != nil {
		t.Fatal(err)
	}
	day := abri.DayOf(time.Now(), time.UTC)
	from, to := day.Add(-90), day.Add(1)
	total := ledger.Figure{}
	for i, b := range all {
		want := attacksOf(t, b)
		site := ledger.SiteNumber(ledger.Commune, siteCode(i))
		rows, err := l.Attacks(ctx, site, from, to, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != len(want) || len(want) == 0 {
			t.Errorf("box %d (clock ahead by %s) has %d attacks, the observatory %d rows", i, b.ahead, len(want), len(rows))
		}
		var sum ledger.Figure
		for _, r := range rows {
			a, ok := want[r.ID]
			if !ok || a.Revision != r.Revision || a.Outcome != r.Outcome || a.Kind != r.Kind {
				t.Errorf("box %d: %s is %+v there and %+v here", i, r.ID, r.Attack, a)
				break
			}
			if r.Day != day && r.Day != day.Add(-1) {
				t.Errorf("box %d with a clock ahead by %s: an attack of today counts for %s", i, b.ahead, r.Day)
				break
			}
		}
		for _, a := range want {
			sum.Attacks++
			switch a.Outcome {
			case abri.Blocked:
				sum.Neutralised++
			case abri.WouldBlock:
				sum.WouldBlock++
			}
		}
		same(t, l, ledger.Question{Scope: ledger.Scope{Site: site}, From: from, To: to, By: ledger.ByAll}, sum)
		total.Attacks += sum.Attacks
		total.Neutralised += sum.Neutralised
		total.WouldBlock += sum.WouldBlock
	}
	same(t, l, ledger.Question{From: from, To: to, By: ledger.ByAll}, total)
	t.Logf("%d boxes, %d kills: %d attacks, each counted once in rows, rollups and totals", len(all), kills, total.Attacks)
}

func same(t *testing.T, l *ledger.Ledger, q ledger.Question, want ledger.Figure) {
	t.Helper()
	figures, err := l.Count(context.Background(), q)
	if err != nil || len(figures) != 1 || figures[0] != want {
		t.Errorf("scope %+v counts %+v (%v), not %+v", q.Scope, figures, err, want)
	}
}

// attacksOf are a box's own.
func attacksOf(t *testing.T, b *box) map[string]abri.Attack {
	t.Helper()
	db, err := store.Open(context.Background(), filepath.Join(b.folder, "abri.db"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	list, err := db.Recent(context.Background(), 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]abri.Attack{}
	for _, a := range list {
		out[a.ID] = a
	}
	if len(out) != len(list) {
		t.Fatal(fmt.Errorf("a box has %d rows of %d attacks", len(list), len(out)))
	}
	return out
}

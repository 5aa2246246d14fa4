package race

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

var program string

func TestMain(m *testing.M) { os.Exit(testnet.Tests(m, &program)) }

// size is how many take part: the whole race with ABRI_RACE=1, else one for every day.
type size struct{ listed, honest, rate, passers, names int }

func sizeOf() size {
	if os.Getenv("ABRI_RACE") != "" {
		return size{listed: 1000, honest: 10_000, rate: 600, passers: 1700, names: 100_000}
	}
	return size{listed: 40, honest: 300, rate: 300, passers: 300, names: 1000}
}

// TestRace lets them ask, from five milliseconds away, from one, and from one while the box is strict, and prints who got
// what. Every honest one lives. Nobody gets an answer for a listed name for whom the box does not say that it was late.
func TestRace(t *testing.T) {
	for _, c := range []struct {
		name   string
		away   time.Duration
		strict bool
	}{{"5 ms", 5 * time.Millisecond, false}, {"1 ms", time.Millisecond, false}, {"1 ms, strict", time.Millisecond, true}} {
		t.Run(c.name, func(t *testing.T) {
			race(t, c.away, c.strict)
		})
	}
}

func race(t *testing.T, away time.Duration, strict bool) {
	n := sizeOf()
	s := testnet.TownHallAfar(testnet.New(t), away)
	file := s.BoxFile()
	file.Strict = strict
	names := []string{"banque-du-forez.fr"}
	for i := range n.names {
		names = append(names, fmt.Sprintf("nom-%d.fr", i))
	}
	file.Lists = append(file.Lists, testnet.BoxList{Name: "hameconnage", Names: names, Outward: abri.PhishingSite})
	b := s.NewBox(program, file)
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	each := n.honest / 2
	parties := []*party{
		{"tcp", listed, n.listed, [][]byte{helloOf(t, listed)}}, {"udp", listed, n.listed, initialsOf(t, listed)},
		{"tcp", honest, each, [][]byte{helloOf(t, honest)}}, {"udp", honest, each, initialsOf(t, honest)},
	}
	c := &crowd{from: s.Desk.Peer, to: serve(t, s.Newspaper.Peer, testnet.SecurePort), parties: parties, rate: n.rate}
	others := &passers{hello: helloOf(t, honest), rate: n.passers, random: rand.New(rand.NewPCG(5, 5))}
	stop, ended := litter(t, b), others.pass(t, s)
	before := status(t, b)
	took := c.run(t)
	k := status(t, b).Kernel
	passed := ended()
	stop()
	c.report(t, took)
	t.Logf("%d others passed meanwhile; the gate met %.0f new conversations a second", passed, float64(k.Begun-before.Kernel.Begun)/took.Seconds())
	st := status(t, b)
	k = st.Kernel
	t.Logf("the box: %d copies, %d lost, %d held, %d of them late, %d orders refused, %d untold; reader %d kB at the most", k.Copies, k.Lost, k.Held, k.Late, k.Uncut, k.Untold, st.Memory.ReaderPeak>>10)
	for _, p := range parties {
		r := c.results[p]
		if p.name == honest && r.whole != p.many {
			t.Errorf("%d of %d honest ones over %s live; the others ended with %v", r.whole, p.many, p.network, r.unhappy)
		}
		if p.name == listed && uint64(r.answered) > k.Late+k.Lost {
			t.Errorf("%d got an answer over %s, and the box says it was late for %d and lost %d", r.answered, p.network, k.Late, k.Lost)
		}
	}
	if strict && k.Held == 0 {
		t.Error("nothing was held")
	}
}

func status(t *testing.T, b *testnet.Box) control.Status {
	t.Helper()
	st, err := b.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// litter has the reader read its lists again each second, which leaves garbage behind, until what it gives is called.
func litter(t *testing.T, b *testnet.Box) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := b.Reload(); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	return func() {
		cancel()
		<-over
	}
}

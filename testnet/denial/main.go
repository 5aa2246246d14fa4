// Command denial floods a town hall in every way it knows, and prints what is left of an ordinary day: behind a plain bridge,
// behind nftables' limits as an expert writes them, and behind Abri. It judges the lines of Abri only: nine tenths of calm, a
// visitor in a hundred, told within two seconds.
//
// It is run by `make bench-flood`. Its networks are its own, and it takes them away again.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"abri.example/abri/testnet"
)

// bench is one run.
type bench struct {
	ctx     context.Context
	program string
	lasting time.Duration // of each case
	only    string        // a defence
	about   string        // cases whose name holds it
	rows    []row
	notes   []string
}

func main() {
	var b bench
	var asked string
	flag.StringVar(&b.program, "abri", "./bin/abri", "the abri `program` to measure")
	flag.DurationVar(&b.lasting, "lasting", 4*time.Second, "how long each flood lasts; slow ones three times as long")
	flag.StringVar(&b.only, "only", "", "the one `defence` to measure: none, nftables or abri")
	flag.StringVar(&b.about, "case", "", "measure only floods whose name holds this `word`")
	flag.StringVar(&asked, "ask", "", "be the flood of HTTP requests at an `address`, until ended")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if asked != "" {
		ask(ctx, asked)
		return
	}
	b.ctx = ctx
	err := b.run()
	b.print(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "denial:", err)
		os.Exit(1)
	}
}

// run measures every defence against every case. A defence that can't be raised is told, and the others go on.
func (b *bench) run() error {
	var failed error
	for _, d := range defences {
		if b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		if b.only != "" && b.only != d.name {
			continue
		}
		if err := b.measure(d); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", d.name, err))
		}
	}
	return failed
}

// slower is how many times as long a slow attack lasts.
const slower = 3

// measure builds a scene with a defence, and has each case calm and flooded in turn, each at a machine of its own.
func (b *bench) measure(d defence) (err error) {
	var st stage
	defer st.end()
	defer st.caught(&err)
	scene := testnet.TownHall(testnet.New(&st))
	box, err := d.raise(b, scene)
	if err != nil {
		return err
	}
	day, err := newDay(scene)
	if err != nil {
		return err
	}
	number := 0
	for _, v6 := range []bool{false, true} {
		number++
		calm, err := day.calm(b.ctx, scene.Alias(scene.Mail.Peer, number), v6, b.lasting)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if b.ctx.Err() != nil {
				return b.ctx.Err()
			}
			if !strings.Contains(c.name, b.about) {
				continue
			}
			number++
			fmt.Fprintf(os.Stderr, "denial: %s, %s, %s\n", d.name, family(v6), c.name)
			got, err := b.suffer(day, box, c, scene.Alias(scene.Mail.Peer, number), v6)
			if err != nil {
				return err
			}
			b.rows = append(b.rows, row{d.name, c.name + ", " + family(v6), c.slow, got, calm})
		}
	}
	return nil
}

// calm is a day without an attack.
func (d *day) calm(ctx context.Context, at testnet.Peer, v6 bool, lasting time.Duration) (figures, error) {
	if err := d.open(at); err != nil {
		return figures{}, err
	}
	return d.live(ctx, measure{at: at, v6: v6, lasting: lasting, patient: patience}), nil
}

// suffer is a day with one. A tool that is not there, or fails, makes no figures and ends nothing.
func (b *bench) suffer(d *day, box *testnet.Box, c attackCase, at testnet.Peer, v6 bool) (figures, error) {
	if err := d.open(at); err != nil {
		return figures{}, err
	}
	m := measure{at: at, v6: v6, lasting: b.lasting, patient: patience}
	m.attack = func(ctx context.Context) error { return c.attack(ctx, d.scene, at, v6) }
	if c.slow {
		m.lasting, m.patient = slower*b.lasting, slowPatience
	}
	agent := 0.0
	if box != nil {
		st, err := box.Status(b.ctx)
		if err != nil {
			return figures{}, err
		}
		m.watch = watch(box, st.Attacks)
		agent = ticks(box.Keeper()) + ticks(box.Reader())
	}
	begun := time.Now()
	got := d.live(b.ctx, m)
	if box != nil {
		got.told.sum(b.ctx, box, facing(at, v6))
		got.box = (ticks(box.Keeper()) + ticks(box.Reader()) - agent) / ticksASecond / time.Since(begun).Seconds()
	}
	return got, nil
}

// ticksASecond is USER_HZ, which is 100 wherever Linux runs Go.
const ticksASecond = 100

func family(v6 bool) string {
	if v6 {
		return "IPv6"
	}
	return "IPv4"
}

// stage is the testnet.T of a scene.
type stage struct{ removals []func() }

type failure struct{ error }

func (s *stage) Cleanup(f func())               { s.removals = append(s.removals, f) }
func (s *stage) Logf(format string, a ...any)   { fmt.Fprintf(os.Stderr, "denial: "+format+"\n", a...) }
func (s *stage) Fatalf(format string, a ...any) { panic(failure{fmt.Errorf(format, a...)}) }

func (s *stage) end() {
	for i := len(s.removals) - 1; i >= 0; i-- {
		s.removals[i]()
	}
}

// caught makes an error of what Fatalf threw.
func (s *stage) caught(err *error) {
	thrown := recover()
	if f, ok := thrown.(failure); ok {
		*err = f.error
	} else if thrown != nil {
		panic(thrown)
	}
}

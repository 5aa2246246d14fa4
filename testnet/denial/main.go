// Command denial floods a town hall in every way it knows, and prints what is left of an ordinary day: behind a plain bridge,
// behind nftables' limits as an expert writes them, and behind Abri. It judges the line of Abri only: nine tenths of calm.
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
	"syscall"
	"time"

	"abri.example/abri/testnet"
)

// bench is one run.
type bench struct {
	ctx     context.Context
	program string
	lasting time.Duration // of each case
	only    string
	rows    []row
}

func main() {
	var b bench
	flag.StringVar(&b.program, "abri", "./bin/abri", "the abri `program` to measure")
	flag.DurationVar(&b.lasting, "lasting", 5*time.Second, "how long each flood lasts")
	flag.StringVar(&b.only, "only", "", "the one defence to measure: none, nftables or abri")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b.ctx = ctx
	err := b.run()
	b.print(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "denial:", err)
		os.Exit(1)
	}
}

// run measures every defence against every case.
func (b *bench) run() error {
	for _, d := range defences {
		if b.only != "" && b.only != d.name {
			continue
		}
		if err := b.measure(d); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return b.ctx.Err()
}

// measure builds a scene with a defence, and has it calm and flooded in turn.
func (b *bench) measure(d defence) (err error) {
	var st stage
	defer st.end()
	defer st.caught(&err)
	scene := testnet.TownHall(testnet.New(&st))
	if err := d.raise(b, scene); err != nil {
		return err
	}
	day, err := newDay(&st, scene)
	if err != nil {
		return err
	}
	for _, v6 := range []bool{false, true} {
		calm := day.live(b.ctx, v6, b.lasting, nil)
		for _, c := range cases {
			if b.ctx.Err() != nil {
				return b.ctx.Err()
			}
			fmt.Fprintf(os.Stderr, "denial: %s, %s, %s\n", d.name, family(v6), c.name)
			got := day.live(b.ctx, v6, b.lasting, func(ctx context.Context) (int, error) { return c.attack(ctx, scene, v6) })
			if got.err != nil && !errors.Is(got.err, errNoTool) && !errors.Is(got.err, context.DeadlineExceeded) {
				return fmt.Errorf("%s: %w", c.name, got.err)
			}
			b.rows = append(b.rows, row{d.name, c.name + ", " + family(v6), got, calm})
		}
	}
	return nil
}

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

// errNoTool is the error of a case whose tool is not installed, or does not know the family.
var errNoTool = errors.New("there is no tool for it here")

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"abri.example/abri/testnet"
	"abri.example/abri/testnet/stage"
)

// bench is one run.
type bench struct {
	ctx     context.Context
	program string
	lasting time.Duration // of each case
	within  time.Duration // after which no other begins
	only    string        // a defence
	about   string        // cases whose name holds it
	rows    []row
}

// town is a scene behind a defence, and its days without an attack.
type town struct {
	defence
	stage *stage.Stage
	scene *testnet.Scene
	day   *day
	box   *testnet.Box     // nil where there is none
	calm  map[bool]figures // by whether it is of IPv6
	used  int              // machines that were aimed at
}

// slower is how many times as long a slow attack lasts.
const slower = 3

// run measures each case behind every defence in turn, so that they have the same hour of this machine. What can't be raised
// or measured is told, and the others go on.
func (b *bench) run() error {
	until := time.Now().Add(b.within)
	towns, failed := b.towns()
	for _, t := range towns {
		defer t.stage.End()
	}
	for _, v6 := range []bool{false, true} {
		for _, t := range towns {
			if err := b.settle(t, v6); err != nil {
				failed = errors.Join(failed, fmt.Errorf("%s, %s: %w", t.name, family(v6), err))
			}
		}
		for _, c := range cases {
			if !strings.Contains(c.name, b.about) || c.only4 && v6 {
				continue
			}
			for _, t := range towns {
				if b.ctx.Err() != nil {
					return b.ctx.Err()
				}
				b.rows = append(b.rows, b.row(t, c, v6, until))
			}
		}
	}
	return failed
}

// towns builds a scene for each defence. They stand side by side, and only one is lived in at a time.
func (b *bench) towns() (all []*town, failed error) {
	for _, d := range defences {
		if b.only != "" && b.only != d.name {
			continue
		}
		t := &town{defence: d, stage: stage.New(complain), calm: map[bool]figures{}}
		if err := b.build(t); err != nil {
			t.stage.End()
			failed = errors.Join(failed, fmt.Errorf("%s: %w", d.name, err))
			continue
		}
		all = append(all, t)
	}
	return all, failed
}

func (b *bench) build(t *town) error {
	return t.stage.Try(func() (err error) {
		t.scene = testnet.TownHall(testnet.New(t.stage))
		if t.box, err = t.raise(b, t.scene); err != nil {
			return err
		}
		t.day, err = newDay(t.scene)
		return err
	})
}

// another is a machine of the town hall that nobody has aimed at, its servers open.
func (t *town) another() (testnet.Peer, error) {
	t.used++
	at := t.scene.Alias(t.scene.Mail.Peer, t.used)
	return at, t.day.open(at)
}

// settle measures a day without an attack.
func (b *bench) settle(t *town, v6 bool) error {
	return t.stage.Try(func() error {
		at, err := t.another()
		if err != nil {
			return err
		}
		t.calm[v6] = t.day.live(b.ctx, measure{at: at, v6: v6, lasting: b.lasting, patient: patience})
		return nil
	})
}

// row measures a day with an attack. A tool that is not there, or fails, makes no figures and ends nothing.
func (b *bench) row(t *town, c attackCase, v6 bool, until time.Time) (r row) {
	r = row{defence: t.name, what: c.name + ", " + family(v6), calm: t.calm[v6]}
	if time.Now().After(until) {
		r.got.err = fmt.Errorf("the time of %s was over", b.within)
		return r
	}
	complain(r.what + ", " + r.defence)
	err := t.stage.Try(func() (err error) {
		r.got, err = b.suffer(t, c, v6)
		return err
	})
	if err != nil {
		r.got.err = err
	}
	return r
}

// suffer is a day with an attack.
func (b *bench) suffer(t *town, c attackCase, v6 bool) (figures, error) {
	at, err := t.another()
	if err != nil {
		return figures{}, err
	}
	m := measure{at: at, v6: v6, lasting: b.lasting, patient: patience}
	m.attack = func(ctx context.Context) error { return c.attack(ctx, t.scene, at, v6) }
	if c.slow {
		m.lasting, m.patient = slower*b.lasting, slowPatience
	}
	if t.box == nil {
		return t.day.live(b.ctx, m), nil
	}
	st, err := t.box.Status(b.ctx)
	if err != nil {
		return figures{}, err
	}
	m.watch = watch(t.box, st.Attacks)
	agent := func() float64 { return ticks(t.box.Keeper()) + ticks(t.box.Reader()) }
	begun, before := time.Now(), agent()
	got := t.day.live(b.ctx, m)
	got.told.sum(b.ctx, t.box, facing(at, v6))
	got.box = (agent() - before) / ticksASecond / time.Since(begun).Seconds()
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

package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/gate"
)

const (
	loadRuns = 5
	loadBar  = "≤ 1.5 s"
)

// load measures lists from file to enforced within one process, step by step, beside the machine's own firewall taking
// the same prefixes from a file.
func (b *bench) load() error {
	const figure = "1M IPv4 + 100k IPv6 prefixes, file to enforced, in one process"
	name4, name6 := filepath.Join(b.folder, "v4.txt"), filepath.Join(b.folder, "v6.txt")
	if err := writeLists(name4, name6, 1); err != nil {
		return err
	}
	s, err := newScene()
	if err != nil {
		b.table.without(figure, err)
		return nil
	}
	defer s.End()
	var set *feed.Set
	var all loads
	if err := s.box.Do(func() error { set, all, err = loadIn(s.pins, name4, name6); return err }); err != nil {
		return err
	}
	b.table.add(figure, all.total().String(), loadBar, b.firewall(s, set))
	b.table.add("  of which files read and parsed", all.step(0).String(), "", "wc -l of the same: "+b.lines(name4, name6))
	b.table.add("  merged and put in order", all.step(1).String(), "", "")
	b.table.add("  kernel tables built, and the flip", all.step(2).String(), "", "")
	return nil
}

// loadIn opens a gate on the scene's ports, goes the whole way several times, and takes the gate away again. It is
// called within the box's host.
func loadIn(pins string, names ...string) (set *feed.Set, all loads, err error) {
	g, err := openGate(pins)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, g.Close(), gate.Detach(pins)) }()
	for range loadRuns {
		var one load
		if set, one, err = enforce(g, names...); err != nil {
			return nil, nil, err
		}
		all = append(all, one)
	}
	return set, all, nil
}

func openGate(pins string) (*gate.Gate, error) {
	outside, err := net.InterfaceByName(outsidePort)
	if err != nil {
		return nil, err
	}
	inside, err := net.InterfaceByName(insidePort)
	if err != nil {
		return nil, err
	}
	return gate.Open(gate.Options{PinDir: pins, Outside: outside.Index, Inside: inside.Index, Mode: abri.Protect})
}

// load is what the steps of one way from file to enforced took: reading and parsing, merging, the kernel.
type load [3]time.Duration

type loads []load

func (l loads) step(i int) runs {
	var r runs
	for _, one := range l {
		r = append(r, one[i])
	}
	return r
}

func (l loads) total() runs {
	var r runs
	for _, one := range l {
		r = append(r, one[0]+one[1]+one[2])
	}
	return r
}

// enforce goes the whole way once, as the box does.
func enforce(g *gate.Gate, names ...string) (*feed.Set, load, error) {
	var took load
	begun := time.Now()
	step := func(i int) {
		took[i], begun = time.Since(begun), time.Now()
	}
	var lists []*feed.List
	for _, name := range names {
		l, err := parse(name)
		if err != nil {
			return nil, took, err
		}
		lists = append(lists, l)
	}
	step(0)
	set := feed.Merge(lists, nil)
	v4, from := set.V4(), set.V6()
	v6 := make([]gate.Prefix6, len(from))
	for i, p := range from {
		v6[i] = gate.Prefix6(p)
	}
	step(1)
	stats, err := g.Load(v4, v6)
	if err != nil {
		return nil, took, err
	}
	step(2)
	if stats.V4 != wanted4 || stats.V6 != wanted6 {
		return nil, took, fmt.Errorf("%d + %d prefixes are enforced, want %d + %d", stats.V4, stats.V6, wanted4, wanted6)
	}
	return set, took, nil
}

func parse(name string) (*feed.List, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return feed.Parse(f, feed.Info{Name: strings.TrimSuffix(filepath.Base(name), ".txt")})
}

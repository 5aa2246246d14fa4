package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// teller speaks to whoever watches: one thing a line, with the seconds since the beginning, French first and English
// under it. Safe for concurrent use.
type teller struct {
	mu    sync.Mutex
	out   io.Writer
	since time.Time
}

func newTeller(out io.Writer) *teller { return &teller{out: out, since: time.Now()} }

// say tells one thing in both languages.
func (t *teller) say(french, english string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, "[%5.1f s] %s\n          %s\n", t.elapsed().Seconds(), french, english)
}

// note tells a detail of the works, in English.
func (t *teller) note(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.out, "          · %s\n", what)
}

func (t *teller) elapsed() time.Duration { return time.Since(t.since) }

// Package stage stands in for a test where a program builds what tests build: networks, servers, databases. It never ships.
package stage

import (
	"errors"
	"fmt"
	"slices"
)

// Stage is the T of a program that is no test (testnet.T, ledgertest.T): what is made on it registers its removal. It is not
// safe for concurrent use.
type Stage struct {
	tell     func(line string)
	removals []func()
}

// New is a stage on which nothing was made. tell hears what could not be removed.
func New(tell func(line string)) *Stage { return &Stage{tell: tell} }

// failure is what Fatalf throws, for Try to catch.
type failure struct{ error }

// Cleanup registers a removal.
func (s *Stage) Cleanup(f func()) { s.removals = append(s.removals, f) }

// Logf tells of what could not be removed.
func (s *Stage) Logf(format string, args ...any) { s.tell(fmt.Sprintf(format, args...)) }

// Fatalf ends the act. It must be called on the act's own goroutine, and within Try or Play.
func (s *Stage) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }

// Skipf is Fatalf: a program was asked for what can't be had here.
func (s *Stage) Skipf(format string, args ...any) { s.Fatalf(format, args...) }

// Try runs act. What Fatalf said comes back as an error; what was made stays.
func (s *Stage) Try(act func() error) (err error) {
	defer func() {
		thrown := recover()
		if f, ok := thrown.(failure); ok {
			err = errors.Join(err, f.error)
		} else if thrown != nil {
			panic(thrown)
		}
	}()
	return act()
}

// End takes away all that was made, the last first.
func (s *Stage) End() {
	for _, f := range slices.Backward(s.removals) {
		f()
	}
	s.removals = nil
}

// Play runs act on a stage of its own, and takes away everything that was made there, whether it ended well or not. What
// Fatalf said comes back as an error.
func Play(tell func(line string), act func(*Stage) error) error {
	s := New(tell)
	defer s.End()
	return s.Try(func() error { return act(s) })
}

package testnet

import (
	"errors"
	"fmt"
	"slices"
)

// Stage is the T of a program that is no test: what is made on it registers its removal, and Play takes all of it away. It
// is not safe for concurrent use.
type Stage struct {
	tell     func(line string)
	removals []func()
}

// failure is what Fatalf throws, for Play to catch.
type failure struct{ error }

// Cleanup registers a removal. Removals run in reverse order.
func (s *Stage) Cleanup(f func()) { s.removals = append(s.removals, f) }

// Logf tells of what could not be removed.
func (s *Stage) Logf(format string, args ...any) { s.tell(fmt.Sprintf(format, args...)) }

// Fatalf ends the play. It must be called on the play's own goroutine.
func (s *Stage) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }

// Play runs act on a stage, and takes away everything that was made there, whether it ended well or not. What Fatalf said
// comes back as an error.
func Play(tell func(line string), act func(*Stage) error) (err error) {
	s := &Stage{tell: tell}
	defer func() {
		thrown := recover()
		for _, f := range slices.Backward(s.removals) {
			f()
		}
		if f, ok := thrown.(failure); ok {
			err = errors.Join(err, f.error)
		} else if thrown != nil {
			panic(thrown)
		}
	}()
	return act(s)
}

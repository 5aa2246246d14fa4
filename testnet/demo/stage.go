package main

import (
	"errors"
	"fmt"
)

// stage is the testnet.T of the demonstration: what is made registers its removal, and play takes all of it away again,
// whether the play ended well, failed or was interrupted.
type stage struct {
	tell     *teller
	removals []func()
}

// failure is what Fatalf throws, for play to catch.
type failure struct{ error }

// Cleanup registers a removal. Removals run in reverse order.
func (s *stage) Cleanup(f func()) { s.removals = append(s.removals, f) }

// Logf notes something for whoever looks for the cause of a failure.
func (s *stage) Logf(format string, args ...any) { s.tell.note(fmt.Sprintf(format, args...)) }

// Fatalf ends the play. It must be called on the play's own goroutine.
func (s *stage) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }

// play runs act and takes away everything it made. A failure or a panic in act comes back as an error.
func (s *stage) play(act func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Join(err, asError(r))
		}
		for i := len(s.removals) - 1; i >= 0; i-- {
			s.removals[i]()
		}
	}()
	return act()
}

func asError(thrown any) error {
	if f, ok := thrown.(failure); ok {
		return f.error
	}
	return fmt.Errorf("panic: %v", thrown)
}

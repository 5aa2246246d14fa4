package main

import (
	"fmt"
	"os"
	"slices"
)

// stage is the testnet.T of a part: what is made registers its removal.
type stage struct{ undo []func() }

// failure is a step of the building that failed.
type failure struct{ error }

// Cleanup runs f when the part ends.
func (s *stage) Cleanup(f func()) { s.undo = append(s.undo, f) }

// Logf says something to whoever looks.
func (s *stage) Logf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// Fatalf ends the building.
func (s *stage) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }

// build builds, and gives the failure of a step as an error.
func (s *stage) build(f func()) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case failure:
			err = v.error
		default:
			panic(v)
		}
	}()
	f()
	return nil
}

// end takes away what was made, the last first.
func (s *stage) end() {
	for _, undo := range slices.Backward(s.undo) {
		undo()
	}
	s.undo = nil
}

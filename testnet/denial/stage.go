package main

import (
	"fmt"
	"os"
)

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

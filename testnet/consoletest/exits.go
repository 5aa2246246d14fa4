// Package consoletest is what the tests of both programs' consoles share. It never ships.
package consoletest

import (
	"errors"
	"os/exec"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// Exits is a word of scripts, `exits CODE PROGRAM…`: the program must end with the code.
func Exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case err == nil && want != 0:
		ts.Fatalf("it was done, want exit %d", want)
	case err != nil && (!errors.As(err, &exit) || exit.ExitCode() != want):
		ts.Fatalf("%v, want exit %d", err, want)
	}
}

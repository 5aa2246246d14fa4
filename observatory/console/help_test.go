package console

import (
	"testing"

	"github.com/alecthomas/kong"

	"abri.example/abri/testnet/consoletest"
)

// Every verb has an example in its help, and each is a command line that the program reads.
func TestExamples(t *testing.T) {
	consoletest.Examples(t, "abri-observatory", func() (*kong.Kong, error) { return newParser(&verbs{}) })
}

package consoletest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// quoted is a word of a command line, in quotes or not.
var quoted = regexp.MustCompile(`"[^"]*"|\S+`)

// Examples holds a program to its help: every verb has an example there, and each is a command line that the program reads as
// one of that verb. newParser makes a fresh reader of command lines.
func Examples(t *testing.T, program string, newParser func() (*kong.Kong, error)) {
	for _, verb := range parser(t, newParser).Model.Leaves(true) {
		t.Run(verb.Path(), func(t *testing.T) {
			_, shown, found := strings.Cut(verb.Detail, "Example")
			if !found {
				t.Fatal("no example in its help")
			}
			for line := range strings.Lines(shown) {
				line = strings.TrimSpace(strings.TrimLeft(line, "s: "))
				words := wordsOf(line)
				if words[0] != program {
					t.Fatalf("%q begins with another program", line)
				}
				ctx, err := parser(t, newParser).Parse(words[1:])
				if err != nil {
					t.Fatalf("%s: %v", line, err)
				}
				if got := ctx.Selected(); got.Path() != verb.Path() {
					t.Errorf("%s is an example of %s", line, got.Path())
				}
			}
		})
	}
}

// wordsOf are the words of a command line, up to where its output goes to a file.
func wordsOf(line string) (words []string) {
	for _, w := range quoted.FindAllString(line, -1) {
		if w == ">" {
			break
		}
		words = append(words, strings.Trim(w, `"`))
	}
	return words
}

func parser(t *testing.T, make func() (*kong.Kong, error)) *kong.Kong {
	t.Helper()
	p, err := make()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

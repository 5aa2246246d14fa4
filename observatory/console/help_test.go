package console

import (
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// quoted is a word of a command line, in quotes or not.
var quoted = regexp.MustCompile(`"[^"]*"|\S+`)

// TestExamples: every verb has an example in its help, and each is a command line that the program reads.
func TestExamples(t *testing.T) {
	parser := newTestParser(t)
	for _, verb := range parser.Model.Leaves(true) {
		t.Run(verb.Path(), func(t *testing.T) {
			_, shown, found := strings.Cut(verb.Detail, "Example")
			if !found {
				t.Fatal("no example in its help")
			}
			for line := range strings.Lines(shown) {
				line = strings.TrimSpace(strings.TrimLeft(line, "s: "))
				var words []string
				for _, w := range quoted.FindAllString(line, -1) {
					if w == ">" {
						break
					}
					words = append(words, strings.Trim(w, `"`))
				}
				if words[0] != "abri-observatory" {
					t.Fatalf("%q begins with another program", line)
				}
				ctx, err := newTestParser(t).Parse(words[1:])
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

func newTestParser(t *testing.T) *kong.Kong {
	t.Helper()
	parser, err := newParser(&verbs{})
	if err != nil {
		t.Fatal(err)
	}
	return parser
}

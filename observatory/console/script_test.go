package console

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"abri.example/abri/observatory/centre"
	"abri.example/abri/observatory/invitation"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/signin"
	"abri.example/abri/observatory/webhook"
	"abri.example/abri/testnet/consoletest"
)

// TestMain lets the test's own program stand in for abri-observatory within the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"abri-observatory": func() { os.Exit(Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs testdata/*.txtar: each is what a person types, and what they get, at an observatory of two sites whose
// first administrator is "first" and has a webhook. Beside testscript's own words there are `exits CODE PROGRAM…`, which the
// program must end with, and `word NAME PATTERN`, which keeps what the pattern's group found in the last output.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			data := filepath.Join(e.WorkDir, "data")
			e.Setenv("DATA", data)
			e.Setenv("TZ", "UTC")
			return furnish(context.Background(), data)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": consoletest.Exits, "word": word},
	})
}

// furnish begins an observatory.
func furnish(ctx context.Context, data string) error {
	l, _, err := centre.Open(ctx, centre.Options{Data: data, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Out: io.Discard})
	if err != nil {
		return err
	}
	_, err = signin.New(l, signin.Options{Now: time.Now, Random: rand.Reader}).First(ctx)
	if err == nil {
		hook := webhook.Wish{Name: "astreinte", URL: "https://astreinte.example/abri", Topics: []ledger.Topic{ledger.TopicRevoked}, Severity: ledger.All}
		_, err = webhook.Make(ctx, l, people.Person{ID: signin.FirstID, Role: people.Administrator}, hook, time.Now())
	}
	if err == nil {
		err = l.Remember(ctx, invitation.KeyURL, "https://observatoire.example:8444")
	}
	return errors.Join(err, l.Close())
}

// word sets a variable to what a pattern's group finds in the last output.
func word(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("nothing in the last output is like %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

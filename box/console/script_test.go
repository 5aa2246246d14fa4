package console

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"abri.example/abri/testnet/consoletest"
)

// TestMain lets the test's own program stand in for abri within the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"abri": func() { os.Exit(Main(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs testdata/*.txtar: each is what a person types, and what they get. Beside testscript's own words there
// are `exits CODE PROGRAM…`, `capture CASE` (the captures of a case of box/replay) and `json TYPE FIELD…` (each line of that
// type in the last output has these fields, in this order). A box answers at $SOCKET, and none at $NOBODY.
func TestScripts(t *testing.T) {
	socket := standIn(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SOCKET", socket)
			e.Setenv("NOBODY", filepath.Join(e.WorkDir, "nobody"))
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, errors.New("no such condition: " + name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": consoletest.Exits, "capture": takeCapture(t), "json": hasFields,
		},
	})
}

// takeCapture brings the captures of a case to where the script is.
func takeCapture(t *testing.T) func(*testscript.TestScript, bool, []string) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return func(ts *testscript.TestScript, _ bool, args []string) {
		files, err := filepath.Glob(filepath.Join(here, "../replay/testdata/cases", args[0], "capture*"))
		ts.Check(err)
		if len(files) == 0 {
			ts.Fatalf("the case %s has no captures", args[0])
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			ts.Check(err)
			ts.Check(os.WriteFile(ts.MkAbs(filepath.Base(name)), data, 0o600))
		}
	}
}

// hasFields holds each line of the last output whose "type" is the first argument to the fields that follow it.
func hasFields(ts *testscript.TestScript, _ bool, args []string) {
	seen := 0
	for text := range strings.Lines(ts.ReadFile("stdout")) {
		names := fieldsOf(ts, text)
		var head struct{ Type string }
		ts.Check(json.Unmarshal([]byte(text), &head))
		if head.Type != args[0] {
			continue
		}
		seen++
		promised := slices.DeleteFunc(names, func(n string) bool { return !slices.Contains(args[1:], n) })
		if !slices.Equal(promised, args[1:]) {
			ts.Fatalf("%s has of the promised fields %v, want %v", strings.TrimSpace(text), promised, args[1:])
		}
	}
	if seen == 0 {
		ts.Fatalf("no line is of type %s", args[0])
	}
}

// fieldsOf is the names of an object's fields, in their order.
func fieldsOf(ts *testscript.TestScript, text string) []string {
	d := json.NewDecoder(strings.NewReader(text))
	var names []string
	if _, err := d.Token(); err != nil {
		ts.Fatalf("%q is no JSON: %v", text, err)
	}
	for d.More() {
		name, err := d.Token()
		ts.Check(err)
		var value any
		ts.Check(d.Decode(&value))
		names = append(names, name.(string))
	}
	return names
}

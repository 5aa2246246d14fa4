package console

import (
	"fmt"

	abri "abri.example/abri"
)

type selfTestVerb struct {
	JSON bool `help:"Print JSON instead of text."`
	door
}

// Help is the example under `abri selftest --help`.
func (selfTestVerb) Help() string {
	return `Sends frames of its own through the running filter, by a further port of the real bridge with the program of the real
ports: to and from addresses for documentation and for a name that are listed for it, and honest ones. Nothing of it leaves the box. It
is done each day at six by itself. Exit code 1 when a step does not hold.

Example: abri selftest`
}

func (v selfTestVerb) Run(s *shell) error {
	t, err := v.dial().SelfTest(s.ctx)
	if err != nil {
		return err
	}
	if v.JSON {
		if err := printJSON(s, t); err != nil {
			return err
		}
	}
	for _, step := range t.Steps {
		if v.JSON {
			continue
		}
		if step.Held {
			fmt.Fprintln(s.out, "holds:", step.Tried)
		} else {
			fmt.Fprintf(s.out, "FAILS: %s: %s\n", step.Tried, step.Said)
		}
	}
	if !t.Held {
		return &abri.Error{Code: abri.CodeInternal, What: "the filter does not do what it should", Remedy: "`abri status` says more; restart the box, and tell the maintainers if it stays"}
	}
	return nil
}

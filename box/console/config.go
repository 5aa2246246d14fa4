package console

import (
	"fmt"
	"strings"

	"abri.example/abri/box/config"
	"abri.example/abri/box/library"
	"abri.example/abri/feed/guarded"
)

type configVerb struct {
	Example exampleVerb `cmd:"" help:"Print a configuration with every key documented."`
	Check   checkVerb   `cmd:"" help:"Check a configuration file and the files that it names; every fault is named with its line."`
}

type exampleVerb struct{}

// Help is the example under `abri config example --help`.
func (exampleVerb) Help() string { return "Example: abri config example > /etc/abri/box.toml" }

func (exampleVerb) Run(s *shell) error {
	_, err := fmt.Fprint(s.out, config.Example())
	return err
}

type checkVerb struct {
	File string `arg:"" help:"The file, such as /etc/abri/box.toml."`
}

// Help is the example under `abri config check --help`.
func (checkVerb) Help() string { return "Example: abri config check /etc/abri/box.toml" }

func (v checkVerb) Run(s *shell) error {
	c, err := config.Load(v.File)
	if err != nil {
		return err
	}
	faults, odd := library.CheckFiles(c, guarded.Default())
	if faults != nil {
		return faults
	}
	for _, w := range c.Warnings() {
		fmt.Fprintln(s.out, "warning:", w)
	}
	if odd != nil {
		for w := range strings.Lines(odd.Error()) {
			fmt.Fprintln(s.out, "warning:", strings.TrimSpace(w))
		}
	}
	fmt.Fprintln(s.out, "the configuration is right")
	return nil
}

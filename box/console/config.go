package console

import (
	"fmt"

	"abri.example/abri/box/config"
)

type configVerb struct {
	Example exampleVerb `cmd:"" help:"Print a configuration with every key documented."`
	Check   checkVerb   `cmd:"" help:"Check a configuration file; every fault is named with its line."`
}

type exampleVerb struct{}

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
	for _, w := range c.Warnings() {
		fmt.Fprintln(s.out, "warning:", w)
	}
	fmt.Fprintln(s.out, "the configuration is right")
	return nil
}

package config

import (
	"testing"

	"abri.example/abri"
)

func TestAnEmptyFileGivesTheDefaults(t *testing.T) {
	c, err := read("", "/etc/abri/box.toml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Box.Mode != abri.Observe || c.Ports.Kind != Bridge || c.Page.Listen != ":8080" || c.Gate.Grace.String() != "10m0s" ||
		c.Keep.RowsDays != 90 || c.Keep.CountersDays != 1095 || c.Ports.Bridge != "abri0" || c.Gate.Fail != FailOpen {
		t.Errorf("defaults = %+v", c)
	}
}

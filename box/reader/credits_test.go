package reader

import (
	"slices"
	"testing"

	"abri.example/abri/box/library"
)

func TestWhoAsksForItIsNamedOnce(t *testing.T) {
	list := func(publisher string, credit bool, entries int) library.Report {
		return library.Report{Publisher: publisher, Licence: "CC BY-SA 4.0", Credit: credit, Entries: entries}
	}
	got := credits([]library.Report{list("red.flag.domains", true, 9), list("CINS", false, 9), list("red.flag.domains", true, 3), list("empty", true, 0)})
	if !slices.Equal(got, []string{"red.flag.domains (CC BY-SA 4.0)"}) {
		t.Errorf("got %q", got)
	}
}

package reader

import (
	"slices"

	"abri.example/abri/box/library"
)

// credits names the publishers of lists in use who ask for it, each once, with the licence.
func credits(lists []library.Report) (out []string) {
	for _, l := range lists {
		said := l.Publisher + " (" + l.Licence + ")"
		if l.Credit && l.Entries > 0 && !slices.Contains(out, said) {
			out = append(out, said)
		}
	}
	return out
}

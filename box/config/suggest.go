package config

import (
	"fmt"
	"strings"
)

// longest is more letters than a key or its misspelling has; what is compared letter by letter is bounded by it.
const longest = 40

// suggest says what an unknown key or table was probably meant to be.
func suggest(path string) string {
	section, name, inTable := strings.Cut(path, ".")
	if !inTable {
		section, name = "", path
	}
	siblings := holds(section)
	best, nearest := "", 1+len(name)/3
	for _, its := range siblings {
		if len(name) > longest {
			break
		}
		if d := distance(strings.ToLower(name), its); d <= nearest {
			best, nearest = its, d-1
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	for _, s := range sections {
		if _, ok := keyOf(s.name + "." + name); ok { // the right name in the wrong table
			return fmt.Sprintf("%s stands under %s", name, header(s.name))
		}
	}
	return "remove it; " + header(section) + " holds " + strings.Join(siblings, ", ")
}

// holds names the keys of a table, or the keys and tables of the file itself for "".
func holds(section string) []string {
	var names []string
	for _, k := range keys {
		in, its, inTable := strings.Cut(k.path, ".")
		if !inTable {
			in, its = "", k.path
		}
		if in == section {
			names = append(names, its)
		}
	}
	if section == "" {
		for _, s := range sections {
			names = append(names, s.name)
		}
	}
	return names
}

// header is how the file writes the head of a table.
func header(section string) string {
	switch section {
	case "":
		return "the file"
	case "list":
		return "[[list]]"
	}
	return "[" + section + "]"
}

// distance is how many letters must be put in, taken out, changed or swapped with their neighbour to make b of a
// (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			changed := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				changed++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, changed)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

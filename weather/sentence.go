package weather

import (
	"strconv"
	"strings"

	"abri.example/abri"
)

// Sentence is the one sentence of the page: the sky and what made it, in plain words, with its point. What watch-only
// would have stopped is said to have passed. An unknown language is French.
func Sentence(r Report, l abri.Lang) string {
	if l == abri.English {
		return english(r)
	}
	return french(r)
}

// number writes n with the given mark between thousands.
func number(n uint64, mark string) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + mark + s[i:]
	}
	return s
}

// one chooses between singular and plural.
func one(n uint64, singular, plural string) string {
	if n == 1 {
		return singular
	}
	return plural
}

// list joins parts with commas, and the last with the given word.
func list(parts []string, and string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " " + and + " " + parts[last]
}

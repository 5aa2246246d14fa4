package number

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed countries.txt
var table string

// prefix is one line of countries.txt. Code is the length of the country code that it belongs to.
type prefix struct {
	country string
	class   Class
	code    int
}

// prefixes are the lines by their digits; longestPrefix is how many digits one has at most.
var prefixes, longestPrefix = read(table)

// read reads the table. It is part of the program: a fault in it is a fault of ours, which every test sees.
func read(text string) (map[string]prefix, int) {
	out, most := map[string]prefix{}, 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		var digits, country, class string
		if _, err := fmt.Sscan(line, &digits, &country, &class); err != nil {
			panic("number: countries.txt: " + line)
		}
		p := prefix{country: country, class: Class(class), code: len(digits)}
		if p.class == "home" {
			p.class = National
		}
		out[digits] = p
		most = max(most, len(digits))
	}
	for digits, p := range out { // of a range within a country, the code is the country's
		for n := 1; n < len(digits); n++ {
			if _, ok := out[digits[:n]]; ok {
				p.code = n
				out[digits] = p
				break
			}
		}
	}
	return out, most
}

// prefixOf gives the longest prefix that a number begins with.
func prefixOf(digits string) (prefix, bool) {
	for n := min(longestPrefix, len(digits)); n > 0; n-- {
		if p, ok := prefixes[digits[:n]]; ok {
			return p, true
		}
	}
	return prefix{}, false
}

// Package maker says who made a network card, by the first three bytes of its address.
//
// The table is the public listing of the IEEE Registration Authority (MA-L, as Debian's ieee-data of 2022-08-27 has it;
// the IEEE claims no copyright in it), made by ./gather. It is text inside the program, looked up where it lies: no
// memory is taken at the start. Borders: the standard library only, no disk, network or clock.
package maker

import (
	_ "embed"
	"fmt"
	"sort"
	"strings"
)

//go:embed makers.txt
var table string

// Of is the maker's name as people know it, 24 letters at the most, and "" for an address that nobody was given, or that
// its owner chose at random (IEEE 802, the bit of local administration).
func Of(mac [6]byte) string {
	if Random(mac) {
		return ""
	}
	key := fmt.Sprintf("%02X%02X%02X", mac[0], mac[1], mac[2])
	at := sort.Search(len(table), func(i int) bool { return line(i) >= key })
	if found := line(at); strings.HasPrefix(found, key) {
		return found[len(key)+1:]
	}
	return ""
}

// Random reports whether an address was made up by its owner, as telephones do to each network they meet.
func Random(mac [6]byte) bool { return mac[0]&2 != 0 }

// line is the line of the table that begins at the byte i or next after it, "" behind the last. Its order is that of i.
func line(i int) string {
	if i > 0 {
		end := strings.IndexByte(table[i-1:], '\n')
		i += end
	}
	text, _, _ := strings.Cut(table[min(i, len(table)):], "\n")
	return text
}

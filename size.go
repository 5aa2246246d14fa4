package abri

import (
	"fmt"
	"strings"
)

// Bytes is a number of bytes as people say it, by powers of ten: « 1,2 Go », "1.2 GB". A no-break space stands before the
// unit.
func Bytes(n uint64, l Lang) string {
	units := []string{"octets", "ko", "Mo", "Go", "To"}
	if l != French {
		units = []string{"bytes", "kB", "MB", "GB", "TB"}
	}
	if n < 1000 {
		return fmt.Sprintf("%d\u00a0%s", n, units[0])
	}
	x, unit := float64(n), 0
	for x >= 999.95 && unit < len(units)-1 {
		x /= 1000
		unit++
	}
	s := fmt.Sprintf("%.1f", x)
	if l == French {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s + "\u00a0" + units[unit]
}

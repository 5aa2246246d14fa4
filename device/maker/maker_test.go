package maker

import (
	"slices"
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		mac  [6]byte
		want string
	}{
		{[6]byte{0x00, 0x00, 0x0c, 1, 2, 3}, "Cisco Systems"},
		{[6]byte{0xb8, 0x27, 0xeb, 1, 2, 3}, "Raspberry Pi Foundation"},
		{[6]byte{0x02, 0x00, 0x0c, 1, 2, 3}, ""}, // made up
		{[6]byte{0xfc, 0xff, 0xff, 1, 2, 3}, ""}, // nobody's
		{[6]byte{}, "XEROX"},
	} {
		if got := Of(c.mac); got != c.want {
			t.Errorf("%x is %q, want %q", c.mac, got, c.want)
		}
	}
}

// Every line of the table is found by its own key, the first and the last among them.
func TestTheTableIsInOrderAndBounded(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	if len(lines) < 25_000 || len(table) > 1<<20 || !slices.IsSorted(lines) {
		t.Fatalf("%d lines, %d bytes", len(lines), len(table))
	}
	for i := 0; i < len(lines); i += 97 {
		check(t, lines[i])
	}
	check(t, lines[len(lines)-1])
}

func check(t *testing.T, row string) {
	t.Helper()
	var mac [6]byte
	for i := range 3 {
		mac[i] = nibble(row[2*i])<<4 | nibble(row[2*i+1])
	}
	if got := Of(mac); !Random(mac) && got != row[7:] || Random(mac) && got != "" {
		t.Errorf("%s gives %q", row, got)
	}
}

func nibble(c byte) byte { return byte(strings.IndexByte("0123456789ABCDEF", c)) }

// Whatever the address, nothing is read beyond the table and nothing is allocated for it.
func FuzzOf(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 0})
	f.Add([]byte{0xfd, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		var mac [6]byte
		copy(mac[:], b)
		if got := Of(mac); strings.ContainsAny(got, "\n") || len([]rune(got)) > 24 {
			t.Errorf("%x is %q", mac, got)
		}
	})
}

package keeper

import (
	"testing"

	abri "abri.example/abri"
)

// The reader is never root, and a user or group that is not there is named.
func TestWhoTheReaderIs(t *testing.T) {
	for _, row := range []struct {
		user, group string
		code        abri.Code
	}{
		{"nobody", "root", ""},
		{"root", "root", abri.CodeRefused},
		{"nobody-at-all", "root", abri.CodeNotFound},
		{"nobody", "no-such-group", abri.CodeNotFound},
	} {
		if who, err := findAccount(row.user, row.group); abri.CodeOf(err) != row.code || (err == nil && who.uid == 0) {
			t.Errorf("%s, %s: %+v, %v", row.user, row.group, who, err)
		}
	}
}

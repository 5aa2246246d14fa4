package fleet_test

import (
	"testing"

	"abri.example/abri"
	"abri.example/abri/fleet"
)

func TestAnAddressOrANetworkInItsOwnForm(t *testing.T) {
	for s, want := range map[string]string{
		"51.75.1.9": "51.75.1.9/32", "203.0.113.0/24": "203.0.113.0/24", "2001:db8::1": "2001:db8::1/128",
		"2001:db8::/32": "2001:db8::/32", "::ffff:192.0.2.1": "192.0.2.1/32",
	} {
		if p, err := fleet.ParsePrefix(s); err != nil || p.String() != want {
			t.Errorf("%s is read as %s, %v; want %s", s, p, err, want)
		}
	}
	for _, s := range []string{"", "sury.fr", "203.0.113.9/24", "203.0.113.0/33", "fe80::1%eth0", "1.2.3"} {
		if p, err := fleet.ParsePrefix(s); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%q is read as %s, %v", s, p, err)
		}
	}
}

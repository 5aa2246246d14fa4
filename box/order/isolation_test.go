package order

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	abri "abri.example/abri"
)

func TestIsolationArrivesAsGiven(t *testing.T) {
	c, m := converse(t)
	i := Isolation{
		Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.23")}, Cards: []string{"00:11:22:33:44:55"},
		Repairs: []Repair{{netip.MustParsePrefix("9.9.9.9/32"), 53}},
	}
	if err := c.Isolate(i); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(i, m.apart, cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{})); d != "" {
		t.Error(d)
	}
	for name, bad := range map[string]Isolation{
		"everybody":        {Addresses: []netip.Addr{netip.MustParseAddr("255.255.255.255")}},
		"a group":          {Addresses: []netip.Addr{netip.MustParseAddr("ff02::1")}},
		"nobody":           {Addresses: []netip.Addr{{}}},
		"no card":          {Cards: []string{"00:11:22"}},
		"a group's card":   {Cards: []string{"01:00:5e:00:00:01"}},
		"another spelling": {Cards: []string{"00-11-22-33-44-55"}},
		"all the world":    {Repairs: []Repair{{Prefix: netip.MustParsePrefix("0.0.0.0/0")}}},
	} {
		if err := c.Isolate(bad); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

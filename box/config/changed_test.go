package config

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"abri.example/abri"
)

func TestChanged(t *testing.T) {
	for _, c := range []struct {
		name          string
		change        func(*Config)
		live, restart []string
	}{
		{"nothing", func(*Config) {}, nil, nil},
		{"no addresses for none given", func(c *Config) { c.Trusted.Addresses = []netip.Prefix{} }, nil, nil},
		{"the mode", func(c *Config) { c.Box.Mode = abri.Protect }, []string{"box.mode"}, nil},
		{"a list", func(c *Config) { c.Lists = []List{{Name: "a"}} }, []string{"list"}, nil},
		{"a port and a release", func(c *Config) {
			c.Ports.Inside = "eth7"
			c.Exempt.Addresses = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
			c.Ports.Address = netip.MustParsePrefix("192.0.2.1/24")
		}, []string{"exempt.addresses"}, []string{"ports.inside", "ports.address"}},
	} {
		after := defaults()
		c.change(after)
		live, restart := Changed(defaults(), after)
		if d := cmp.Diff(c.live, live) + cmp.Diff(c.restart, restart); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

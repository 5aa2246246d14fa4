package bridge_test

import (
	"net/netip"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/bridge"
)

func TestRefusals(t *testing.T) {
	b := newBox(t)
	b.foreign("br7")
	with := func(change func(*bridge.Options)) bridge.Options {
		o := wanted
		change(&o)
		return o
	}
	for _, row := range []struct {
		name    string
		options bridge.Options
		code    abri.Code
		says    string
	}{
		{"no such port", with(func(o *bridge.Options) { o.Outside = "eth7" }), abri.CodeNotFound, `outside: no such port "eth7": ports there are: eth0, eth1`},
		{"one port twice", with(func(o *bridge.Options) { o.Inside = "eth0" }), abri.CodeInvalid, "both outside and inside"},
		{"no inside", with(func(o *bridge.Options) { o.Inside = "" }), abri.CodeInvalid, "no inside port"},
		{"no outside", with(func(o *bridge.Options) { o.Outside = "" }), abri.CodeInvalid, "no outside port"},
		{"no kind", with(func(o *bridge.Options) { o.Kind = "router" }), abri.CodeInvalid, `"bridge" or "host"`},
		{"host with two ports", with(func(o *bridge.Options) { o.Kind = bridge.Host }), abri.CodeInvalid, "one port only"},
		{"long name", with(func(o *bridge.Options) { o.Name = "a-name-longer-than-fifteen" }), abri.CodeInvalid, "1 to 15 characters"},
		{"name of a port", with(func(o *bridge.Options) { o.Name = "eth1" }), abri.CodeInvalid, "name of a port"},
		{"name of something else", with(func(o *bridge.Options) { o.Name = "lo" }), abri.CodeRefused, "not a bridge"},
		{"foreign bridge without the ports", with(func(o *bridge.Options) { o.Name = "br7" }), abri.CodeRefused, `port "eth0" is not in it`},
	} {
		t.Run(row.name, func(t *testing.T) { b.refuses(t, row.options, row.code, row.says) })
	}
	b.host.Address("eth1", netip.MustParsePrefix("10.1.2.3/24"))
	b.refuses(t, wanted, abri.CodeRefused, `port "eth1" carries the address 10.1.2.3/24`)
	b.foreign("br9", "eth0")
	b.refuses(t, wanted, abri.CodeRefused, `port "eth0" is in another bridge, "br9"`)
	if b.link("abri0") != nil || b.setting("ipv6/conf/eth0/disable_ipv6") != "0" {
		t.Error("a refusal touched something")
	}
}

// refuses checks the code for machines and the sentence for people.
func (b box) refuses(t *testing.T, o bridge.Options, code abri.Code, says string) {
	t.Helper()
	err := b.host.Do(func() error { _, err := bridge.Ensure(o); return err })
	if abri.CodeOf(err) != code || !strings.Contains(err.Error(), says) {
		t.Errorf("%+v gives %q (%s), not %q (%s)", o, err, abri.CodeOf(err), says, code)
	}
}

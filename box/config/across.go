package config

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"reflect"
	"strings"
)

// across checks what one key means for another, and finishes what depends on both. It speaks only of keys that are
// right by themselves.
func (r *reader) across() {
	c := r.config
	if c.Ports.Kind == Host {
		r.host()
	} else {
		r.bridge()
	}
	r.lists()
	c.Fetch.Certificates = r.fromHere(c.Fetch.Certificates)
	for i := range c.Exempt.Files {
		c.Exempt.Files[i] = r.fromHere(c.Exempt.Files[i])
	}
	if c.Keep.CountersDays < c.Keep.RowsDays && !r.refused("keep.counters_days") {
		r.refuse("keep.counters_days", fmt.Sprintf("keep.counters_days = %d is less than keep.rows_days", c.Keep.CountersDays),
			fmt.Sprintf("keep figures at least as long as rows: %d or more", c.Keep.RowsDays))
	}
}

// host: one port, no bridge, and a page that nobody outside reaches.
func (r *reader) host() {
	for _, path := range []string{"ports.inside", "ports.bridge", "ports.address"} {
		if r.given[path] {
			r.refuse(path, fmt.Sprintf(`%s is not for ports.kind = "host"`, path), `remove it, or write kind = "bridge"`)
		}
		fieldAt(r.config, path).Set(reflect.Zero(fieldAt(r.config, path).Type()))
	}
	if !r.given["page.listen"] {
		r.config.Page.Listen = "127.0.0.1:8080"
	} else if strings.HasPrefix(r.config.Page.Listen, ":") {
		r.refuse("page.listen", `page.listen has no address, and ports.kind = "host" has no bridge to take one from`,
			`write "127.0.0.1:8080", or another address of this server`)
	}
}

// bridge: three names that differ, and a gateway that the box's own address can reach.
func (r *reader) bridge() {
	p := r.config.Ports
	if p.Inside == p.Outside {
		r.refuse("ports.inside", fmt.Sprintf("ports.inside and ports.outside are both %q", p.Inside), "name two ports")
	}
	if p.Bridge == p.Outside || p.Bridge == p.Inside {
		r.refuse("ports.bridge", fmt.Sprintf("ports.bridge = %q is one of its ports", p.Bridge), `give the bridge a name of its own, such as "abri0"`)
	}
	near := p.Gateway.IsLinkLocalUnicast() || p.Address.Contains(p.Gateway)
	if p.Address.IsValid() && p.Gateway.IsValid() && p.Gateway.Is4() == p.Address.Addr().Is4() && !near {
		r.refuse("ports.gateway", fmt.Sprintf("ports.gateway = %s is not in %s", p.Gateway, p.Address.Masked()),
			"give the router's address in the network of ports.address")
	}
}

// fromHere makes a path absolute, from the folder of the file.
func (r *reader) fromHere(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(r.file), path)
}

// Warnings gives what is allowed and probably not meant, a sentence each: today a trust wider than a /24, or than a
// /56 of IPv6, which leaves a whole provider's customers unwatched.
func (c *Config) Warnings() []string {
	var out []string
	for _, p := range c.Trusted.Addresses {
		if wide(p) {
			out = append(out, fmt.Sprintf("trusted.addresses holds %s, wider than %s: nothing from there is stopped or told; trust single addresses", p, widest(p)))
		}
	}
	return out
}

func wide(p netip.Prefix) bool {
	return p.Bits() < 24 && p.Addr().Is4() || p.Bits() < 56 && p.Addr().Is6()
}

func widest(p netip.Prefix) string {
	if p.Addr().Is4() {
		return "a /24"
	}
	return "a /56"
}

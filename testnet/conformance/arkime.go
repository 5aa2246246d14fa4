package main

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// arkimeEnd is one end of a session.
type arkimeEnd struct {
	IP   string
	Port uint16
}

// arkimeSession is the part of a session that speaks of names.
type arkimeSession struct {
	Source, Destination arkimeEnd
	Protocol            []string
	DNS                 []struct{ QueryHost, QT string }
	HTTP                struct{ Host []string }
	QUIC                struct{ Host []string }
	TLS                 struct{ JA3, JA4 []string }
}

// readArkime reads a .test file of Arkime's.
func readArkime(path string) (*capture, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Sessions3 []struct{ Body arkimeSession }
	}
	if err := json.Unmarshal(b, &file); err != nil {
		return nil, err
	}
	base := strings.TrimSuffix(filepath.Base(path), ".test")
	c := &capture{name: "arkime " + base + ".pcap", path: strings.TrimSuffix(path, ".test") + ".pcap"}
	for _, s := range file.Sessions3 {
		s.Body.say(c)
	}
	return c, nil
}

// say tells what a session says. Arkime puts the name of a hello among the hosts of HTTP, so that which it is follows
// from the protocols of the session; beside a host with its port stands the bare one, which is ours.
func (s *arkimeSession) say(c *capture) {
	a, errA := netip.ParseAddr(s.Source.IP)
	b, errB := netip.ParseAddr(s.Destination.IP)
	if errA != nil || errB != nil {
		return
	}
	e := endsOf(netip.AddrPortFrom(a, s.Source.Port), netip.AddrPortFrom(b, s.Destination.Port))
	for _, q := range s.DNS {
		if q.QT != "" { // else a reply that repeats no question
			c.say(e, dnsName, ascii(q.QueryHost))
		}
	}
	hosts := httpName
	switch {
	case slices.Contains(s.Protocol, "quic"):
		hosts = quicName
	case len(s.TLS.JA4) > 0 && !slices.Contains(s.Protocol, "http"):
		hosts = tlsName
	}
	for _, host := range append(s.HTTP.Host, s.QUIC.Host...) {
		bare, _, cut := strings.Cut(host, ":")
		if !cut || !slices.Contains(s.HTTP.Host, bare) {
			c.say(e, hosts, ascii(host))
		}
	}
	for _, print := range s.TLS.JA3 {
		c.say(e, ja3, print)
	}
	for _, print := range s.TLS.JA4 {
		c.say(e, ja4, print)
	}
}

// ascii is a name as it stands on the wire: Arkime writes the root as a word, and other scripts in their letters.
func ascii(name string) string {
	if name == "<root>" {
		return "."
	}
	if wire, err := idna.Punycode.ToASCII(name); err == nil {
		return wire
	}
	return name
}

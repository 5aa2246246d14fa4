package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// sort is a sort of thing that tools say of a flow.
type sort string

const (
	dnsName  sort = "DNS"
	tlsName  sort = "TLS"
	quicName sort = "QUIC"
	httpName sort = "HTTP"
	ja3      sort = "JA3"
	ja4      sort = "JA4"
)

var sorts = []sort{dnsName, tlsName, quicName, httpName, ja3, ja4}

// ends are those of a flow, the lower first, because tools differ about who began.
type ends struct{ a, b netip.AddrPort }

func endsOf(a, b netip.AddrPort) ends {
	if b.Compare(a) < 0 {
		a, b = b, a
	}
	return ends{a, b}
}

func (e ends) String() string { return fmt.Sprintf("%s and %s", e.a, e.b) }

// saying is one thing said of a flow.
type saying struct {
	flow  ends
	sort  sort
	value string
}

// capture is a file with what another tool says of it.
type capture struct {
	name, path string
	said       []saying
}

func (c *capture) say(flow ends, s sort, value string) {
	if x := (saying{flow, s, value}); value != "" && !slices.Contains(c.said, x) {
		c.said = append(c.said, x)
	}
}

// expectations reads what both tools say.
func expectations(peers string) ([]*capture, error) {
	var all []*capture
	for _, tool := range []struct {
		files string
		read  func(path string) (*capture, error)
	}{{"foxio-ja4/expected/*.json", readFoxIO}, {"arkime/pcap/*.test", readArkime}} {
		paths, err := filepath.Glob(filepath.Join(peers, tool.files))
		if err != nil {
			return nil, err
		}
		if len(paths) == 0 {
			return nil, &os.PathError{Op: "open", Path: filepath.Join(peers, tool.files), Err: os.ErrNotExist}
		}
		for _, p := range paths {
			c, err := tool.read(p)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p, err)
			}
			if len(c.said) > 0 {
				all = append(all, c)
			}
		}
	}
	return all, nil
}

// readFoxIO reads a file of FoxIO's: an array of streams. Of several hellos in one stream, after a retry, the first counts.
func readFoxIO(path string) (*capture, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var streams []map[string]any
	if err := json.Unmarshal(b, &streams); err != nil {
		return nil, err
	}
	file := strings.TrimSuffix(filepath.Base(path), ".json")
	c := &capture{name: "foxio " + file, path: filepath.Join(filepath.Dir(path), "../pcap", file)}
	for _, s := range streams {
		text := func(key string) string { v, _ := s[key].(string); return v }
		e, err := ofPorts(text("src"), text("srcport"), text("dst"), text("dstport"))
		if err != nil {
			continue // a stream without ports
		}
		print := text("JA4.1")
		c.say(e, ja4, print)
		if name := tlsName; print != "" {
			if print[0] == 'q' {
				name = quicName
			}
			c.say(e, name, text("domain"))
		}
	}
	return c, nil
}

func ofPorts(src, srcPort, dst, dstPort string) (ends, error) {
	a, err := netip.ParseAddr(src)
	if err != nil {
		return ends{}, err
	}
	b, err := netip.ParseAddr(dst)
	if err != nil {
		return ends{}, err
	}
	p, err := strconv.ParseUint(srcPort, 10, 16)
	if err != nil {
		return ends{}, err
	}
	q, err := strconv.ParseUint(dstPort, 10, 16)
	return endsOf(netip.AddrPortFrom(a, uint16(p)), netip.AddrPortFrom(b, uint16(q))), err
}

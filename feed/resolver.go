package feed

import "bytes"

// readDnsmasq reads the lines of dnsmasq.conf(5) that make a tree of names lead nowhere:
//
//	address=/name/…/0.0.0.0   local=/name/   server=/name/
func readDnsmasq(text []byte, out []item) ([]item, reason) {
	if isComment(text) {
		return out, skipped
	}
	key, value, _ := bytes.Cut(text, []byte("="))
	switch string(bytes.TrimSpace(key)) {
	case "address", "local", "server":
	default:
		return out, notName
	}
	parts := bytes.Split(bytes.TrimSpace(value), []byte("/"))
	if len(parts) < 3 || len(parts[0]) != 0 {
		return out, notName
	}
	if !leadsNowhere(parts[len(parts)-1]) {
		return out, elsewhere
	}
	before := len(out)
	for _, name := range parts[1 : len(parts)-1] {
		var why reason
		if out, why = withName(name, tree, out); why != taken {
			return out[:before], why
		}
	}
	return out, taken
}

// readUnbound reads the lines of unbound.conf(5) that refuse a tree of names, or that give one name no address:
//
//	local-zone: "name" always_nxdomain   local-data: "name A 0.0.0.0"
func readUnbound(text []byte, out []item) ([]item, reason) {
	if isComment(text) || string(text) == "server:" {
		return out, skipped
	}
	key, rest, _ := bytes.Cut(text, []byte(":"))
	value, after, ok := field(bytes.TrimLeft(rest, " \t"))
	switch after = bytes.TrimSpace(after); {
	case !ok || len(value) == 0:
		return out, notName
	case string(key) == "local-zone":
		if !refuses(string(after)) {
			return out, exception
		}
		return withName(value, tree, out)
	case string(key) == "local-data":
		return localData(value, out)
	}
	return out, notName
}

// refuses reports whether a type of local-zone answers for the whole tree that there is nothing.
func refuses(zone string) bool {
	switch zone {
	case "always_nxdomain", "always_refuse", "always_null", "always_deny", "static", "refuse", "deny", "redirect", "inform_deny":
		return true
	}
	return false
}

func localData(record []byte, out []item) ([]item, reason) {
	parts := bytes.Fields(record)
	if len(parts) < 3 {
		return out, notName
	}
	if !leadsNowhere(parts[len(parts)-1]) {
		return out, elsewhere
	}
	return withName(parts[0], hostOnly, out)
}

// readBIND reads the zones of named.conf that stand in for a tree of names, one a line: zone "name" { type master; … };
func readBIND(text []byte, out []item) ([]item, reason) {
	if isComment(text) {
		return out, skipped
	}
	rest, isZone := bytes.CutPrefix(text, []byte("zone"))
	rest = bytes.TrimLeft(rest, " \t")
	if !isZone || len(rest) == 0 || rest[0] != '"' {
		return out, notName
	}
	name, body, closed := bytes.Cut(rest[1:], []byte(`"`))
	if !closed || !bytes.Contains(body, []byte("type master")) && !bytes.Contains(body, []byte("type primary")) {
		return out, notName
	}
	return withName(name, tree, out)
}

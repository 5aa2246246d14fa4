package feed

import "bytes"

// readHosts reads hosts(5) as block lists use it: an address that leads nowhere, then names, each for itself alone.
func readHosts(text []byte, out []item) ([]item, reason) {
	if isComment(text) {
		return out, skipped
	}
	nowhere, rest, ok := field(text)
	if !ok || len(nowhere) == 0 || !leadsNowhere(nowhere) {
		if _, why := address(nowhere); why != taken {
			return out, why
		}
		return out, elsewhere
	}
	before := len(out)
	for rest = bytes.TrimLeft(rest, " \t"); len(rest) > 0 && !isComment(rest); rest = bytes.TrimLeft(rest, " \t") {
		var name []byte
		if name, rest, ok = field(rest); !ok || len(name) == 0 {
			return out[:before], notName
		}
		if machineName(name) {
			continue
		}
		var why reason
		if out, why = withName(name, hostOnly, out); why != taken {
			return out[:before], why
		}
	}
	if len(out) == before {
		return out, skipped
	}
	return out, taken
}

// leadsNowhere reports whether a text is an address that stands for "no answer" in block lists. The empty text and "#"
// are dnsmasq's words for it.
func leadsNowhere(text []byte) bool {
	switch string(text) {
	case "0.0.0.0", "127.0.0.1", "::", "::1", "#", "":
		return true
	}
	return false
}

// machineName reports whether name is one that every hosts file gives to the machine itself.
func machineName(name []byte) bool {
	switch string(name) {
	case "localhost", "localhost.localdomain", "local", "broadcasthost", "0.0.0.0",
		"ip6-localhost", "ip6-loopback", "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters", "ip6-allhosts":
		return true
	}
	return false
}

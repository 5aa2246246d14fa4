package feed

import (
	"bytes"
)

// readRules reads the rules of Suricata and Snort that name one host, in the server name of TLS, the Host header of
// HTTP or a DNS question, and have no other condition on the content. Rules about a page are refused as such.
//
// Source: https://docs.suricata.io/en/latest/rules/intro.html, https://docs.snort.org/rules/.
func readRules(text []byte, out []item) ([]item, reason) {
	if isComment(text) {
		return out, skipped
	}
	action, rest, _ := bytes.Cut(text, []byte(" "))
	switch string(action) {
	case "alert", "drop", "reject", "block":
	default:
		return out, notRule
	}
	if bytes.Contains(rest, []byte("http.uri")) || bytes.Contains(rest, []byte("http_uri")) {
		return out, page
	}
	if !hostRule(rest) {
		return out, condition
	}
	var found []byte
	for {
		_, after, more := bytes.Cut(rest, []byte(`content:"`))
		if !more {
			break
		}
		value, end, closed := bytes.Cut(after, []byte(`"`))
		rest = end
		switch {
		case !closed:
			return out, notRule
		case string(value) == "GET" || string(value) == "POST" || string(value) == "Host":
		case found != nil:
			return out, condition
		default:
			found = value
		}
	}
	if found == nil {
		return out, notRule
	}
	return withHost(found, hostOnly, out)
}

// hostRule reports whether a rule looks where a host is named.
func hostRule(rule []byte) bool {
	for _, where := range []string{"tls.sni", "http.host", "http_host", "field host", `content:"Host"`, "dns.query", "dns_query"} {
		if bytes.Contains(rule, []byte(where)) {
			return true
		}
	}
	return false
}

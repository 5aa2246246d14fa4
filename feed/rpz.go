package feed

import (
	"bytes"
	"net/netip"
	"strings"
)

// newRPZ reads a response policy zone, one record a line: which names get no true answer. A name stands for itself, and
// "*.name" for what lies beneath. Triggers other than names and IPv4 addresses are refused.
//
// Source: draft-vixie-dnsop-dns-rpz-00, https://datatracker.ietf.org/doc/html/draft-vixie-dnsop-dns-rpz-00.
func newRPZ() lineReader {
	origin := ""
	return func(text []byte, out []item) ([]item, reason) {
		parts := strings.Fields(string(text))
		switch first := strings.ToUpper(parts[0]); {
		case text[0] == ';' || first == "$TTL" || first == "@" || first == "NS" || first == "IN":
			return out, skipped
		case first == "$ORIGIN" && len(parts) > 1:
			origin = strings.Trim(parts[1], ".")
			return out, skipped
		}
		kind, data := record(parts[1:])
		switch {
		case kind == "SOA" || kind == "NS":
			origin = strings.Trim(parts[0], ".")
			return out, skipped
		case data == "rpz-passthru.":
			before := len(out)
			if out, why := trigger(owner(parts[0], origin), out); why == taken {
				return excepted(out, before)
			}
			return out[:before], exception
		case kind == "CNAME" && (data == "." || data == "*." || data == "rpz-drop."):
		case (kind == "A" || kind == "AAAA") && leadsNowhere([]byte(data)):
		case kind == "":
			return out, notName
		default:
			return out, elsewhere
		}
		return trigger(owner(parts[0], origin), out)
	}
}

// record finds type and data of a record after its owner, past a TTL and a class.
func record(parts []string) (kind, data string) {
	for i, p := range parts {
		switch p = strings.ToUpper(p); p {
		case "CNAME", "A", "AAAA", "SOA", "NS", "TXT":
			if i+1 < len(parts) {
				return p, parts[i+1]
			}
		}
	}
	return "", ""
}

// owner is the part of a record's name that stands before the zone's own.
func owner(name, origin string) string {
	if cut, absolute := strings.CutSuffix(name, "."); absolute && origin != "" {
		return strings.TrimSuffix(cut, "."+origin)
	}
	return name
}

func trigger(name string, out []item) ([]item, reason) {
	if reversed, isAddress := strings.CutSuffix(name, ".rpz-ip"); isAddress {
		return reversedAddress(strings.Split(reversed, "."), out)
	}
	if strings.Contains(name, ".rpz-") {
		return out, condition
	}
	if under, star := strings.CutPrefix(name, "*."); star {
		return withName([]byte(under), beneath, out)
	}
	return withName([]byte(name), hostOnly, out)
}

// reversedAddress reads "24.0.2.0.192" as 192.0.2.0/24.
func reversedAddress(parts []string, out []item) ([]item, reason) {
	if len(parts) != 5 {
		return out, condition
	}
	a, why := quad([]byte(strings.Join([]string{parts[4], parts[3], parts[2], parts[1]}, ".")))
	if why != taken {
		return out, why
	}
	bits, ok := decimal([]byte(parts[0]), 32)
	if !ok {
		return out, badLength
	}
	if p := netip.PrefixFrom(a, bits); p.Masked() == p {
		return append(out, item{span: spanOf(p)}), taken
	}
	return out, hostBits
}

// readTPL reads Internet Explorer's tracking protection lists: "-d host" is a host, "-" alone a word of an address.
//
// Source: https://www.w3.org/Submission/web-tracking-protection/ §3.
func readTPL(text []byte, out []item) ([]item, reason) {
	switch {
	case isComment(text) || text[0] == ':' || string(text) == "msFilterList":
		return out, skipped
	case bytes.HasPrefix(text, []byte("+")):
		return out, exception
	case text[0] != '-':
		return out, notRule
	case !bytes.HasPrefix(text, []byte("-d ")):
		return out, condition
	}
	name, path, _ := bytes.Cut(bytes.TrimLeft(text[3:], " "), []byte(" "))
	if len(path) > 0 {
		return out, page
	}
	return withHost(name, tree, out)
}

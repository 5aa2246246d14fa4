package feed

import (
	"encoding/json"
	"net/netip"
	"regexp"
	"strings"
	"time"
)

// newSTIX reads the indicators of a STIX 2.1 bundle whose patterns are alternatives of single equalities, such as
// [ipv4-addr:value = '62.210.1.2'] OR [domain-name:value = 'evil.example.com']. A pattern with other conditions is
// refused, for the box would have to guess; and so is an indicator that was revoked, or had run out on the list's day.
//
// Source: STIX Version 2.1, OASIS Standard, 10 June 2021, §4.7 (Indicator) and §9 (Patterning).
func newSTIX(day time.Time) documentReader {
	return func(d *json.Decoder, take takeFunc) error {
		return eachOf(d, "objects", func() error {
			var o struct {
				Type        string    `json:"type"`
				ID          string    `json:"id"`
				Pattern     string    `json:"pattern"`
				PatternType string    `json:"pattern_type"`
				Revoked     bool      `json:"revoked"`
				Until       time.Time `json:"valid_until"`
			}
			if err := d.Decode(&o); err != nil {
				return err
			}
			switch {
			case o.Type != "indicator":
				return nil
			case o.Revoked || !o.Until.IsZero() && !day.IsZero() && o.Until.Before(day):
				return take(o.Pattern, nil, withdrawn)
			case o.PatternType != "" && o.PatternType != "stix":
				return take(o.Pattern, nil, foreign)
			}
			items, why := stixPattern(o.Pattern)
			return take(o.Pattern, items, why)
		})
	}
}

// comparison is one equality of a pattern, with what stands before it.
var comparison = regexp.MustCompile(`^\s*\[?\s*([a-z0-9-]+:[A-Za-z0-9_.'"-]+)\s*(=|ISSUBSET)\s*'((?:[^'\\]|\\.)*)'\s*\]?\s*`)

// stixPattern reads a pattern of equalities joined by OR. Brackets are not matched up: OR means the same inside and
// outside of them.
func stixPattern(pattern string) (out []item, why reason) {
	for rest := pattern; ; {
		m := comparison.FindStringSubmatch(rest)
		if m == nil {
			return nil, condition
		}
		if out, why = stixValue(m[1], m[2], m[3], out); why != taken {
			return nil, why
		}
		if rest = rest[len(m[0]):]; rest == "" {
			return out, taken
		}
		var joined bool
		if rest, joined = strings.CutPrefix(rest, "OR"); !joined {
			return nil, condition
		}
	}
}

// stixValue reads one equality by the path of its object.
func stixValue(path, operator, value string, out []item) ([]item, reason) {
	if operator == "ISSUBSET" && path != "ipv4-addr:value" && path != "ipv6-addr:value" {
		return out, condition
	}
	switch path {
	case "ipv4-addr:value", "ipv6-addr:value", "network-traffic:dst_ref.value":
		if p, err := netip.ParsePrefix(value); err == nil && p.Bits() == 0 {
			return out, tooWide
		}
		s, why := parseEntry([]byte(value))
		return append(out, item{span: s}), why
	case "domain-name:value":
		return withName([]byte(value), tree, out)
	case "url:value":
		return readURL([]byte(value), out)
	}
	return out, foreign
}

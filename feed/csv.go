package feed

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
)

// The names of columns, in lower case, that hold an indicator, and those that say what kind it is or narrow it down to
// a page.
var (
	valueColumns = []string{"ioc_value", "indicator", "ip", "ip_address", "ipaddress", "src_ip", "dst_ip", "address", "cidr", "network",
		"domain", "domain_name", "host", "hostname", "fqdn", "url", "ja3", "ja3_md5", "ja4", "value"}
	kindColumns = []string{"ioc_type", "indicator_type", "type"}
	pathColumns = []string{"path"}
)

// newCSV reads tables with a header that says which column holds the indicator; the header may be a comment, as
// abuse.ch writes it. Lines before it are refused.
func newCSV() lineReader {
	value, kind, path := -1, -1, -1
	return func(text []byte, out []item) ([]item, reason) {
		comment := isComment(text)
		if value < 0 || comment {
			if header := row(bytes.TrimLeft(text, "# ")); len(header) > 1 && column(header, valueColumns) >= 0 {
				value, kind, path = column(header, valueColumns), column(header, kindColumns), column(header, pathColumns)
				return out, skipped
			}
		}
		if comment {
			return out, skipped
		}
		cells := row(text)
		switch {
		case value < 0 || value >= len(cells) || kind >= len(cells) || path >= len(cells):
			return out, notRow
		case path >= 0 && cells[path] != "" && cells[path] != "/":
			return out, page
		case kind >= 0 && !hostKind(cells[kind]):
			return out, foreign
		}
		return readValue(cells[value], out)
	}
}

// row is a line as the cells of a table, or nil when it is none (RFC 4180).
func row(text []byte) []string {
	r := csv.NewReader(bytes.NewReader(text))
	r.TrimLeadingSpace = true
	cells, err := r.Read()
	if err != nil {
		return nil
	}
	return cells
}

// column is the place of the first column of a header with one of the names, or -1.
func column(header, names []string) int {
	return slices.IndexFunc(header, func(h string) bool {
		return slices.Contains(names, strings.ToLower(strings.TrimSpace(h)))
	})
}

// hostKind reports whether an indicator of this kind is about a host or a TLS client; files and mail addresses are not.
func hostKind(kind string) bool {
	kind = strings.ToLower(strings.TrimSpace(kind))
	for _, word := range []string{"ip", "domain", "host", "url", "ja3", "ja4", "cidr"} {
		if strings.Contains(kind, word) {
			return true
		}
	}
	return false
}

// readValue reads an indicator that stands alone: an address, a name, a URL or a fingerprint.
func readValue(value string, out []item) ([]item, reason) {
	text := []byte(strings.TrimSpace(value))
	if p, is := fingerprint(text); is {
		return append(out, item{print: p}), taken
	}
	switch {
	case len(text) == 0:
		return out, notName
	case bytes.Contains(text, []byte("://")):
		return readURL(text, out)
	case looksLikeName(text):
		return withName(text, tree, out)
	}
	return readAddress(text, out)
}

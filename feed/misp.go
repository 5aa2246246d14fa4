package feed

import (
	"encoding/json"
	"strings"
)

// readMISP reads the attributes of a MISP event, those of its objects included, that are marked for detection (to_ids)
// and name an address, a host or a TLS client.
//
// Source: the MISP core format, https://www.misp-standard.org/rfc/misp-standard-core.html §2.4.
func readMISP(d *json.Decoder, take takeFunc) error {
	return eachOf(d, "Attribute", func() error {
		var a struct {
			Type    string `json:"type"`
			Value   string `json:"value"`
			ForIDS  bool   `json:"to_ids"`
			Deleted bool   `json:"deleted"`
		}
		if err := d.Decode(&a); err != nil {
			return err
		}
		if a.Deleted {
			return take(a.Value, nil, withdrawn)
		}
		if !a.ForIDS {
			return take(a.Value, nil, informative)
		}
		items, why := mispValue(a.Type, a.Value)
		return take(a.Value, items, why)
	})
}

func mispValue(kind, value string) ([]item, reason) {
	first, _, _ := strings.Cut(value, "|")
	switch kind {
	case "ip-dst", "ip-src", "ip-dst|port", "ip-src|port":
		return readAddress([]byte(first), nil)
	case "domain":
		return withName([]byte(value), tree, nil)
	case "hostname":
		return withName([]byte(value), hostOnly, nil)
	case "domain|ip": // the address of a name is often one that others share
		return withName([]byte(first), tree, nil)
	case "hostname|port":
		return withName([]byte(first), hostOnly, nil)
	case "url":
		return readURL([]byte(value), nil)
	case "ja3-fingerprint-md5", "ja4-fingerprint", "ja4":
		if p, is := fingerprint([]byte(value)); is {
			return []item{{print: p}}, taken
		}
		return nil, notPrint
	}
	return nil, foreign
}

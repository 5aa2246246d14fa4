package sip

import (
	"net/netip"
	"slices"
	"testing"
)

func mediaOf(body string) (all []netip.AddrPort) {
	m := Message{Body: []byte(body)}
	m.Media(func(a netip.AddrPort) { all = append(all, a) })
	return all
}

func TestMedia(t *testing.T) {
	at := netip.MustParseAddrPort
	for name, c := range map[string]struct {
		body string
		want []netip.AddrPort
	}{
		"voice":              {"v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 16000 RTP/AVP 8 0\r\n", []netip.AddrPort{at("10.0.0.1:16000")}},
		"lines end with LF":  {"v=0\nc=IN IP4 10.0.0.1\nm=audio 16000 RTP/AVP 8", []netip.AddrPort{at("10.0.0.1:16000")}},
		"IPv6":               {"c=IN IP6 2001:db8::1\r\nm=audio 16000 RTP/AVP 8\r\n", []netip.AddrPort{at("[2001:db8::1]:16000")}},
		"each its own":       {"c=IN IP4 10.0.0.1\r\nm=audio 16000 RTP/AVP 8\r\nc=IN IP4 10.0.0.2/127\r\nm=video 16002/2 RTP/AVP 96\r\n", []netip.AddrPort{at("10.0.0.2:16000"), at("10.0.0.1:16002")}},
		"a fax":              {"c=IN IP4 10.0.0.1\r\nm=image 4000 udptl t38\r\n", []netip.AddrPort{at("10.0.0.1:4000")}},
		"refused":            {"c=IN IP4 10.0.0.1\r\nm=audio 0 RTP/AVP 8\r\n", nil},
		"held as of old":     {"c=IN IP4 0.0.0.0\r\nm=audio 16000 RTP/AVP 8\r\n", nil},
		"by name":            {"c=IN IP4 pbx.example\r\nm=audio 16000 RTP/AVP 8\r\n", nil},
		"no address":         {"m=audio 16000 RTP/AVP 8\r\n", nil},
		"a port beyond all":  {"c=IN IP4 10.0.0.1\r\nm=audio 99999999 RTP/AVP 8\r\n", []netip.AddrPort{at("10.0.0.1:65535")}},
		"no description":     {"<presence/>", nil},
		"an address too far": {"c=IN IP4 \r\nm=audio\r\nm= \r\n", nil},
	} {
		if got := mediaOf(c.body); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Whatever comes, no more streams are given than are read, and each is somewhere.
func FuzzMedia(f *testing.F) {
	f.Add([]byte("v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 16000 RTP/AVP 8\r\nm=video 5 x\r\nc=IN IP6 fe80::1%eth0\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		n := 0
		(&Message{Body: body}).Media(func(a netip.AddrPort) {
			n++
			if !a.IsValid() || a.Port() == 0 || a.Addr().Zone() != "" || a.Addr().IsUnspecified() {
				t.Errorf("%v", a)
			}
		})
		if n > mostMedia {
			t.Errorf("%d streams", n)
		}
	})
}

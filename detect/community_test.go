package detect

import "testing"

// A community is read of whole messages, short and long, and nothing of what only looks like one.
func TestCommunityOf(t *testing.T) {
	for data, want := range map[string]string{
		"\x30\x26\x02\x01\x00\x04\x06public\xa0\x19":         "public",
		"\x30\x82\x00\x26\x02\x01\x01\x04\x06public\xa0\x19": "public",
		"\x30\x81\x26\x02\x01\x01\x04\x06pub":                "pub", // cut off
		"\x30\x3e\x02\x01\x03\x30\x11":                       "",    // SNMP 3 has none
		"\x30\x80\x02\x01\x01\x04\x06public":                 "",    // no length
		"\x30\x84\x00\x00\x00\x26\x02\x01\x01\x04\x06public": "",    // longer than a datagram
		"GET / HTTP/1.1": "",
		"":               "",
	} {
		if got := string(communityOf([]byte(data))); got != want {
			t.Errorf("%q holds %q, not %q", data, got, want)
		}
	}
}

func FuzzCommunityOf(f *testing.F) {
	for _, seed := range []string{"\x30\x26\x02\x01\x00\x04\x06public\xa0\x19", "\x30\x82\xff\xff\x02\x01\x01\x04\x82\xff\xff", "\x30\x81"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if got := communityOf(data); len(got) > len(data) {
			t.Errorf("%d bytes of %d", len(got), len(data))
		}
	})
}

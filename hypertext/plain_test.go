package hypertext

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// strings16 is a text in UTF-16, the small end first.
func strings16(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(u))
		b.WriteByte(byte(u >> 8))
	}
	return b.String()
}

// holds reports whether one of the forms is the text, or holds it.
func holds(forms [][]byte, text string) bool {
	return slices.ContainsFunc(forms, func(f []byte) bool { return strings.Contains(string(f), text) })
}

func TestLinesAreReadAsServersRead(t *testing.T) {
	var p Plain
	for line, want := range map[string]string{
		"GET /%2e%2e/a":                            "/../a",
		"GET /%252e%252e/a":                        "/../a",
		"GET /%25252e%25252e/a":                    "/../a",
		"GET /%u002e%u002e/a":                      "/../a",
		"GET /%c0%ae%c0%ae%c0%afa":                 "/../a",
		"GET /%e0%80%ae%f0%80%80%ae/a":             "/../a",
		"GET /%ef%bc%8e%ef%bc%8e/a":                "/../a",
		"GET /%uff0e%uff0e/a":                      "/../a",
		"GET /?q=a+b%2bc":                          "q=a b+c",
		"GET /?q=un%69on%09all%0a%20select":        "union all select",
		"GET /?q=union/**/all/*x*/select":          "union all select",
		"GET /?q=/*!50000union*/+select":           " union select",
		"GET /?q=${${lower:j}ndi:ldap}":            "${jndi:ldap}",
		"GET /?q=$%7B${::-j}${::-n}di:x}":          "${jndi:x}",
		"GET /?q=${${env:NO:-j}${upper:n}di:x}":    "${jndi:x}",
		"GET /?q=${${date:'j'}ndi:x":               "${jndi:x",
		"GET /?q=${${lower:${upper:${::-j}}}ndi:x": "${jndi:x",
		"GET /?q=100%":                             "q=100%",
	} {
		if got := p.Line([]byte(line)); !holds(got, want) {
			t.Errorf("%s is read as %q", line, got)
		}
	}
	if got := p.Line([]byte("GET /?q=a b")); len(got) != 1 {
		t.Errorf("a plain line has %d forms", len(got))
	}
}

func TestBodiesAreReadAsServersRead(t *testing.T) {
	var p Plain
	for _, c := range []struct{ kind, body, want string }{
		{"application/x-www-form-urlencoded", "f=%2e%2e%2fetc", "f=../etc"},
		{"application/json", `{"f":"\u002e\u002E\/etc\n"}`, `"../etc `},
		{"application/json", strings16(`{"f":"\u002e./etc"}`), `"../etc`},
		{"text/xml; charset=utf-16", "\xff\xfe" + strings16("<!ENTITY a>"), "<!ENTITY a>"},
		{"text/xml", "<a>&#x2e;&#46;/&lt;b&gt;</a>", "../<b>"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nLi4vZXRj\r\n--x--", "../etc"},
		{"multipart/form-data; boundary=x", "--x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=2E=2E/etc\r\n--x--", "../etc"},
		{"", "{\"a\":\"\\u002e.\"}", `".."`},
		{"", "a=%2e.", "a=.."},
		{"image/png", "%2e", "%2e"},
	} {
		head := []byte("POST / HTTP/1.1\r\n\r\n")
		if c.kind != "" {
			head = []byte("POST / HTTP/1.1\r\nContent-Type: " + c.kind + "\r\n\r\n")
		}
		if got := p.Body(head, []byte(c.body)); !holds(got, c.want) || string(got[0]) != c.body {
			t.Errorf("%s %q is read as %q", c.kind, c.body, got)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"%25%32%65", "${${lower:${::-j}}ndi", "/*!1*/*/", "\xc0\xae\xf0\x80\x80", "{\"\\u00", "--x\r\n\r\n--x", "&#x110000;&#"} {
		f.Add("application/json", []byte(s))
		f.Add("multipart/x", []byte(s))
	}
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		var p Plain
		head := []byte("POST / HTTP/1.1\r\nContent-Type: " + kind + "\r\n\r\n")
		for _, forms := range [][][]byte{p.Line(b), p.Head(b), p.Body(head, b)} {
			for _, form := range forms {
				if len(form) > 3*len(b)+64 {
					t.Fatalf("%d bytes are read as %d", len(b), len(form))
				}
			}
		}
	})
}

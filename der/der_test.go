package der

import (
	"bytes"
	"encoding/asn1"
	"testing"
)

// Lengths of either form are read, what is cut is given as far as it is there, and what is no element is none.
func TestNext(t *testing.T) {
	for name, c := range map[string]struct {
		in         string
		tag        byte
		body, rest string
	}{
		"a short length":          {"\x04\x03abcd", OctetString, "abc", "d"},
		"a length of one byte":    {"\x04\x81\x03abcd", OctetString, "abc", "d"},
		"a length of three bytes": {"\x04\x83\x00\x00\x03abcd", OctetString, "abc", "d"},
		"nothing inside":          {"\x30\x00d", Sequence, "", "d"},
		"cut within":              {"\x30\x82\x01\x00abcd", Sequence, "abcd", ""},
		"cut within its length":   {"\x30\x82\x01", 0, "", ""},
		"an open length":          {"\x30\x80\x04\x01a\x00\x00", 0, "", ""},
		"a length of four bytes":  {"\x30\x84\x00\x00\x00\x01a", 0, "", ""},
		"a tag alone":             {"\x30", 0, "", ""},
		"nothing":                 {"", 0, "", ""},
	} {
		tag, body, rest := Next([]byte(c.in))
		if tag != c.tag || string(body) != c.body || string(rest) != c.rest {
			t.Errorf("%s: tag %#x, %q, then %q", name, tag, body, rest)
		}
	}
}

func TestBody(t *testing.T) {
	inner := append([]byte{Context(1), 5, Sequence, 3, GeneralString, 1}, 'a')
	if got := Body(Body(Body(inner, Context(1)), Sequence), GeneralString); string(got) != "a" {
		t.Errorf("within all: %q", got)
	}
	if got := Body(inner, Sequence); got != nil {
		t.Errorf("of another tag: %q", got)
	}
}

// Whatever comes, nothing is read that is not there; and of what the standard library reads whole, it is told the same.
func FuzzNext(f *testing.F) {
	for _, seed := range []string{"\x04\x03abcd", "\x30\x82\x00\x03abcd", "\x30\x83\xff\xff\xff", "\xa0\x03\x02\x01\x01\xa1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		tag, body, rest := Next(b)
		if tag != 0 && !bytes.HasSuffix(b, append(bytes.Clone(body), rest...)) {
			t.Fatalf("%x: held %x, then %x", b, body, rest)
		}
		var v asn1.RawValue
		if then, err := asn1.Unmarshal(b, &v); err == nil && len(v.FullBytes) < 1<<24 && b[0]&0x1f != 0x1f && (!bytes.Equal(v.Bytes, body) || !bytes.Equal(then, rest)) {
			t.Fatalf("%x: held %x, then %x, and the standard library read %x, then %x", b, body, rest, v.Bytes, then)
		}
	})
}

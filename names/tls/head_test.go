package tls

import "testing"

func TestReadHead(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want Head
		ok   bool
	}{
		"a handshake":        {"\x16\x03\x01\x00\x05hello", Head{Handshake, 5}, true},
		"the largest record": {"\x17\x03\x03\x41\x00", Head{Application, mostBody}, true},
		"a larger one":       {"\x17\x03\x03\x41\x01", Head{}, false},
		"an unknown type":    {"\x19\x03\x03\x00\x05", Head{}, false},
		"another protocol":   {"\x16\x04\x03\x00\x05", Head{}, false},
		"a line of mail":     {"EHLO mairie.example\r\n", Head{}, false},
		"cut":                {"\x16\x03\x01\x00", Head{}, false},
	} {
		if got, ok := ReadHead([]byte(c.in)); ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

package tls

import "testing"

// TestJA3 takes the example of salesforce/ja3's own description.
func TestJA3(t *testing.T) {
	s := spec{769, []uint16{47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4}, []uint16{0, 10, 11}, map[uint16][]byte{
		0: names("a.fr"), supportedGroups: block(nil, pairs([]uint16{23, 24, 25})), ecPointFormats: {1, 0},
	}}
	if got := print3(t, s); got != "ada70206e40642a3e4461f35503241d5" {
		t.Errorf("got %s", got)
	}
	s.ciphers = append([]uint16{0x1a1a}, s.ciphers...) // GREASE changes nothing
	s.extensions = append([]uint16{0xdada}, s.extensions...)
	if got := print3(t, s); got != "ada70206e40642a3e4461f35503241d5" {
		t.Errorf("with GREASE: %s", got)
	}
	bare := spec{legacy: 769, ciphers: []uint16{4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99}}
	if got := print3(t, bare); got != "de350869b8c85de67a350c8d186f11e6" {
		t.Errorf("without extensions: %s", got)
	}
}

func print3(t *testing.T, s spec) string {
	var h Hello
	if !h.Parse(s.message()[4:]) {
		t.Fatal("not read")
	}
	print := new(Printer).JA3(&h)
	return string(print[:])
}

// TestJA4 takes the example of FoxIO's technical description, and its rules one by one.
func TestJA4(t *testing.T) {
	chrome := func() spec {
		return spec{0x0303,
			[]uint16{0x3a3a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035},
			[]uint16{0x8a8a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015},
			map[uint16][]byte{
				serverName:          names("a.fr"),
				protocolNegotiation: protocols("h2", "http/1.1"),
				supportedVersions:   {6, 0xfa, 0xfa, 3, 4, 3, 3},
				signatureAlgorithms: block(nil, pairs([]uint16{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601})),
			}}
	}
	for _, c := range []struct {
		name   string
		over   Transport
		change func(*spec)
		want   string
	}{
		{"as described", OverTCP, func(*spec) {}, "t13d1516h2_8daaf6152771_e5627efa2ab1"},
		{"over QUIC", OverQUIC, func(*spec) {}, "q13d1516h2_8daaf6152771_e5627efa2ab1"},
		{"no protocol", OverTCP, func(s *spec) { s.data[protocolNegotiation] = nil }, "t13d151600_8daaf6152771_e5627efa2ab1"},
		{"one letter", OverTCP, func(s *spec) { s.data[protocolNegotiation] = protocols("h") }, "t13d1516hh_8daaf6152771_e5627efa2ab1"},
		{"no letter", OverTCP, func(s *spec) { s.data[protocolNegotiation] = protocols("\xab\xcd") }, "t13d1516ad_8daaf6152771_e5627efa2ab1"},
		{"old versions", OverTCP, func(s *spec) { s.data[supportedVersions] = []byte{4, 3, 1, 3, 2} }, "t11d1516h2_8daaf6152771_e5627efa2ab1"},
		{"a draft", OverTCP, func(s *spec) { s.data[supportedVersions] = []byte{2, 0x7f, 0x1c} }, "t00d1516h2_8daaf6152771_e5627efa2ab1"},
		{"DTLS", OverUDP, func(s *spec) { s.data[supportedVersions] = []byte{4, 0xfe, 0xfd, 0xfe, 0xfc} }, "dd3d1516h2_8daaf6152771_e5627efa2ab1"},
		{"nothing", OverTCP, func(s *spec) { s.ciphers, s.extensions = nil, nil }, "t12i000000_000000000000_000000000000"},
		{"a name only", OverTCP, func(s *spec) { s.ciphers, s.extensions = nil, []uint16{0} }, "t12d000100_000000000000_000000000000"},
		{"a hundred ciphers", OverTCP, func(s *spec) { s.ciphers, s.extensions = make([]uint16, 100), nil }, "t12i990000_046e6d3d3438_000000000000"},
	} {
		s := chrome()
		c.change(&s)
		var h Hello
		if !h.Parse(s.message()[4:]) {
			t.Fatal("not read")
		}
		if got := new(Printer).JA4(&h, c.over); string(got[:]) != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

package geo

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

func TestCountry(t *testing.T) {
	for _, c := range []struct{ addr, want string }{
		{"62.210.0.1", "FR"},           // Online, Paris
		{"193.252.19.3", "FR"},         // Orange
		{"8.8.8.8", "US"},              //
		{"194.25.2.129", "DE"},         // Deutsche Telekom
		{"133.11.0.1", "JP"},           // University of Tokyo
		{"200.160.0.8", "BR"},          // registro.br
		{"::ffff:62.210.0.1", "FR"},    // IPv4 inside IPv6 is the IPv4 address
		{"2a01:cb00::1", "FR"},         // Orange
		{"2001:4860:4860::8888", "US"}, //
		{"2400:3200::1", "CN"},         //
		{"2a02:908::1", "DE"},          // Vodafone
	} {
		if got := Country(netip.MustParseAddr(c.addr)); got != c.want {
			t.Errorf("Country(%s) = %q, want %q", c.addr, got, c.want)
		}
	}
}

func TestWhatBelongsToNobodyHasNoCountry(t *testing.T) {
	for _, addr := range []string{
		"0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1", "192.168.1.1",
		"192.0.2.1", "198.51.100.7", "203.0.113.9", "224.0.0.251", "255.255.255.255", "::ffff:192.168.1.1",
		"::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::fb", "2001:db8::1",
	} {
		if got := Country(netip.MustParseAddr(addr)); got != "" {
			t.Errorf("Country(%s) = %q, want none", addr, got)
		}
	}
	if got := Country(netip.Addr{}); got != "" {
		t.Errorf("Country of the zero address = %q, want none", got)
	}
}

func TestEveryCountryOfTheDataHasTwoNames(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for range 300_000 {
		var v4 [4]byte
		var v6 [16]byte
		copy(v4[:], bytesOf(random.Uint64()))
		copy(v6[:], bytesOf(random.Uint64()))
		v6[0], v6[1] = 0x20|v6[0]&0x0f, v6[1]&0x1f // where addresses are given out: 2000::/4, and few of each /16
		seen[Country(netip.AddrFrom4(v4))] = true
		seen[Country(netip.AddrFrom16(v6))] = true
	}
	delete(seen, "")
	if len(seen) < 150 {
		t.Fatalf("only %d countries found by chance: the data does not cover the world", len(seen))
	}
	for code := range seen {
		if !isCode(code) {
			t.Errorf("%q is not a code", code)
		}
		if Name(code, "fr") == code || Name(code, "en") == code {
			t.Errorf("%s has no name", code)
		}
	}
	t.Logf("%d countries", len(seen))
}

func bytesOf(n uint64) []byte {
	return []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24), byte(n >> 32), byte(n >> 40), byte(n >> 48), byte(n >> 56)}
}

func TestManyReadersAtOnce(t *testing.T) {
	addr := netip.MustParseAddr("2a01:cb00::1")
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for range 100 {
				if Country(addr) != "FR" || Name("FR", "en") != "France" {
					t.Error("a reader got another answer")
				}
			}
		})
	}
	readers.Wait()
}

func TestCreditSaysWhatTheLicenceAsks(t *testing.T) {
	for _, part := range []string{"IP2Location LITE", CreditLink()} {
		if !strings.Contains(Credit(), part) {
			t.Errorf("Credit %q lacks %q", Credit(), part)
		}
	}
}

func BenchmarkCountry(b *testing.B) {
	for _, addr := range []string{"62.210.0.1", "2a01:cb00::1"} {
		a := netip.MustParseAddr(addr)
		Country(a)
		b.Run(addr, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Country(a)
			}
		})
	}
}

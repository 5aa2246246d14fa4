package bridge

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"abri.example/abri"
)

func TestResolvers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "resolv.conf")
	text := "# a comment\nsearch mairie.example\nnameserver 192.168.10.1\nnameserver 127.0.0.53\nnameserver fe80::1%eth0\n" +
		"nameserver nonsense\nnameserver\noptions edns0\nnameserver 192.168.10.1\nnameserver 2001:db8::53\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var b Bridge
	got, err := b.Resolvers(path)
	want := []netip.Addr{netip.MustParseAddr("192.168.10.1"), netip.MustParseAddr("fe80::1"), netip.MustParseAddr("2001:db8::53")}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("resolvers are %v (%v), not %v", got, err, want)
	}
	if _, err := b.Resolvers(path + ".absent"); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("an absent file gives %v", err)
	}
}

func FuzzResolvers(f *testing.F) {
	for _, seed := range []string{"", "nameserver 192.168.10.1\n", "nameserver ::ffff:127.0.0.1\nnameserver fe80::1%a%b\n", "nameserver\x00 1.1.1.1",
		strings.Repeat("nameserver 10.0.0.1\nnameserver 10.0.0.2\n", 20), strings.Repeat("x", 70_000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, err := resolversIn(strings.NewReader(text))
		if len(found) > maxResolvers {
			t.Errorf("%d resolvers", len(found))
		}
		for i, a := range found {
			if !a.IsValid() || a.IsLoopback() || a.Zone() != "" || a.Is4In6() || slices.Contains(found[:i], a) {
				t.Errorf("resolver %s in %v", a, found)
			}
		}
		if err != nil && len(text) < 60_000 {
			t.Errorf("a short text gives %v", err)
		}
	})
}

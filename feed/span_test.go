package feed

import (
	"net/netip"
	"slices"
	"testing"
)

func stretch(first, last string) span {
	return span{netip.MustParseAddr(first), netip.MustParseAddr(last)}
}

func TestPrefixesOfASpan(t *testing.T) {
	for _, c := range []struct{ first, last, want string }{
		{"0.0.0.0", "255.255.255.255", "0.0.0.0/0"},
		{"255.255.255.255", "255.255.255.255", "255.255.255.255/32"},
		{"255.255.255.254", "255.255.255.255", "255.255.255.254/31"},
		{"1.0.0.0", "2.255.255.255", "1.0.0.0/8 2.0.0.0/8"},
		{"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"},
		{"2a00::ffff:ffff:ffff:ffff", "2a00:0:0:1::", "2a00::ffff:ffff:ffff:ffff/128 2a00:0:0:1::/128"},
	} {
		if got := join(slices.Collect(stretch(c.first, c.last).prefixes)); got != c.want {
			t.Errorf("%s-%s: %s, want %s", c.first, c.last, got, c.want)
		}
	}
}

func TestTheLongestSpansStayBounded(t *testing.T) {
	if n := len(slices.Collect(stretch("0.0.0.1", "255.255.255.254").prefixes)); n != 62 {
		t.Errorf("IPv4: %d prefixes, want 62", n)
	}
	if n := len(slices.Collect(stretch("::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe").prefixes)); n != 254 {
		t.Errorf("IPv6: %d prefixes, want 254", n)
	}
}

func TestPrefixesStopWhenToldTo(t *testing.T) {
	n := 0
	for range stretch("1.0.0.1", "1.0.0.9").prefixes {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d prefixes after a break, want 1", n)
	}
}

func TestTooWide(t *testing.T) {
	for _, c := range []struct {
		first, last string
		want        bool
	}{
		{"1.0.0.0", "1.255.255.255", false},
		{"1.0.0.0", "2.0.0.0", true},
		{"1.128.0.0", "2.127.255.255", false}, // as many addresses as a /8
		{"1.128.0.0", "2.128.0.0", true},
		{"254.0.0.0", "255.255.255.255", true},
		{"255.0.0.1", "255.255.255.255", false},
		{"2a00::", "2a00:1fff:ffff:ffff:ffff:ffff:ffff:ffff", false},
		{"2a00::", "2a00:2000::", true},
		{"ffff:e000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false},
		{"2a00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2a01::", false},
	} {
		if got := stretch(c.first, c.last).tooWide(); got != c.want {
			t.Errorf("%s-%s too wide: %v, want %v", c.first, c.last, got, c.want)
		}
	}
}

func TestReservedSpaceIsSortedAndApart(t *testing.T) {
	all := Reserved()
	for i, p := range all {
		if p != p.Masked() {
			t.Errorf("%v has host bits", p)
		}
		if i > 0 && lastOf(all[i-1]).Compare(p.Addr()) >= 0 {
			t.Errorf("%v is not after %v", p, all[i-1])
		}
	}
	all[0] = netip.Prefix{}
	if Reserved()[0] != reservedSpace[0] {
		t.Error("a caller can write to the reserved space")
	}
}

// The IPv6 address space outside 2000::/3 is reserved without a gap (RFC 4291).
func TestOnlyGlobalUnicastIPv6IsLeft(t *testing.T) {
	for first := range 256 {
		a := netip.AddrFrom16([16]byte{byte(first), 0x10, 7})
		got, want := span{a, a}.touchesReserved(), first>>5 != 1
		if got != want {
			t.Errorf("%v reserved: %v, want %v", a, got, want)
		}
	}
}

func TestReservedIsRefusedInBothDirections(t *testing.T) {
	for _, c := range []struct {
		prefix          string
		touches, within bool
	}{
		{"10.0.0.0/8", true, true},
		{"10.1.2.3/32", true, true},
		{"192.168.0.0/15", true, false}, // holds 192.168.0.0/16, and as much that is public
		{"192.0.0.0/8", true, false},
		{"198.16.0.0/12", true, false},
		{"9.255.255.255/32", false, false},
		{"11.0.0.0/8", false, false},
		{"172.15.0.0/16", false, false},
		{"172.31.255.255/32", true, true},
		{"172.32.0.0/11", false, false},
		{"255.255.255.255/32", true, true},
		{"2001::/16", true, false}, // holds Teredo and documentation
		{"2001:db8:1::/48", true, true},
		{"2001:200::/32", false, false},
		{"ffff::/16", true, true},
		{"3ffe::/16", false, false},
	} {
		s := spanOf(netip.MustParsePrefix(c.prefix))
		if got := s.touchesReserved(); got != c.touches {
			t.Errorf("%s touches reserved space: %v, want %v", c.prefix, got, c.touches)
		}
		if got := s.withinReserved(); got != c.within {
			t.Errorf("%s within reserved space: %v, want %v", c.prefix, got, c.within)
		}
	}
}

package reader

import (
	"net/netip"
	"slices"
	"testing"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
)

// What a person decided is taken back by forget, in the kernel, in status and over a restart; what the configuration
// says stays, and what nobody decided is named.
func TestForget(t *testing.T) {
	s := newSite(t)
	r := s.live()
	r.resettle(s.config("[exempt]\naddresses = [\"192.0.2.7\", \"198.51.100.0/24\"]"), true)
	s.step()
	who := control.Who{Name: "root"}
	prefix := netip.MustParsePrefix
	for _, p := range []string{"203.0.113.0/24", "192.0.2.7/32", "203.0.114.0/24"} {
		if err := r.Release(t.Context(), who, prefix(p), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Ban(t.Context(), who, prefix("203.0.115.9/32"), 0); err != nil {
		t.Fatal(err)
	}
	if err := r.Release(t.Context(), who, prefix("0.0.0.0/0"), 0); abri.CodeOf(err) != abri.CodeInvalid || s.holds("ban 203.0.115.9/32", "exempt 192.0.2.7/32", "exempt 198.51.100.0/24", "exempt 203.0.113.0/24", "exempt 203.0.114.0/24") != nil {
		t.Errorf("all is released: %v", err)
	}
	if st, err := r.Status(t.Context()); err != nil || st.Releases != 3 {
		t.Errorf("%d releases stand, %v", st.Releases, err)
	}
	for p, want := range map[string][]order.Choice{"203.0.113.0/24": {order.Exempt}, "192.0.2.7/32": {order.Exempt}, "203.0.115.9/32": {order.Ban}} {
		if was, err := r.Forget(t.Context(), who, prefix(p)); err != nil || !slices.Equal(was, want) {
			t.Errorf("forget %s: %v, %v", p, was, err)
		}
	}
	for p, code := range map[string]abri.Code{"203.0.113.0/24": abri.CodeNotFound, "203.0.114.7/32": abri.CodeNotFound, "198.51.100.0/24": abri.CodeRefused} {
		if _, err := r.Forget(t.Context(), who, prefix(p)); abri.CodeOf(err) != code {
			t.Errorf("forget %s: %v", p, err)
		}
	}
	if err := s.holds("exempt 192.0.2.7/32", "exempt 198.51.100.0/24", "exempt 203.0.114.0/24"); err != nil {
		t.Error(err)
	}
	s.die()
	if st, err := s.live().Status(t.Context()); err != nil || st.Releases != 1 {
		t.Errorf("after a restart %d releases stand, %v", st.Releases, err)
	}
	s.die()
}

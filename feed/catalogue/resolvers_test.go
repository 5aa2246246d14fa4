package catalogue

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// Each resolver is published by its operator, at an address that a person can open, and is listed once.
func TestKnownResolvers(t *testing.T) {
	var said []string
	for _, r := range resolvers {
		if r.operator == "" || !strings.HasPrefix(r.source, "https://") || r.names == "" && r.addresses == "" {
			t.Errorf("%+v", r)
		}
		for _, word := range append(strings.Fields(r.names), strings.Fields(r.addresses)...) {
			if word != strings.ToLower(word) || slices.Contains(said, word) {
				t.Errorf("%s: %s", r.operator, word)
			}
			said = append(said, word)
		}
		for name := range strings.FieldsSeq(r.names) {
			if !IsResolver(name) || !IsResolver("a."+name) || !slices.Contains(ResolverNames(), name) {
				t.Errorf("%s is none", name)
			}
		}
	}
	for _, a := range ResolverAddresses() {
		if !a.IsGlobalUnicast() || a.IsPrivate() {
			t.Errorf("%s is nobody's", a)
		}
	}
	if !slices.Contains(ResolverAddresses(), netip.MustParseAddr("9.9.9.9")) || IsResolver(canary) || !slices.Contains(ResolverNames(), canary) {
		t.Error("the question by which a browser asks is stopped, and is no resolver")
	}
}

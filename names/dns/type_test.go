package dns

import (
	"testing"

	miekg "github.com/miekg/dns"
)

// A browser asks for what leads there; mail is judged by the rest.
func TestLeads(t *testing.T) {
	for kind, want := range map[uint16]bool{
		miekg.TypeA: true, miekg.TypeAAAA: true, miekg.TypeHTTPS: true, miekg.TypeSVCB: true, miekg.TypeANY: true,
		miekg.TypeMX: false, miekg.TypeTXT: false, miekg.TypeSPF: false, miekg.TypeNS: false, miekg.TypeSOA: false, miekg.TypePTR: false, 0: false,
	} {
		if got := Leads(kind); got != want {
			t.Errorf("%s: %v", miekg.TypeToString[kind], got)
		}
	}
}

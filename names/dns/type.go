package dns

// The types of records that lead to a host (IANA, DNS parameters).
const (
	TypeA    = 1
	TypeAAAA = 28

	typeSVCB  = 64 // RFC 9460
	typeHTTPS = 65
	typeAny   = 255
)

// Leads reports whether records of a type say how to get to the host of a name, so that who asks for them may mean to go there.
// By the others one learns about a name: filters of mail ask for its MX and TXT, and nobody who opens a page does.
func Leads(kind uint16) bool {
	switch kind {
	case TypeA, TypeAAAA, typeSVCB, typeHTTPS, typeAny:
		return true
	}
	return false
}

package abri

import "net/netip"

// Listing is what the threat lists say of one address: which entry holds it, and what kind of attack a conversation
// with it is, by the side that began it.
type Listing struct {
	Why     Why  // Rule is RuleList; List, Publisher, Entry and Dated are set
	Inward  Kind // when the listed address began: KnownAttacker unless the list says more
	Outward Kind // when a device inside began: KnownDestination, or CommandAndControl for a list of command servers
}

// Listings answers whether an address stands on a threat list. Implementations are safe for concurrent reading.
type Listings interface {
	// Find gives the most specific entry that holds addr, and false when none does.
	Find(addr netip.Addr) (Listing, bool)
}

// Package feed turns threat lists into sets of addresses: it parses what publishers send, refuses what must never be
// enforced, and merges what is left into one set that says, of any address, which lists hold it.
//
//	file → Parse → List ─┐
//	file → Parse → List ─┼→ Merge → Set → V4, V6 (for the gate) and Find, All (for verdicts and pages)
//	own addresses ───────┘
//
// A list is written by others and comes over the network: nothing in it is guessed at. A line that is not exactly an
// address, a CIDR or a range is refused, counted by reason and shown to people by its number. What would cut a site off
// (private and reserved space, a share of the Internet) is refused as well, whoever publishes it. A file that is
// something else, such as the login page of a proxy, is refused whole.
//
// The room has no clock, disk or network: it reads an io.Reader and is told the list's date. Names (domains) are not
// read here, and the choice of lists, the guarded addresses of large services and the bans are not made here.
package feed

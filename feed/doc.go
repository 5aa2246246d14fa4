// Package feed turns threat lists into sets of addresses and names: it parses what publishers send, refuses what must
// never be enforced, and merges what is left into one set that says, of any address or name, which lists hold it.
//
//	file → Guard.Parse → List ─┐
//	file → Guard.Parse → List ─┼→ Merge → Set → V4, V6 (for the gate); Find, All, FindName (for verdicts and pages)
//	own addresses ─────────────┘
//
// A list is written by others and comes over the network: nothing in it is guessed at. The format is recognised by the
// file's beginning, or set. A line that is not exactly what its format says is refused, counted by reason and shown to
// people by its number. What would cut a site off (private and reserved space, a share of the Internet, everybody under
// a public suffix, the services that a Guard holds) is refused as well, whoever publishes it. A file that is something
// else, such as the login page of a proxy, is refused whole.
//
// The room has no clock, disk or network: it reads an io.Reader and is told the list's date. Beside it stand
// feed/guarded (what is guarded, with its sources), feed/catalogue (the real lists and their terms), feed/fetch (HTTP)
// and feed/shelf (the last good copy of each list, and what may replace it).
package feed

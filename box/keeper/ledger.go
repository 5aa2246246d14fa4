package keeper

import "net/netip"

// told is what a reader was last told of one entry of a kernel table.
type told struct {
	first          int64
	packets, bytes uint64
}

// tableKey names an entry: a conversation by its ends, a question by who asked and for what.
type tableKey struct {
	client, server netip.AddrPort
	proto          uint8
	name           string
}

// ledger remembers what was told of the entries that still stand in a table, so that only changes are told and nothing
// is told twice. It is bounded by the table.
type ledger struct {
	now, before map[tableKey]told
}

func newLedger() *ledger { return &ledger{map[tableKey]told{}, map[tableKey]told{}} }

// begin starts a sweep: what is not met in it is forgotten.
func (l *ledger) begin() {
	l.now, l.before = l.before, l.now
	clear(l.now)
}

// meet notes an entry's counters and says what is new of it since the last sweep, and whether it began since.
func (l *ledger) meet(key tableKey, first int64, packets, bytes uint64) (morePackets, moreBytes uint64, began bool) {
	l.now[key] = told{first, packets, bytes}
	b, ok := l.before[key]
	if !ok || b.first != first || packets < b.packets {
		return packets, bytes, true
	}
	return packets - b.packets, bytes - min(b.bytes, bytes), false
}

// revert forgets the sweep under way: what it told did not arrive.
func (l *ledger) revert() { l.now, l.before = l.before, l.now }

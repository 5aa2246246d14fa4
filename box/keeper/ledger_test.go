package keeper

import (
	"net/netip"
	"testing"
)

func end(n byte) tableKey {
	return tableKey{client: netip.AddrPortFrom(netip.AddrFrom4([4]byte{203, 0, 113, n}), 40000), server: netip.MustParseAddrPort("192.168.10.25:25"), proto: 6}
}

// Each sweep of a ledger: what the table shows, and what is new of it.
type sight struct {
	n              byte
	first          int64
	packets, bytes uint64

	newPackets, newBytes uint64
	began                bool
}

// What is told of an entry is what came since it was last told; an entry that went and came, or was made anew on the
// same ports, begins again; one that stood while others went does not.
func TestLedgerTellsWhatIsNew(t *testing.T) {
	for name, sweeps := range map[string][][]sight{
		"one that grows":  {{{1, 5, 1, 60, 1, 60, true}}, {{1, 5, 4, 240, 3, 180, false}}, {{1, 5, 4, 240, 0, 0, false}}},
		"another beside":  {{{1, 5, 1, 60, 1, 60, true}}, {{1, 5, 1, 60, 0, 0, false}, {2, 7, 2, 90, 2, 90, true}}},
		"gone and back":   {{{1, 5, 1, 60, 1, 60, true}}, {}, {{1, 9, 1, 60, 1, 60, true}}},
		"anew in place":   {{{1, 5, 3, 60, 3, 60, true}}, {{1, 9, 4, 80, 4, 80, true}}},
		"fewer than told": {{{1, 5, 3, 60, 3, 60, true}}, {{1, 5, 2, 40, 2, 40, true}}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLedger()
			for i, sweep := range sweeps {
				l.begin()
				for _, s := range sweep {
					p, b, began := l.meet(end(s.n), s.first, s.packets, s.bytes)
					if p != s.newPackets || b != s.newBytes || began != s.began {
						t.Errorf("sweep %d tells of %d: %d packets, %d bytes, began %v", i, s.n, p, b, began)
					}
				}
			}
			if len(l.now) != len(sweeps[len(sweeps)-1]) {
				t.Errorf("it remembers %d entries of %d", len(l.now), len(sweeps[len(sweeps)-1]))
			}
		})
	}
}

// A sweep that the reader did not take was in vain: the next tells the same and what came since.
func TestLedgerRevertsASweepInVain(t *testing.T) {
	l := newLedger()
	l.begin()
	l.meet(end(1), 5, 1, 60)
	l.begin()
	l.meet(end(1), 5, 3, 180)
	l.meet(end(2), 6, 1, 60)
	l.revert()
	l.begin()
	if p, b, began := l.meet(end(1), 5, 4, 240); p != 3 || b != 180 || began {
		t.Errorf("of the one known it tells %d packets, %d bytes, began %v", p, b, began)
	}
	if p, _, began := l.meet(end(2), 6, 1, 60); p != 1 || !began {
		t.Errorf("of the new one it tells %d packets, began %v", p, began)
	}
}

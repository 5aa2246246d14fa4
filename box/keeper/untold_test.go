package keeper

import (
	"testing"

	"abri.example/abri/gate"
)

// Each row is a sweep: what the kernel had counted when it began, what it told, whether the table was full, and what is
// untold after it. The first is the beginning: what was counted, and what is to be told still.
func TestUntold(t *testing.T) {
	type sweep struct {
		counted, told int64
		full          bool
		want          uint64
	}
	for name, sweeps := range map[string][]sweep{
		"a calm box":                    {{100, 100, false, 0}, {150, 150, false, 0}, {150, 0, false, 0}},
		"what was before is not told":   {{9000, 100, true, 0}, {9050, 150, true, 0}, {9050, 0, true, 0}},
		"packets under way":             {{100, 100, true, 0}, {200, 160, true, 0}, {300, 140, true, 0}, {300, 0, true, 0}},
		"a flood":                       {{0, 0, false, 0}, {80_000, 65_000, true, 0}, {160_000, 65_000, true, 0}, {160_000, 0, true, 30_000}, {160_000, 0, true, 30_000}},
		"a flood at once":               {{50, 0, false, 0}, {160_050, 65_000, true, 0}, {160_050, 0, true, 95_000}},
		"pushed out before it was told": {{160_000, 65_000, true, 0}, {230_000, 65_500, true, 0}, {230_000, 0, true, 69_500}},
		"fragments are no attempts":     {{0, 0, false, 0}, {50, 10, false, 0}, {60, 10, false, 0}, {60, 0, false, 0}},
		"fragments, and then the flood": {{0, 0, false, 0}, {50, 10, false, 0}, {60, 10, false, 0}, {60, 0, false, 0}, {1060, 600, true, 0}, {1060, 0, true, 400}},
		"told late, not lost":           {{0, 0, false, 0}, {500, 0, false, 0}, {500, 500, false, 0}, {600, 100, false, 0}, {600, 0, true, 0}},
	} {
		var u untold
		for i, s := range sweeps {
			if i == 0 {
				u.begin(s.counted, s.told)
			} else {
				u.swept(s.told, s.counted, s.full)
			}
			if u.packets.Load() != s.want {
				t.Errorf("%s, sweep %d: %d untold, want %d", name, i, u.packets.Load(), s.want)
			}
		}
	}
}

func TestWhatIsStoppedShouldStandInAnAttempt(t *testing.T) {
	var c gate.Counters
	for i, r := range gate.Reasons {
		c.Outside[r].Packets, c.Inside[r].Packets = 1<<i, 1<<i
	}
	want := int64(0)
	for i, r := range gate.Reasons {
		switch r {
		case gate.WouldListSrc, gate.WouldListDst, gate.WouldBan, gate.WouldFlow, gate.WouldName, gate.DropName, gate.DropListSrc, gate.DropListDst, gate.DropBan, gate.DropFlow, gate.DropOwn, gate.DropIsolated:
			want += 2 << i
		}
	}
	if got := stopped(c); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestATableIsFullBeforeItsLastPlace(t *testing.T) {
	if isFull(50_000, 65_536) || !isFull(60_000, 65_536) {
		t.Error("seven eighths of the table are its measure")
	}
}

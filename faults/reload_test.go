package faults

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/testnet"
)

// SIGHUP with a good file: its lists are in force and its live keys applied, without a restart.
func TestGoodFileIsReloaded(t *testing.T) {
	h := townHall(t, func(s *testnet.Scene, f *testnet.BoxFile) {
		f.Lists[0].Entries = s.ListedSources[:2] // the first attacker's
	})
	keeper, reader := h.box.Keeper(), h.reader()
	h.through(h.Attack(t.Context(), honestLimit, h.Attackers[1]))
	f := h.BoxFile()
	f.Name = "Mairie de Bonson"
	f.Exempt = []netip.Prefix{netip.PrefixFrom(h.Attackers[2].V4, 32), netip.PrefixFrom(h.Attackers[2].V6, 128)}
	h.must(h.box.Write(f))
	h.must(h.box.Reload())
	h.status("the new file is not in force", func(st control.Status) bool {
		return st.Name == f.Name && st.Kernel.Entries4 == 5 && st.Kernel.Entries6 == 5
	})
	h.attack(h.Attackers[0], h.Attackers[1], h.Attackers[3])
	h.through(h.Attack(t.Context(), honestLimit, h.Attackers[2]))
	f.Mode = abri.Observe
	h.must(h.box.Write(f))
	h.must(h.box.Reload())
	h.status("the mode is not switched", func(st control.Status) bool { return st.Mode == abri.Observe && st.Kernel.Mode == abri.Observe })
	h.through(h.Attack(t.Context(), honestLimit, h.Attackers[0]))
	if h.box.Keeper() != keeper || h.reader() != reader {
		t.Error("a process was started again")
	}
}

// SIGHUP with a bad file leaves what runs untouched: the same lists, the same mode, the same page. The log has each
// fault with its file and line.
func TestBadFileIsRefused(t *testing.T) {
	h := townHall(t, nil)
	before, err := h.box.Status(t.Context())
	h.must(err)
	f := h.BoxFile()
	f.Mode, f.Lists, f.Grace, f.Name = "protekt", nil, time.Millisecond, "Mairie de Bonson"
	h.must(h.box.Write(f))
	h.must(h.box.Reload())
	h.logged("the new configuration is refused", "box.toml:5", "protekt", "gate.grace")
	h.attack(h.Attackers...)
	h.only()
	h.counted(8)
	after, err := h.box.Status(t.Context())
	if err != nil || after.Name != before.Name || after.Mode != before.Mode || after.Kernel.Entries4 != before.Kernel.Entries4 || after.Kernel.Entries6 != before.Kernel.Entries6 {
		t.Errorf("before a bad file %+v, after it %+v, %v", before, after, err)
	}
}

// The place and the grace are live, too: a resolver that is named on a list passes once the file names it as one, and a
// shorter grace is in force at once: the gate then opens by itself when the box has gone.
func TestPlaceAndGraceAreReloaded(t *testing.T) {
	t.Parallel() // it waits more than it works
	h := townHall(t, nil)
	listed := h.Attackers[0]
	h.attack(listed)
	f := h.BoxFile()
	f.Resolvers, f.Grace = append(f.Resolvers, listed.V4, listed.V6), 10*time.Second
	h.must(h.box.Write(f))
	h.must(h.box.Reload())
	h.await(func() error { // the first errand after the change comes through
		for _, p := range h.Attack(t.Context(), criminalLimit, listed) {
			if !p.Through() {
				return fmt.Errorf("%s: %w", p.From, p.Err)
			}
		}
		return nil
	})
	h.must(h.box.Stop())
	h.attack(h.Attackers[1])
	h.await(func() error {
		for _, p := range h.Attack(t.Context(), criminalLimit, h.Attackers[1]) {
			if !p.Through() {
				return fmt.Errorf("the gate is shut still: %w", p.Err)
			}
		}
		return nil
	})
}

// Lists whose files were emptied stop whom they stopped, after a reload and after a start, and status says what is wrong.
func TestEmptiedListsStopAsBefore(t *testing.T) {
	h := townHall(t, nil)
	f := h.BoxFile()
	f.Name = "Mairie de Bonson"
	for i := range f.Lists {
		f.Lists[i].Entries = nil
	}
	h.must(h.box.Write(f))
	h.must(h.box.Reload())
	ails := func(st control.Status) bool {
		return st.Name == f.Name && len(st.Lists) > 0 && st.Lists[0].Trouble != "" && st.Lists[0].Entries > 0 && st.Kernel.Entries4 > 0
	}
	h.status("the emptied lists are not told", ails)
	h.attack(h.Attackers...)
	h.must(h.box.Stop())
	h.start()
	h.status("the emptied lists are not told after a start", ails)
	h.attack(h.Attackers...)
}

package faults

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/store"
)

// status waits for one that is as wanted.
func (h town) status(what string, wanted func(control.Status) bool) control.Status {
	h.Helper()
	var st control.Status
	h.await(func() (err error) {
		if st, err = h.box.Status(h.Context()); err == nil && !wanted(st) {
			err = fmt.Errorf("%s: %d attacks, %d neutralised, mode %s, wanted %d+%d, kernel %+v, troubles %q", what, st.Attacks, st.Neutralised, st.Mode, st.Wanted4, st.Wanted6, st.Kernel, st.Troubles)
		}
		return err
	})
	return st
}

// counted waits until status tells so many attacks, all of them neutralised.
func (h town) counted(attacks int) {
	h.Helper()
	h.status(fmt.Sprintf("not %d attacks", attacks), func(st control.Status) bool {
		return st.Attacks == uint64(attacks) && st.Neutralised == st.Attacks
	})
}

// logged waits until the box's log says all these words.
func (h town) logged(words ...string) {
	h.Helper()
	h.await(func() error {
		log := h.box.Log()
		for _, w := range words {
			if !strings.Contains(log, w) {
				return fmt.Errorf("the log does not say %q", w)
			}
		}
		return nil
	})
}

// recorded waits until so many attacks are on the disk. A copy is looked at, so that the box is not disturbed; one that
// was taken in the midst of a write is taken again.
func (h town) recorded(attacks int) {
	h.Helper()
	h.await(func() error {
		dir, err := os.MkdirTemp(h.TempDir(), "copy")
		if err != nil {
			return err
		}
		for _, part := range []string{"", "-wal"} {
			if b, err := os.ReadFile(h.box.Database() + part); err == nil {
				if err := os.WriteFile(filepath.Join(dir, "abri.db"+part), b, 0o600); err != nil {
					return err
				}
			}
		}
		s, err := store.Open(h.Context(), filepath.Join(dir, "abri.db"), slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		defer s.Close()
		kept, err := s.Recent(h.Context(), 1000)
		if err == nil && len(kept) != attacks {
			err = fmt.Errorf("%d attacks are on the disk, not %d", len(kept), attacks)
		}
		return err
	})
}

// kept opens the store of a box that does not run.
func (h town) kept() *store.Store {
	h.Helper()
	s, err := store.Open(context.WithoutCancel(h.Context()), h.box.Database(), slog.New(slog.DiscardHandler))
	h.must(err)
	h.Cleanup(func() { s.Close() })
	return s
}

// keptAttacks stops the box and gives what its store holds, one for each outside address; more than one is an error.
func (h town) keptAttacks() map[string]abri.Attack {
	h.Helper()
	h.must(h.box.Stop())
	all, err := h.kept().Recent(h.Context(), 1000)
	h.must(err)
	out := map[string]abri.Attack{}
	for _, a := range all {
		if _, twice := out[a.Outside.String()]; twice {
			h.Errorf("%s is in the store twice", a.Outside)
		}
		out[a.Outside.String()] = a
	}
	return out
}

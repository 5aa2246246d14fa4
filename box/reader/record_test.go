package reader

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/box/web"
)

// A database that is found damaged while the box runs is set aside, a new one begun, and all that the reader still knows
// written into it: attacks, mode, decisions, and its seed, so that the ids stay.
func TestReaderGoesOnWithADamagedDatabase(t *testing.T) {
	s := newSite(t)
	r := s.live()
	seed := r.seed
	s.dropped(1, true)
	s.step()
	who := control.Who{Name: "root"}
	if err := errors.Join(r.SetMode(s.Context(), who, abri.Observe), r.Ban(s.Context(), who, netip.MustParsePrefix("203.0.113.9/32"), time.Hour)); err != nil {
		t.Fatal(err)
	}
	r.record.replace(r.record.opened(), &abri.Error{Code: abri.CodeDamaged}) // as when a write says so
	if err := os.WriteFile(s.database(), slices.Repeat([]byte("no database "), 4000), 0o600); err != nil {
		t.Fatal(err)
	}
	s.dropped(2, true)
	s.step()
	if got := r.trouble.all(); len(got) != 1 || got[0].Code != web.TroubleDatabase {
		s.step() // the trouble of a step is told by the next
		if got = r.trouble.all(); len(got) != 1 || got[0].Code != web.TroubleDatabase {
			t.Errorf("the troubles are %+v", got)
		}
	}
	s.die()
	next := s.live()
	if next.seed != seed || next.mode != abri.Observe || len(next.decided) != 1 || next.decided[0].by != "root" {
		t.Errorf("the next life has mode %s, %+v", next.mode, next.decided)
	}
	s.die()
	if kept := s.kept(); len(kept) != 2 {
		t.Errorf("the store holds %v", kept)
	}
}

// A write that finds the database damaged leads there by itself. The database is larger than what SQLite keeps in
// memory, or nothing would be found.
func TestReaderFindsDamage(t *testing.T) {
	s := newSite(t)
	r := s.live()
	old := make([]abri.Attack, 20_000)
	for i := range old {
		old[i] = abri.Attack{ID: fmt.Sprintf("old-%d", i*7919%len(old)), Revision: 1, Kind: abri.KnownAttacker, Service: abri.Mail, Direction: abri.In,
			First: s.clock.Add(-100 * time.Hour), Last: s.clock.Add(-100 * time.Hour), Day: "2026-03-01", Outcome: abri.Blocked, Ended: true,
			Outside: netip.AddrFrom4([4]byte{45, 0, byte(i >> 8), byte(i)})}
	}
	if err := r.record.opened().Put(s.Context(), old); err != nil {
		t.Fatal(err)
	}
	s.die() // the log goes into the file
	r = s.live()
	for n := range byte(100) {
		s.dropped(int(n), true)
	}
	s.spoil()
	for range 5 {
		s.clock = s.clock.Add(time.Second)
		for n := range byte(100) {
			s.dropped(int(n), false)
		}
		s.step()
	}
	s.die()
	if kept := s.kept(); len(kept) != 100 || kept[7].Packets != 6 {
		t.Errorf("the store holds %d attacks, not 100, and of one %+v", len(kept), kept[7])
	}
	if aside, err := filepath.Glob(s.database() + ".damaged-*[0-9]Z"); err != nil || len(aside) != 1 {
		t.Errorf("set aside: %q, %v", aside, err)
	}
	if r.record.trouble() == nil {
		t.Error("the damage is not told")
	}
}

// spoil overwrites all of the database but its first pages.
func (s *site) spoil() {
	s.Helper()
	text, err := os.ReadFile(s.database())
	if err != nil {
		s.Fatal(err)
	}
	for i := 8192; i < len(text); i++ {
		text[i] = 0xa5
	}
	f, err := os.OpenFile(s.database(), os.O_WRONLY, 0)
	if err != nil {
		s.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(text); err != nil {
		s.Fatal(err)
	}
}

// Without a record that can be read the decisions in the kernel stand, and so does its mode; what the configuration
// says is not taken for a person's choice.
func TestReaderAdoptsWhatStands(t *testing.T) {
	s := newSite(t)
	s.folder = "/proc/nowhere"
	s.counters.Mode = abri.Observe
	s.stands = []order.Decision{
		{Choice: order.Ban, Prefix: netip.MustParsePrefix("203.0.113.9/32"), For: time.Hour},
		{Choice: order.Exempt, Prefix: netip.MustParsePrefix("45.155.205.10/32")},
		{Choice: order.Trust, Prefix: netip.MustParsePrefix("198.51.100.1/32")},
	}
	r := s.live()
	if r.mode != abri.Observe {
		t.Errorf("the mode is %s", r.mode)
	}
	r.resettle(s.config(""), true)
	if err := s.holds("ban 203.0.113.9/32", "exempt 45.155.205.10/32"); err != nil {
		t.Error(err)
	}
	if err := r.Ban(s.Context(), control.Who{Name: "root"}, netip.MustParsePrefix("203.0.113.10/32"), 0); err == nil {
		t.Error("a ban that could not be written down was not told")
	}
	s.step()
	if got := r.trouble.all(); len(got) != 1 || got[0].Code != web.TroubleDatabase {
		t.Errorf("the troubles are %+v", got)
	}
}

// What an earlier life decided is put in force; what nobody decided is taken out of the kernel.
func TestReaderAlignsTheKernel(t *testing.T) {
	s := newSite(t)
	r := s.live()
	who := control.Who{Name: "root"}
	ctx := context.Background()
	for _, p := range []string{"203.0.113.9/32", "203.0.113.0/24"} {
		if err := r.Ban(ctx, who, netip.MustParsePrefix(p), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Ban(ctx, who, netip.MustParsePrefix("192.0.2.7/32"), time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := r.Release(ctx, who, netip.MustParsePrefix("203.0.113.9/32"), 0); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("an address of a banned network was released: %v", err)
	}
	s.die()
	s.stands = []order.Decision{{Choice: order.Ban, Prefix: netip.MustParsePrefix("8.8.8.8/32")}}
	s.clock = s.clock.Add(2 * time.Minute)
	s.live().resettle(s.config("[trusted]\naddresses = [\"198.51.100.1\"]\n"), true)
	if err := s.holds("ban 203.0.113.9/32", "ban 203.0.113.0/24", "trust 198.51.100.1/32"); err != nil {
		t.Error(err)
	}
	if s.counters.Mode != abri.Protect {
		t.Errorf("the kernel is in mode %s", s.counters.Mode)
	}
	s.die()
}

// A mode that a person chose holds as long as the file says what it said then.
func TestReaderKeepsTheModeChosen(t *testing.T) {
	s := newSite(t)
	r := s.live()
	if err := r.SetMode(s.Context(), control.Who{Name: "root"}, abri.Observe); err != nil {
		t.Fatal(err)
	}
	s.die()
	r = s.live()
	if got := r.record.mode(s.Context(), abri.Protect); got != abri.Observe {
		t.Errorf("the file says still protect, and the mode is %s", got)
	}
	if err := r.SetMode(s.Context(), control.Who{Name: "root"}, abri.Protect); err != nil {
		t.Fatal(err)
	}
	if got := r.record.mode(s.Context(), abri.Observe); got != abri.Observe {
		t.Errorf("the file says now observe, and the mode is %s", got)
	}
	if got := r.record.mode(s.Context(), abri.Protect); got != abri.Protect {
		t.Errorf("the file says protect again, and the mode is %s", got)
	}
	s.die()
}

// A choice does not come back with the file's word of then, be it by reloads or over a start.
func TestReaderForgetsAChoiceThatTheFileOvertook(t *testing.T) {
	s := newSite(t)
	r := s.live()
	observe, protect := s.config(""), s.config("")
	observe.Box.Mode = abri.Observe
	r.resettle(observe, false)
	if err := r.SetMode(t.Context(), control.Who{Name: "root"}, abri.Protect); err != nil {
		t.Fatal(err)
	}
	if r.resettle(observe, false); r.mode != abri.Protect {
		t.Errorf("a reload of the same file took the choice back: %s", r.mode)
	}
	r.resettle(protect, false)
	if r.resettle(observe, false); r.mode != abri.Observe || s.counters.Mode != abri.Observe {
		t.Errorf("the file says observe, and the box is in %s, the kernel in %s", r.mode, s.counters.Mode)
	}
	if got := r.record.mode(t.Context(), abri.Observe); got != abri.Observe {
		t.Errorf("the file says observe, and the next life begins in %s", got)
	}
	s.die()
}

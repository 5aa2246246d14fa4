package store

import (
	"path/filepath"
	"testing"
	"time"

	"abri.example/abri"
)

// Every attack that is written is told once in each revision; what changes while a parcel is on its way stays to be
// told.
func TestTheOutboxForgetsNothing(t *testing.T) {
	ctx := t.Context()
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	must(t, s.Put(ctx, attacks(0, 3)))
	waits := func(want ...string) []Untold {
		t.Helper()
		out := got[[]Untold](t)(s.Outbox(ctx, 100))
		var have []string
		for _, u := range out {
			have = append(have, u.ID)
		}
		same(t, "the outbox", have, append([]string{}, want...))
		return out
	}
	all := waits(attack(0).ID, attack(1).ID, attack(2).ID)
	if all[0].Known {
		t.Error("an attack was told before it was")
	}
	p := Parcel{Epoch: "e", Seq: 1, Body: []byte("body")}
	must(t, s.Pack(ctx, p, []Told{{ID: attack(0).ID, Revision: 1, Shift: time.Hour}, {ID: attack(1).ID, Revision: 1}}))
	if err := s.Pack(ctx, p, nil); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("two parcels at once: %v", err)
	}
	changed := attack(1)
	changed.Revision = 2
	must(t, s.Put(ctx, []abri.Attack{changed}))
	kept, there, err := s.Parcel(ctx)
	must(t, err)
	same(t, "the parcel", kept, p)
	if !there {
		t.Error("no parcel")
	}
	must(t, s.Delivered(ctx, p))
	waits(attack(1).ID, attack(2).ID)
	changed = attack(0)
	changed.Revision = 5
	must(t, s.Put(ctx, []abri.Attack{changed}))
	if again := waits(attack(0).ID, attack(1).ID, attack(2).ID); again[0].Shift != time.Hour || !again[0].Known || again[2].Known {
		t.Errorf("the shift of an attack's times is forgotten: %+v", again)
	}
	epoch, seq, err := s.LastDelivered(ctx)
	must(t, err)
	same(t, "the last delivered", Parcel{Epoch: epoch, Seq: seq}, Parcel{Epoch: "e", Seq: 1})
}

// What was refused is told later, and after a loss at the other end all of a time again.
func TestWhatWasTakenBackIsTold(t *testing.T) {
	ctx := t.Context()
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	must(t, s.Put(ctx, attacks(0, 4)))
	p := Parcel{Epoch: "e", Seq: 1, Body: []byte("b")}
	var holds []Told
	for i := range 4 {
		holds = append(holds, Told{ID: attack(i).ID, Revision: 1})
	}
	must(t, s.Pack(ctx, p, holds))
	must(t, s.Unpack(ctx))
	same(t, "after a refusal", got[int](t)(s.Waiting(ctx)), 4)
	must(t, s.Pack(ctx, p, holds))
	must(t, s.Delivered(ctx, p))
	same(t, "after the delivery", got[int](t)(s.Waiting(ctx)), 0)
	must(t, s.BeginEpoch(ctx, "f", attack(2).Last))
	same(t, "told again", got[int](t)(s.Waiting(ctx)), 2)
	epoch, seq, err := s.LastDelivered(ctx)
	must(t, err)
	same(t, "the epoch", Parcel{Epoch: epoch, Seq: seq}, Parcel{Epoch: "f"})
	if _, there, _ := s.Parcel(ctx); there {
		t.Error("a parcel of the epoch before is left")
	}
}

// What is swept is neither told nor remembered.
func TestWhatIsSweptLeavesTheOutbox(t *testing.T) {
	ctx := t.Context()
	s := open(t, filepath.Join(t.TempDir(), "abri.db"))
	old := attack(0)
	old.Ended = true
	must(t, s.Put(ctx, []abri.Attack{old}))
	must(t, s.Pack(ctx, Parcel{Epoch: "e", Seq: 1, Body: []byte("b")}, []Told{{ID: old.ID, Revision: 1}}))
	must(t, s.Unpack(ctx))
	got[int](t)(s.Sweep(ctx, noon.Add(200*24*time.Hour), Retention{Rows: 24 * time.Hour, Counters: 1000 * 24 * time.Hour}))
	same(t, "the outbox", got[int](t)(s.Waiting(ctx)), 0)
}

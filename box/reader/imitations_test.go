package reader

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	abri "abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/store"
)

// A name whose question was stopped as an imitation is the kernel's to stop from then on, until a person releases it; how many
// are told to the kernel is bounded.
func TestImitationsGoToTheKernel(t *testing.T) {
	s := newSite(t)
	r := s.live()
	r.resettle(s.config(s.domains("||evil.com^\n")), false)
	const name = "impots-gouv-remboursement.info"
	r.mu.Lock()
	r.noteImitation("www." + name)
	r.noteImitation(name)
	r.mu.Unlock()
	r.stopImitations()
	if s.ofName(name) != order.NameStops || s.ofName("evil.com") != order.NameStops || s.ofName("impots.gouv.fr") != order.NamePasses || len(r.imitated.names) != 1 {
		t.Fatalf("the kernel was told %+v", s.kernel.names)
	}
	if a, err := r.WhyName(t.Context(), name); err != nil || a.Imitates == nil || !a.Imitates.Stops || a.Imitates.Whom != "impots.gouv.fr" || len(a.Imitates.Because) == 0 {
		t.Errorf("why says %+v, %v", a, err)
	}
	if err := r.ReleaseName(t.Context(), root, name, 0); err != nil || s.ofName(name) != order.NamePasses {
		t.Errorf("what is released does not pass: %v", err)
	}
	for i := range mostImitations {
		r.noteImitation(fmt.Sprintf("ameli-%d.example", i))
	}
	if n := len(r.imitated.names); n != mostImitations || r.imitated.names[0] == name {
		t.Errorf("%d are remembered, first %s", n, r.imitated.names[0])
	}
}

// What devices asked for on earlier days is a habit.
func TestHabits(t *testing.T) {
	s := newSite(t)
	r := s.live()
	today := abri.DayOf(r.now(), r.today.location)
	for day := range 4 {
		q := store.Question{Day: today.Add(-day), Name: "ameli-espace.info", Device: netip.MustParseAddr("192.168.1.9"), Times: 1, First: r.now(), Last: r.now()}
		if err := r.record.opened().AddQuestions(t.Context(), []store.Question{q}); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.habit("ameli-espace.info", r.now()); n != 3 {
		t.Errorf("asked for on %d earlier days", n)
	}
	if n := r.habit("ameli-espace.info", r.now().Add(-48*time.Hour)); n != 1 {
		t.Errorf("two days ago: %d", n)
	}
	if n := r.habit("ameli-autre.info", r.now()); n != 0 {
		t.Errorf("another: %d", n)
	}
}

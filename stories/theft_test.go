package stories

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/box/control"
	"abri.example/abri/store"
	"abri.example/abri/testnet"
)

// "… or from taking data out."
//
// The town hall of Sury-le-Comtal had its documents stolen on a 5 March, and nobody saw them leave. Here an infected
// workstation tries to send the civil register to a known fence, by IPv4 and by IPv6. It is foiled: the fence gets not
// one byte. It is told: the page says it in French and in English, with why and with the country. It is counted: by
// status, by the API, and in the store. And it could still be told afterwards, when the box had been restarted.
func TestStoryOrFromTakingDataOut(t *testing.T) {
	s, b, _ := townHall(t)
	stolen := s.Steal(t.Context(), criminalLimit)
	allStopped(t, stolen)
	if got := s.Fence.Total(); got != (testnet.Count{}) {
		t.Fatalf("the fence was reached: %+v", got)
	}
	isCounted(t, b)
	isTold(t, b)
	isRemembered(t, s, b)
	if err := b.Stop(); err != nil {
		t.Fatal(err)
	}
	isWrittenDown(t, s, b)
}

// isCounted: two outward attacks, both neutralised, ten points each.
func isCounted(t *testing.T, b *testnet.Box) {
	t.Helper()
	w := sky(t, b, func(w testnet.Weather) bool { return w.Attacks == 2 && w.Neutralised == 2 && w.Sky != abri.Fog })
	if w.Points != 20 || w.Sky.Severity() < abri.Storm.Severity() {
		t.Errorf("a foiled theft by two ways makes %d points and %s", w.Points, w.Sky)
	}
	st, err := b.Status(t.Context())
	if err != nil || st.Attacks != 2 || st.Neutralised != 2 {
		t.Errorf("status counts %d attacks, %d neutralised, %v", st.Attacks, st.Neutralised, err)
	}
}

// isTold: what people read, in both languages (the first letter is great or small). The device that was infected is not named to whoever opens the page.
func isTold(t *testing.T, b *testnet.Box) {
	t.Helper()
	for lang, words := range map[abri.Lang][]string{
		abri.French:  {"ol de données", "193.32.162.89", "2a12:bd00:7::443", "est sur la liste receleurs (liste de démonstration)", "prestataire informatique"},
		abri.English: {"ata theft", "193.32.162.89", "2a12:bd00:7::443", "is on the list receleurs (liste de démonstration)", "IT contractor"},
	} {
		page, err := b.Page(t.Context(), "/", lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range words {
			if !strings.Contains(page, want) {
				t.Errorf("the page in %q does not say %q", lang, want)
			}
		}
		if strings.Contains(page, "192.168.10.100") {
			t.Errorf("the page in %q names the device", lang)
		}
	}
}

// isRemembered: after a restart `abri why` still tells who tried, what stopped it, and the country.
func isRemembered(t *testing.T, s *testnet.Scene, b *testnet.Box) {
	t.Helper()
	if st := restart(t, b); st.Attacks != 2 || st.Neutralised != 2 {
		t.Errorf("after a restart status counts %d attacks, %d neutralised", st.Attacks, st.Neutralised)
	}
	for _, fence := range s.Fence.Addresses() {
		said, err := b.Type(t.Context(), "why", fence.String())
		if err != nil {
			t.Fatal(err)
		}
		answer, err := b.Why(t.Context(), fence)
		if err != nil || answer.Country == "" || len(answer.Tried) != 1 {
			t.Fatalf("%s is explained by %+v, %v", fence, answer, err)
		}
		for _, want := range []string{"(" + answer.Country + ")", "is on the list receleurs", "known-destination", "blocked", inside(answer.Tried[0])} {
			if !strings.Contains(said, want) {
				t.Errorf("abri why %s does not say %q:\n%s", fence, want, said)
			}
		}
	}
}

func inside(x control.Tried) string { return x.Inside.String() }

// isWrittenDown: in the store, once each.
func isWrittenDown(t *testing.T, s *testnet.Scene, b *testnet.Box) {
	t.Helper()
	path := b.Database()
	if st, err := os.Stat(filepath.Dir(path)); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("the record stands open: %v, %v", st.Mode(), err)
	}
	db, err := store.Open(context.WithoutCancel(t.Context()), path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	kept, err := db.Recent(t.Context(), 10)
	if err != nil || len(kept) != 2 {
		t.Fatalf("the store holds %d attacks, %v", len(kept), err)
	}
	for _, a := range kept {
		if a.Kind != abri.KnownDestination || a.Direction != abri.Out || !a.Neutralised() || a.Answered || a.Attempts != 1 || a.Inside != s.Desk.V4 && a.Inside != s.Desk.V6 {
			t.Errorf("the store holds %+v", a)
		}
	}
}

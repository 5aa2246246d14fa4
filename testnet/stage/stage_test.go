package stage

import (
	"errors"
	"slices"
	"testing"
)

// However an act ends, what was made in it is taken away, the last first.
func TestPlayUnwindsBackwards(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*Stage) error
		want string // the error; none when empty
	}{
		"well":         {func(*Stage) error { return nil }, ""},
		"by an error":  {func(*Stage) error { return errors.New("no way") }, "no way"},
		"by a failure": {func(s *Stage) error { s.Fatalf("no %s", "more"); return nil }, "no more"},
		"skipped":      {func(s *Stage) error { s.Skipf("no %s", "root"); return nil }, "no root"},
	} {
		t.Run(name, func(t *testing.T) {
			var removed []int
			err := Play(func(string) {}, func(s *Stage) error {
				s.Cleanup(func() { removed = append(removed, 1) })
				s.Cleanup(func() { removed = append(removed, 2) })
				return c.end(s)
			})
			said := ""
			if err != nil {
				said = err.Error()
			}
			if said != c.want || !slices.Equal(removed, []int{2, 1}) {
				t.Errorf("said %q, removed %v", said, removed)
			}
		})
	}
}

// A panic that is no failure goes on, after all was taken away.
func TestPlayHidesNoPanic(t *testing.T) {
	removed := false
	defer func() {
		if thrown := recover(); thrown != "a bug" || !removed {
			t.Errorf("threw %v, removed %v", thrown, removed)
		}
	}()
	_ = Play(func(string) {}, func(s *Stage) error {
		s.Cleanup(func() { removed = true })
		panic("a bug")
	})
}

// After a failed try what was made stays until the end, which comes once.
func TestTryKeeps(t *testing.T) {
	var said []string
	removed := 0
	s := New(func(line string) { said = append(said, line) })
	s.Cleanup(func() { removed++; s.Logf("left: %d", 3) })
	if err := s.Try(func() error { s.Fatalf("no more"); return nil }); err == nil || removed != 0 {
		t.Errorf("tried: %v, removed %d times", err, removed)
	}
	s.End()
	s.End()
	if removed != 1 || !slices.Equal(said, []string{"left: 3"}) {
		t.Errorf("removed %d times, said %q", removed, said)
	}
}

package session

import (
	"crypto/rand"
	"errors"
	"testing"
	"testing/iotest"
	"time"

	abri "abri.example/abri"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

func invite(t *testing.T, b *Book, now time.Time) string {
	t.Helper()
	code, err := b.Invite("clerk", now)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func enter(t *testing.T, b *Book, now time.Time) string {
	t.Helper()
	word, err := b.Enter(invite(t, b, now), now)
	if err != nil {
		t.Fatal(err)
	}
	return word
}

func TestACodeOpensOneSessionOnce(t *testing.T) {
	b := New(rand.Reader)
	code := invite(t, b, noon)
	word, err := b.Enter(code, noon.Add(time.Minute))
	if err != nil || word == code || len(word) != 32 {
		t.Fatalf("%q, %v", word, err)
	}
	if s, ok := b.Who(word, noon.Add(2*time.Minute)); !ok || s.By != "clerk" || !s.Since.Equal(noon.Add(time.Minute)) {
		t.Errorf("%+v %v", s, ok)
	}
	for _, wrong := range []string{code, "", "x", word[1:]} {
		if _, err := b.Enter(wrong, noon.Add(time.Minute)); abri.CodeOf(err) != abri.CodeRefused {
			t.Errorf("%q enters: %v", wrong, err)
		}
		if _, ok := b.Who(wrong, noon.Add(time.Minute)); ok {
			t.Errorf("%q is somebody", wrong)
		}
	}
	b.Leave(word)
	if _, ok := b.Who(word, noon.Add(3*time.Minute)); ok {
		t.Error("who left is still here")
	}
}

func TestWhatIsOldIsOver(t *testing.T) {
	b := New(rand.Reader)
	code := invite(t, b, noon)
	if _, err := b.Enter(code, noon.Add(CodeLife)); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("an old code enters: %v", err)
	}
	idle, busy, back := enter(t, b, noon), enter(t, b, noon), enter(t, b, noon)
	for now := noon; now.Before(noon.Add(Life)); now = now.Add(time.Hour) {
		if _, ok := b.Who(busy, now); !ok {
			t.Errorf("signed out after %v with a request an hour", now.Sub(noon))
		}
	}
	if _, ok := b.Who(busy, noon.Add(Life)); ok {
		t.Error("a session has no end")
	}
	if _, ok := b.Who(idle, noon.Add(IdleLife)); ok {
		t.Error("an idle session has no end")
	}
	if _, ok := b.Who(back, noon.Add(-time.Second)); ok {
		t.Error("a clock set back keeps a session alive")
	}
}

func TestCodesAndPeopleAreBounded(t *testing.T) {
	b := New(rand.Reader)
	for range MaxCodes {
		invite(t, b, noon)
	}
	if _, err := b.Invite("clerk", noon); abri.CodeOf(err) != abri.CodeFull {
		t.Errorf("one code more: %v", err)
	}
	b = New(rand.Reader)
	first := enter(t, b, noon)
	second := enter(t, b, noon.Add(time.Second))
	b.Who(first, noon.Add(2*time.Second))
	for range MaxPeople - 1 {
		enter(t, b, noon.Add(3*time.Second))
	}
	if _, ok := b.Who(second, noon.Add(4*time.Second)); ok {
		t.Error("the idlest did not make room")
	}
	if _, ok := b.Who(first, noon.Add(4*time.Second)); !ok {
		t.Error("somebody else than the idlest made room")
	}
}

func TestWithoutRandomnessNobodyEnters(t *testing.T) {
	b := New(iotest.ErrReader(errors.New("no entropy")))
	if code, err := b.Invite("clerk", noon); err == nil || code != "" {
		t.Errorf("%q, %v", code, err)
	}
}

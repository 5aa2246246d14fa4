package shelf

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/feed/fetch"
)

var monday = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

var attackers = Source{Info: feed.Info{Name: "a/../b *", Format: feed.Plain}, URL: "https://x.example/list", Interval: time.Hour, Expiry: 7 * 24 * time.Hour}

// publisher answers what it is told to, and remembers the last question.
type publisher struct {
	text   string
	answer fetch.Answer
	err    error
	asked  fetch.Request
}

func (p *publisher) Get(_ context.Context, r fetch.Request, out io.Writer) (fetch.Answer, error) {
	p.asked = r
	if p.err == nil && !p.answer.Unchanged {
		_, _ = io.WriteString(out, p.text)
	}
	return p.answer, p.err
}

// entries is a list of n addresses.
func entries(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "62.%d.%d.1\n", i/256, i%256)
	}
	return b.String()
}

func open(t *testing.T) *Shelf {
	t.Helper()
	s, err := Open(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func refresh(t *testing.T, s *Shelf, p *publisher, now time.Time, changed bool) State {
	t.Helper()
	got, err := s.Refresh(t.Context(), p, attackers, now)
	if err != nil || got != changed {
		t.Errorf("changed %v, %v; want %v", got, err, changed)
	}
	return s.State(attackers.Info.Name)
}

// holds is how many entries the copy has.
func holds(t *testing.T, s *Shelf, now time.Time) int {
	t.Helper()
	l, _, err := s.Read(attackers, now)
	if err != nil {
		t.Fatal(err)
	}
	return l.Len()
}

func TestTheCopyIsUsedWithoutANetwork(t *testing.T) {
	s := open(t)
	if _, _, err := s.Read(attackers, monday); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("nothing fetched: %v", err)
	}
	p := &publisher{text: entries(10), answer: fetch.Answer{ETag: `"1"`, Modified: "Sun, 01 Mar 2026 10:00:00 GMT"}}
	refresh(t, s, p, monday, true)
	again, err := Open(s.dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := again.Read(attackers, monday)
	if err != nil || l.Len() != 10 || l.Info().Dated.Format(time.DateOnly) != "2026-03-01" {
		t.Errorf("%+v, %v", l, err)
	}
	p.answer.Unchanged = true
	refresh(t, again, p, monday.Add(time.Hour), false)
	if p.asked.ETag != `"1"` || p.asked.Modified == "" {
		t.Errorf("asked with %+v", p.asked)
	}
}

// Whatever comes instead of a list, the last good one stays, and the reason is noted.
func TestWhatIsNoListLeavesTheCopy(t *testing.T) {
	s := open(t)
	good := &publisher{text: entries(1000), answer: fetch.Answer{ETag: `"1"`}}
	refresh(t, s, good, monday, true)
	for i, bad := range []*publisher{
		{text: "<!DOCTYPE html><html>Please log in</html>\n"},
		{text: "\x1f\x8b\x08\x00\x00\x00\x00\x00"},
		{text: strings.Repeat("\xff\xfe\xfd", 5000) + "\n"},
		{text: strings.Repeat("x", 10<<20)}, // an endless line
		{err: &abri.Error{Code: abri.CodeUnavailable, What: "the publisher is away"}},
	} {
		if _, err := s.Refresh(t.Context(), bad, attackers, monday.Add(time.Hour)); err == nil {
			t.Errorf("%d: taken", i)
		}
		st := s.State(attackers.Info.Name)
		if st.Failures != i+1 || st.Trouble == "" || st.ETag != `"1"` || holds(t, s, monday.Add(time.Hour)) != 1000 {
			t.Errorf("%d: %+v", i, st)
		}
	}
	if st := refresh(t, s, good, monday.Add(2*time.Hour), true); st.Failures != 0 || st.Trouble != "" {
		t.Errorf("%+v", st)
	}
	left, _ := filepath.Glob(filepath.Join(s.dir, "*"+temporary))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A publisher away for a week: its list is used, marked stale, and dropped after its own limit.
func TestAPublisherAwayForAWeek(t *testing.T) {
	s := open(t)
	refresh(t, s, &publisher{text: entries(10)}, monday, true)
	away := &publisher{err: &abri.Error{Code: abri.CodeUnavailable, What: "away"}}
	now, tries := monday, 0
	for now.Before(monday.Add(7 * 24 * time.Hour)) {
		st := s.State(attackers.Info.Name)
		now = attackers.Due(st, "box", now)
		if _, err := s.Refresh(t.Context(), away, attackers, now); err == nil {
			t.Fatal("an answer from nowhere")
		}
		tries++
	}
	if tries < 24*6 || tries > 24*7+10 {
		t.Errorf("%d tries in a week of an hourly list", tries)
	}
	st := s.State(attackers.Info.Name)
	if !attackers.Stale(st, now) || attackers.Stale(st, monday.Add(time.Hour)) {
		t.Error("stale is not what it says")
	}
	if holds(t, s, monday.Add(7*24*time.Hour)) != 10 {
		t.Error("a stale list is not used")
	}
	if _, _, err := s.Read(attackers, monday.Add(7*24*time.Hour+time.Second)); abri.CodeOf(err) != abri.CodeUnavailable {
		t.Errorf("an expired list: %v", err)
	}
}

func TestAListThatJumpsWaitsForThreeFetches(t *testing.T) {
	s := open(t)
	p := &publisher{text: entries(1000)}
	refresh(t, s, p, monday, true)
	p.text, p.answer.ETag = entries(100), `"2"`
	st := refresh(t, s, p, monday.Add(time.Hour), false)
	if st.Held == nil || st.Held.Why != "it shrank from 1000 entries to 100" || holds(t, s, monday) != 1000 {
		t.Fatalf("%+v", st)
	}
	p.text = entries(9000) // disagrees with the one that waits: the count begins anew
	if st = refresh(t, s, p, monday.Add(2*time.Hour), false); st.Held.Fetches != 1 || st.Held.Size.Entries != 9000 {
		t.Fatalf("%+v", st.Held)
	}
	p.text = entries(8000)
	refresh(t, s, p, monday.Add(3*time.Hour), false)
	p.answer.Unchanged = true // the third time the publisher says the same
	if st = refresh(t, s, p, monday.Add(4*time.Hour), true); st.Held != nil || st.Size.Entries != 8000 || holds(t, s, monday) != 8000 {
		t.Errorf("%+v", st)
	}
}

func TestAPersonAcceptsWhatWaits(t *testing.T) {
	s := open(t)
	p := &publisher{text: entries(1000)}
	refresh(t, s, p, monday, true)
	name := attackers.Info.Name
	if err := s.Accept(name); abri.CodeOf(err) != abri.CodeNotFound {
		t.Errorf("nothing waits: %v", err)
	}
	p.text = entries(10)
	refresh(t, s, p, monday.Add(time.Hour), false)
	if err := s.Accept(name); err != nil || holds(t, s, monday) != 10 {
		t.Errorf("%v", err)
	}
	p.text = entries(1000) // back: it jumps again, and then the copy speaks again
	refresh(t, s, p, monday.Add(2*time.Hour), false)
	p.text = entries(12)
	if st := refresh(t, s, p, monday.Add(3*time.Hour), true); st.Held != nil {
		t.Errorf("%+v", st)
	}
}

// A version that would cut the site off from somebody waits for a person and for nobody else, be it the first.
func TestARehearsalIsForAPerson(t *testing.T) {
	s, strict := open(t), attackers
	strict.Rehearse = func(next *feed.List) string {
		if next.Len() > 10 {
			return "it would cut a supplier off"
		}
		return ""
	}
	p := &publisher{text: entries(11), answer: fetch.Answer{ETag: `"1"`}}
	now := monday
	for range 2 * Agreement {
		if changed, err := s.Refresh(t.Context(), p, strict, now); changed || err != nil {
			t.Fatal(changed, err)
		}
		now = now.Add(2 * time.Hour)
	}
	if _, st, err := s.Read(strict, now); abri.CodeOf(err) != abri.CodeNotFound || !strings.Contains(err.Error(), "supplier") || st.Held == nil || p.asked.ETag != "" {
		t.Errorf("%+v, %v, asked with %+v", st, err, p.asked)
	}
	if err := s.Accept(strict.Info.Name); err != nil || holds(t, s, now) != 11 {
		t.Error(err)
	}
	p.text = entries(10)
	if changed, err := s.Refresh(t.Context(), p, strict, now); !changed || err != nil {
		t.Error(changed, err)
	}
}

func TestDue(t *testing.T) {
	st := State{URL: attackers.URL, Tried: monday, Fetched: monday}
	due := attackers.Due(st, "box", monday)
	if d := due.Sub(monday); d < time.Hour || d > 66*time.Minute {
		t.Errorf("due after %v", d)
	}
	if attackers.Due(st, "another", monday).Equal(due) {
		t.Error("two boxes ask at the same moment")
	}
	for failures, most := range map[int]time.Duration{1: 6 * time.Minute, 2: 11 * time.Minute, 3: 22 * time.Minute, 60: 66 * time.Minute} {
		st.Failures = failures
		if d := attackers.Due(st, "box", monday).Sub(monday); d > most || d < most*9/11 {
			t.Errorf("after %d failures due after %v", failures, d)
		}
	}
	st.After = monday.Add(3 * time.Hour)
	if d := attackers.Due(st, "box", monday); !d.Equal(st.After) {
		t.Errorf("the publisher asked for three hours and gets %v", d)
	}
	if d := attackers.Due(State{}, "box", monday); !d.Equal(monday) {
		t.Errorf("a new list is due at %v", d)
	}
	back := State{URL: attackers.URL, Tried: monday.AddDate(1, 0, 0)}
	if d := attackers.Due(back, "box", monday); d.Sub(monday) > 66*time.Minute {
		t.Errorf("a clock set back makes the box wait until %v", d)
	}
}

func TestAnotherAddressIsAnotherList(t *testing.T) {
	s := open(t)
	p := &publisher{text: entries(1000), answer: fetch.Answer{ETag: `"1"`}}
	refresh(t, s, p, monday, true)
	p.text = entries(5)
	moved := attackers
	moved.URL = "https://y.example/list"
	if changed, err := s.Refresh(t.Context(), p, moved, monday.Add(time.Hour)); !changed || err != nil || p.asked.ETag != "" {
		t.Errorf("%v, %v, asked with %+v", changed, err, p.asked)
	}
}

func TestTheGuardSpeaksOnTheShelf(t *testing.T) {
	guard := feed.NewGuard([]feed.GuardedPrefix{{Prefix: netip.MustParsePrefix("9.9.9.9/32"), Owner: "Quad9"}}, nil)
	s, err := Open(t.TempDir(), guard)
	if err != nil {
		t.Fatal(err)
	}
	refresh(t, s, &publisher{text: "9.9.9.9\n62.1.1.1\n"}, monday, true)
	if l, st, err := s.Read(attackers, monday); err != nil || l.Len() != 1 || st.Size.Guarded != 1 {
		t.Errorf("%v, %+v, %v", l, st, err)
	}
}

func TestRemoveAndDamage(t *testing.T) {
	s := open(t)
	refresh(t, s, &publisher{text: entries(10)}, monday, true)
	name := attackers.Info.Name
	if err := os.WriteFile(s.path(name, known), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if st := s.State(name); !st.Tried.IsZero() {
		t.Errorf("a damaged note says %+v", st)
	}
	refresh(t, s, &publisher{text: entries(11)}, monday, true)
	if err := s.Remove(name); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(s.dir)
	if err != nil || len(files) > 0 {
		t.Errorf("left: %v, %v", files, err)
	}
	if err := s.Remove(name); err != nil {
		t.Error(err)
	}
}

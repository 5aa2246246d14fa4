package shelf

import (
	"encoding/json"
	"hash/fnv"
	"io"
	"os"
	"time"

	"abri.example/abri/feed"
)

// State is what is known of one list. Tried is when it was last asked for, Fetched when its publisher last answered
// with a list or said that nothing changed, Dated the publisher's day of the copy. Failures counts those since then, and
// Trouble says why the last try failed. After is before when the publisher does not want to be asked.
type State struct {
	URL      string    `json:"url"`
	ETag     string    `json:"etag,omitempty"`
	Modified string    `json:"modified,omitempty"`
	Tried    time.Time `json:"tried,omitzero"`
	Fetched  time.Time `json:"fetched,omitzero"`
	Dated    time.Time `json:"dated,omitzero"`
	After    time.Time `json:"after,omitzero"`
	Failures int       `json:"failures,omitempty"`
	Trouble  string    `json:"trouble,omitempty"`
	Size     feed.Size `json:"size"`
	Held     *Held     `json:"held,omitempty"`
}

// Held is a version that waits for a person, or, unless only a Person may decide, for Fetches to reach Agreement.
type Held struct {
	Why     string    `json:"why"`
	Person  bool      `json:"person,omitempty"`
	Since   time.Time `json:"since"`
	Dated   time.Time `json:"dated"`
	Fetches int       `json:"fetches"`
	Size    feed.Size `json:"size"`
}

// Agreement is how many fetches in a row must agree on a version that jumped, before it is believed without a person.
const Agreement = 3

// State gives what is known of a list; nothing known, or a damaged note, is the zero State, and the list is fetched.
func (s *Shelf) State(name string) State {
	var st State
	text, err := os.ReadFile(s.path(name, known))
	if err != nil || json.Unmarshal(text, &st) != nil {
		return State{}
	}
	if _, err := os.Stat(s.path(name, waiting)); err != nil {
		st.Held = nil
	}
	if _, err := os.Stat(s.path(name, good)); err != nil { // there is no copy that a publisher's "unchanged" could mean
		return State{URL: st.URL, Tried: st.Tried, Failures: st.Failures, Trouble: st.Trouble, After: st.After, Held: st.Held}
	}
	return st
}

func (s *Shelf) save(name string, st State) error {
	return write(s.path(name, known), func(w io.Writer) error { return json.NewEncoder(w).Encode(st) })
}

// Stale reports whether a copy is older than a publisher who answers would let it be: it is used, and marked.
func (src Source) Stale(st State, now time.Time) bool {
	return !st.Fetched.IsZero() && now.Sub(st.Fetched) > 2*src.Interval+time.Hour
}

// Expired reports whether a copy is too old to be used.
func (src Source) Expired(st State, now time.Time) bool {
	return !st.Fetched.IsZero() && src.Expiry > 0 && now.Sub(st.Fetched) > src.Expiry
}

// The first wait after a failure; it doubles with each, up to the interval.
const firstWait = 5 * time.Minute

// Due is when the list is to be asked for next. salt spreads the boxes: each adds up to a tenth of the wait, by its own
// name, so that a publisher is not met by all of them at once. A clock that was set back makes nothing wait longer than
// that from now.
func (src Source) Due(st State, salt string, now time.Time) time.Time {
	if st.Tried.IsZero() || st.URL != src.URL && st.Failures == 0 {
		return now
	}
	wait := src.Interval
	if st.Failures > 0 {
		wait = min(wait, firstWait<<min(st.Failures-1, 16))
	}
	due := st.Tried.Add(wait + spread(salt+src.Info.Name, wait/10))
	if due.Before(st.After) {
		due = st.After
	}
	if latest := now.Add(max(src.Interval+src.Interval/10, st.After.Sub(st.Tried))); due.After(latest) {
		return latest
	}
	return due
}

// spread is a share of most, fixed by a text.
func spread(text string, most time.Duration) time.Duration {
	h := fnv.New32a()
	_, _ = io.WriteString(h, text)
	return time.Duration(float64(most) * float64(h.Sum32()) / (1 << 32))
}

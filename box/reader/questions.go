package reader

import (
	"maps"
	"slices"
	"strings"
	"sync"

	abri "abri.example/abri"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/names"
	"abri.example/abri/store"
)

// mostQuestions is how many different ones of one day are remembered: beyond it somebody inside makes names up.
const mostQuestions = 20_000

// questions are the names that devices of the site asked for since they were last written down. Names that no list can hold
// (guarded ones) and those of the network itself are left out: they are most of what is asked, and nobody will hunt them.
type questions struct {
	mu    sync.Mutex
	day   abri.Day
	seen  map[questionKey]bool // of the day
	fresh map[questionKey]store.Question
}

type questionKey struct {
	day    abri.Day
	name   string
	device string
}

// ofNetwork are the ends of names that the network asks for its own sake.
var ofNetwork = []string{".arpa", ".local", ".lan", ".home", ".internal"}

// hunted reports whether a list may name it one day.
func hunted(name string) bool {
	if !strings.Contains(name, ".") || slices.ContainsFunc(ofNetwork, func(end string) bool { return strings.HasSuffix(name, end) }) {
		return false
	}
	_, known := guarded.Default().Name(name)
	return !known
}

// noteQuestion takes a name that somebody inside asked for. mu is held.
func (r *Reader) noteQuestion(s *names.Sighting) {
	name := string(s.Name)
	if !hunted(name) {
		return
	}
	asker := s.Client.Addr().Unmap()
	r.questions.note(store.Question{
		Day: abri.DayOf(s.At, r.today.location), Name: name, Device: asker, Called: r.devices.Name(asker), Times: 1, First: s.At, Last: s.At,
	})
}

func (q *questions) note(x store.Question) {
	q.mu.Lock()
	defer q.mu.Unlock()
	key := questionKey{x.Day, x.Name, x.Device.String()}
	if x.Day != q.day {
		q.day, q.seen = x.Day, map[questionKey]bool{}
	}
	if !q.seen[key] && len(q.seen) >= mostQuestions {
		return
	}
	q.seen[key] = true
	if had, ok := q.fresh[key]; ok {
		x.Times, x.First = had.Times+1, had.First
	}
	if q.fresh == nil {
		q.fresh = map[questionKey]store.Question{}
	}
	q.fresh[key] = x
}

// take gives what waits, and forgets it.
func (q *questions) take() []store.Question {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := slices.Collect(maps.Values(q.fresh))
	q.fresh = nil
	return out
}

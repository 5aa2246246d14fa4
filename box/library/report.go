package library

import (
	"fmt"
	"time"

	"abri.example/abri"
	"abri.example/abri/feed"
	"abri.example/abri/feed/catalogue"
	"abri.example/abri/feed/shelf"
)

// Report is what is known of one list. Enforced says that its entries stop something; else Trouble, Standing, Observe or
// Held says why not. Hits are attacks since midnight that it named.
type Report struct {
	Name       string         `json:"name"`
	Publisher  string         `json:"publisher,omitempty"`
	From       string         `json:"from"`
	Licence    string         `json:"licence,omitempty"`
	Conditions string         `json:"conditions,omitempty"`
	Credit     bool           `json:"credit,omitempty"`
	Added      bool           `json:"added,omitempty"`
	Observe    bool           `json:"observe"`
	Enforced   bool           `json:"enforced"`
	Format     feed.Format    `json:"format,omitempty"`
	Entries    int            `json:"entries"`
	IPv4       int            `json:"ipv4"`
	IPv6       int            `json:"ipv6"`
	Names      int            `json:"names"`
	Prints     int            `json:"fingerprints"`
	Refused    int            `json:"refused"`
	Guarded    int            `json:"guarded"`
	Reasons    map[string]int `json:"reasons,omitempty"`
	Lines      []feed.Refusal `json:"lines,omitempty"`
	Standing   feed.Standing  `json:"standing,omitempty"`
	Dated      time.Time      `json:"dated,omitzero"`
	Fetched    time.Time      `json:"fetched,omitzero"`
	Next       time.Time      `json:"next,omitzero"`
	Stale      bool           `json:"stale,omitempty"`
	Held       *shelf.Held    `json:"held,omitempty"`
	Trouble    string         `json:"trouble,omitempty"`
	Hits       int            `json:"hits"`
}

// Reports tells of every list, in the order of their rank.
func (l *Library) Reports(now time.Time) []Report {
	var out []Report
	for _, b := range l.all() {
		out = append(out, l.report(b, now))
	}
	return out
}

func (l *Library) report(b *book, now time.Time) Report {
	l.mu.Lock()
	list, state, trouble := b.list, b.state, b.trouble
	l.mu.Unlock()
	r := Report{
		Name: b.want.Name, Publisher: b.want.Publisher, From: b.want.File, Added: b.added, Observe: b.want.Observe,
		Dated: b.read, Trouble: state.Trouble, Held: state.Held,
	}
	if known, ok := catalogue.Find(b.want.Name); ok && known.URL == b.want.URL {
		r.Licence, r.Conditions, r.Credit = known.Licence, known.Conditions, known.Credit
	}
	if b.want.URL != "" {
		src := l.source(b)
		note := l.shelf.State(b.want.Name)
		r.From, r.Dated, r.Fetched = b.want.URL, state.Dated, note.Fetched
		r.Next, r.Stale = src.Due(note, l.options.Salt, now), src.Stale(note, now)
	}
	if trouble != nil && (r.Trouble == "" || abri.CodeOf(trouble) != abri.CodeNotFound) {
		r.Trouble = trouble.Error()
	}
	if list != nil {
		r.count(list)
	}
	return r
}

// Ails says why a list is not what it should be, or nothing: it can't be used, waits for a person, or is old.
func (r Report) Ails() string {
	switch {
	case r.Trouble != "":
		return r.Trouble
	case r.Held != nil:
		return "a version waits: " + r.Held.Why
	case r.Stale:
		return "stale: the last copy is of " + r.Fetched.Format(time.DateOnly)
	}
	return ""
}

// count tells of a list that was read.
func (r *Report) count(list *feed.List) {
	r.Format, r.Standing = list.Info().Format, list.Standing()
	r.IPv4, r.IPv6, r.Names, r.Prints = list.Len4(), list.Len6(), list.Names(), list.Fingerprints()
	r.Entries, r.Guarded, r.Reasons = list.Len(), list.Guarded(), list.RefusedByReason()
	r.Refused, r.Lines = list.Refused()
	r.Enforced = r.Standing == feed.Sound && !r.Observe
	if r.Standing != feed.Sound && r.Trouble == "" {
		r.Trouble = fmt.Sprintf("%d of its lines name services that a site cannot do without: it is not used", r.Guarded)
	}
}

// Check reads a list as the box would, and tells of it.
func Check(list *feed.List) Report {
	r := Report{Name: list.Info().Name, From: list.Info().Name, Dated: list.Info().Dated}
	r.count(list)
	return r
}

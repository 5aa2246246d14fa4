// Package liaison is a box's relation with its observatory: it is enrolled by an invitation, tells what the store's
// outbox holds, looks at the signpost, and takes the few orders that a box takes from afar. A box that has no
// observatory has an idle liaison; nothing local depends on it.
//
//	outbox → parcel (frozen) → courier → answer → delivered
//
// Its borders: what may leave is fleet's rule, what is kept is the store's; it never touches a packet.
package liaison

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/fleet/courier"
	"abri.example/abri/store"
)

// Site is what the liaison asks of its box. Implementations are safe for concurrent use.
type Site interface {
	// Status is where the box stands now.
	Status() fleet.Status
	// Days are the days from one on, the first first.
	Days(from abri.Day) []fleet.Day
	// Store is the box's store, nil while there is none.
	Store() *store.Store
	// Obey carries out an order that was checked.
	Obey(context.Context, fleet.Order) error
}

// Options of a liaison. Folder holds the papers; the times are 15 minutes and 30 seconds when zero.
type Options struct {
	Folder   string
	Software string
	Location *time.Location
	Now      func() time.Time
	Log      *slog.Logger
	Every    time.Duration // between two reports, give or take a quarter
	Poll     time.Duration // between two looks at the signpost
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
}

// FolderIn is the folder of the papers within the box's data.
func FolderIn(data string) string { return filepath.Join(data, "observatory") }

// State is how the relation stands, for people.
type State struct {
	Enrolled  bool          `json:"enrolled"`
	Confirmed bool          `json:"confirmed"`
	URL       string        `json:"url,omitempty"`
	Site      string        `json:"site,omitempty"`
	Words     string        `json:"words,omitempty"` // to compare, until it is confirmed
	Told      time.Time     `json:"told,omitzero"`   // the last report that was answered
	Waiting   int           `json:"waiting"`         // attacks that are still to be told
	Skew      time.Duration `json:"skew_ns"`         // by how much the box's clock is ahead, where that is much
	Trouble   string        `json:"trouble,omitempty"`
}

// Liaison is safe for concurrent use. Run runs it.
type Liaison struct {
	Options
	site  Site
	hurry chan struct{} // something serious is to be told, or the enrolment changed

	mu      sync.Mutex
	courier *courier.Courier // nil while the box is not enrolled
	told    time.Time
	next    time.Time // of the next report
	skew    time.Duration
	floor   time.Time // the latest time that the observatory gave
	asked   bool      // for orders, since the last silence
	trouble error
	most    int // attacks in a report
	fails   int // in a row
}

// New makes a liaison and takes up the papers that there are. Papers that can't be read are a trouble, and no error.
func New(site Site, o Options) *Liaison {
	if o.Every == 0 {
		o.Every = 15 * time.Minute
	}
	if o.Poll == 0 {
		o.Poll = 30 * time.Second
	}
	l := &Liaison{Options: o, site: site, hurry: make(chan struct{}, 1), most: fleet.MaxAttacks}
	p, there, err := courier.Enrolled(o.Folder)
	if err == nil && there {
		l.courier, err = courier.Open(o.Folder, p, l.wire())
	}
	l.trouble = err
	return l
}

func (l *Liaison) wire() courier.Options { return courier.Options{Now: l.time, Dial: l.Dial} }

// time is the box's clock, put right by the observatory's.
func (l *Liaison) time() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Now().Add(-l.skew)
}

// Hasten has what is serious told at once.
func (l *Liaison) Hasten() {
	l.mu.Lock()
	l.next = time.Time{}
	l.mu.Unlock()
	select {
	case l.hurry <- struct{}{}:
	default:
	}
}

// State gives how the relation stands.
func (l *Liaison) State(ctx context.Context) State {
	l.mu.Lock()
	c := l.courier
	s := State{Told: l.told, Skew: l.skew}
	if l.trouble != nil {
		s.Trouble = l.trouble.Error()
	}
	l.mu.Unlock()
	if c == nil {
		return s
	}
	p := c.Papers()
	s.Enrolled, s.Confirmed, s.URL, s.Site = true, p.Confirmed(), p.URL, p.Name
	if !s.Confirmed {
		s.Words, _ = courier.Words(l.Folder, p)
	}
	if db := l.site.Store(); db != nil {
		s.Waiting, _ = db.Waiting(ctx)
	}
	return s
}

// Run goes on until ctx ends.
func (l *Liaison) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait := l.turn(ctx)
		select {
		case <-ctx.Done():
		case <-l.hurry:
		case <-time.After(wait):
		}
	}
	return nil
}

// turn does what is due, and gives how long there is nothing to do.
func (l *Liaison) turn(ctx context.Context) time.Duration {
	l.mu.Lock()
	c := l.courier
	l.mu.Unlock()
	if c == nil {
		return time.Hour // until somebody enrols the box
	}
	var err error
	if !c.Papers().Confirmed() {
		if err = c.Collect(ctx); err == nil {
			l.Log.Info("the observatory has taken this box in", "observatory", c.Papers().URL)
			l.due(0)
			return 0
		}
	} else {
		err = l.attend(ctx, c)
	}
	return l.after(err)
}

// attend looks at the signpost, renews the certificate when it is time, carries out orders, and tells when it is due.
func (l *Liaison) attend(ctx context.Context, c *courier.Courier) error {
	news, err := l.look(ctx, c)
	if err != nil {
		return err
	}
	if at := c.Papers().RenewAt(); l.time().After(at) {
		if err := c.Renew(ctx); err != nil {
			return err
		}
		l.Log.Info("the certificate was renewed")
	}
	if err := l.obey(ctx, c, news); err != nil {
		return err
	}
	l.mu.Lock()
	due := !l.Now().Before(l.next) || l.next.Sub(l.Now()) > 2*l.Every // a clock that was set back
	l.mu.Unlock()
	if !due {
		return nil
	}
	return l.tell(ctx, c)
}

// after notes how it went, and gives for how long to wait.
func (l *Liaison) after(err error) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil || fleet.ReasonOf(err) == fleet.ReasonUnconfirmed {
		l.trouble, l.fails = nil, 0
		if err != nil {
			return l.jitter(min(l.Poll, awaitConfirmation)) // two people are at their telephones
		}
		return l.jitter(l.Poll)
	}
	if l.trouble == nil || l.trouble.Error() != err.Error() {
		l.Log.Warn("the observatory can't be told; it is tried again", "err", err)
	}
	l.trouble, l.asked = err, false
	l.fails = min(l.fails+1, 16)
	return l.jitter(max(waitOf(err), min(l.Poll<<min(l.fails-1, 8), l.Every)))
}

// awaitConfirmation is every how often a box asks whether a person has confirmed it.
const awaitConfirmation = 5 * time.Second

// jitter spreads boxes that lost their observatory at the same moment.
func (l *Liaison) jitter(d time.Duration) time.Duration {
	return d*3/4 + time.Duration(rand.Int64N(int64(d)/2+1))
}

// due sets when the next report is due.
func (l *Liaison) due(in time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = l.Now().Add(in)
}

package webhook

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/view"
)

// Options are the settings of a Teller. Now and Log must be given.
type Options struct {
	Now   func() time.Time
	Log   *slog.Logger
	Every time.Duration // between two looks at the outbox; a second when zero
}

// Teller tells webhooks what happened. It is safe for concurrent use; several may work on one ledger.
type Teller struct {
	Options
	ledger    *ledger.Ledger
	far, near *http.Client
}

// Bounds of the work: how many calls one look takes, how many webhooks are told at a time, how long a call is kept from
// other processes, after which age it is given up, and after how long a webhook that takes nothing is told no more.
const (
	atOnce     = 64
	abreast    = 8
	lease      = 10 * time.Minute
	giveUp     = 72 * time.Hour
	stopAfter  = 7 * 24 * time.Hour
	mostAnswer = 64 << 10
)

// pauses are how long is waited after a try that failed; the last stays.
var pauses = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

// NewTeller makes one.
func NewTeller(l *ledger.Ledger, o Options) *Teller {
	if o.Every == 0 {
		o.Every = time.Second
	}
	return &Teller{Options: o, ledger: l, far: clientFor(false), near: clientFor(true)}
}

// Run tells until ctx ends.
func (t *Teller) Run(ctx context.Context) error {
	tick := time.NewTicker(t.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := t.ledger.RefreshWebhooks(ctx); err != nil && ctx.Err() == nil {
			t.Log.Error("webhooks can't be read; it is tried again", "err", err)
			continue
		}
		if _, err := t.Tell(ctx); err != nil && ctx.Err() == nil {
			t.Log.Error("webhooks can't be told; it is tried again", "err", err)
		}
	}
}

// Tell tells what is due, and gives how many calls that were. Those of one webhook go one after the other, and wait when
// one was not taken: who is down is not asked for each.
func (t *Teller) Tell(ctx context.Context) (int, error) {
	due, err := t.ledger.ClaimCalls(ctx, t.Now(), lease, atOnce)
	if err != nil {
		return 0, err
	}
	of := map[string][]ledger.Call{}
	for _, c := range due {
		of[c.Webhook.ID] = append(of[c.Webhook.ID], c)
	}
	var wait sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	seats := make(chan struct{}, abreast)
	for _, calls := range of {
		wait.Go(func() {
			seats <- struct{}{}
			defer func() { <-seats }()
			if err := t.tellAll(ctx, calls); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return len(due), errors.Join(errs...)
}

// tellAll tells one webhook.
func (t *Teller) tellAll(ctx context.Context, calls []ledger.Call) error {
	var behind time.Time // until when the rest waits
	for _, c := range calls {
		if !behind.IsZero() {
			if err := t.ledger.Unheard(ctx, c, "waits behind another", behind, t.Now()); err != nil {
				return err
			}
			continue
		}
		theirs, err := t.theirs(ctx, c)
		if err != nil {
			return err
		}
		if !theirs {
			err = t.ledger.Heard(ctx, c, "not sent: no longer theirs to see", t.Now())
		} else {
			behind, err = t.try(ctx, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// theirs reports whether the webhook's person may see now what happened.
func (t *Teller) theirs(ctx context.Context, c ledger.Call) (bool, error) {
	who, err := t.ledger.Person(ctx, c.Person)
	if err == nil && c.Topic != ledger.TopicTest {
		err = view.Of(t.ledger, nil, who).MayAt(ctx, people.Read, c.Site)
	}
	if code := abri.CodeOf(err); code == abri.CodeNotFound || code == abri.CodeRefused {
		return false, nil
	}
	return err == nil, err
}

// try tells once and notes what came of it. behind is when the next try is, where this one failed.
func (t *Teller) try(ctx context.Context, c ledger.Call) (behind time.Time, err error) {
	status, answer := t.send(ctx, c)
	if ctx.Err() != nil {
		return behind, nil // nobody knows; the lease ends, and it is told again with the same id
	}
	now := t.Now()
	switch {
	case status/100 == 2:
		return behind, t.ledger.Heard(ctx, c, answer, now)
	case status == http.StatusGone:
		t.Log.Warn("a webhook says that it is gone, and is told no more", "webhook", c.Webhook.ID)
		return now.Add(stopAfter), errors.Join(t.ledger.Unheard(ctx, c, answer, time.Time{}, now), t.ledger.StopWebhook(ctx, c.Webhook.ID, now))
	case !c.Failing.IsZero() && now.Sub(c.Failing) > stopAfter:
		t.Log.Warn("a webhook took nothing for a week, and is told no more", "webhook", c.Webhook.ID)
		return now.Add(stopAfter), errors.Join(t.ledger.Unheard(ctx, c, answer, time.Time{}, now), t.ledger.StopWebhook(ctx, c.Webhook.ID, now))
	case now.Sub(c.At) > giveUp:
		return behind, t.ledger.Unheard(ctx, c, answer, time.Time{}, now)
	}
	pause := pauses[min(c.Tries, len(pauses))-1]
	behind = now.Add(pause*3/4 + rand.N(pause/2))
	return behind, t.ledger.Unheard(ctx, c, answer, behind, now)
}

// send sends it once. The answer is for people, and says nothing of what lies at an address that may not be asked.
func (t *Teller) send(ctx context.Context, c ledger.Call) (status int, answer string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, strings.NewReader(c.Body))
	if err != nil {
		return 0, "the address is none"
	}
	now := t.Now()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "abri-observatory")
	r.Header.Set(HeaderID, c.Call)
	r.Header.Set(HeaderTimestamp, strconv.FormatInt(now.Unix(), 10))
	r.Header.Set(HeaderSignature, Sign(c.Secret, c.Call, now, c.Body))
	client := t.far
	if c.Near {
		client = t.near
	}
	said, err := client.Do(r)
	switch {
	case errors.Is(err, errNear):
		return 0, "not asked: " + errNear.Error()
	case err != nil:
		return 0, "no answer"
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(said.Body, mostAnswer)) // so that the connection can be used again
	said.Body.Close()
	return said.StatusCode, strconv.Itoa(said.StatusCode)
}

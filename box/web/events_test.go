package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/web"
)

// listen opens a stream and gives its events one by one; the stream ends with the test or when leave is called.
func listen(t *testing.T, url string) (next func() string, leave func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); answer.Body.Close() })
	if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("%d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(answer.Body)
	return func() string {
		for lines.Scan() {
			if event, found := strings.CutPrefix(lines.Text(), "event: "); found {
				return event
			}
		}
		return "end"
	}, cancel
}

func TestTheStreamTellsOfEachChangeAndBeats(t *testing.T) {
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	server := httptest.NewServer(web.New(hall, web.Options{Heartbeat: time.Hour, Pace: time.Nanosecond}))
	t.Cleanup(server.Close)
	next, leave := listen(t, server.URL)
	if got := next(); got != "change" {
		t.Fatalf("the first word is %q", got)
	}
	for range 3 {
		hall.become(under(t, abri.Rain, abri.Protect))
		if got := next(); got != "change" {
			t.Fatalf("after a change comes %q", got)
		}
	}
	leave()
	until(t, "the box forgets the reader who left", func() bool { return hall.watchers() == 0 })

	beating := httptest.NewServer(web.New(hall, web.Options{Heartbeat: time.Millisecond}))
	t.Cleanup(beating.Close)
	next, leave = listen(t, beating.URL)
	defer leave()
	next()
	if got := next(); got != "beat" {
		t.Errorf("on a quiet stream comes %q", got)
	}
}

func TestChangesAreToldNoFasterThanThePace(t *testing.T) {
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	server := httptest.NewServer(web.New(hall, web.Options{Heartbeat: time.Hour, Pace: time.Hour}))
	t.Cleanup(server.Close)
	next, leave := listen(t, server.URL)
	next()
	hall.become(hall.view)
	if got := next(); got != "change" {
		t.Fatalf("after a change comes %q", got)
	}
	for range 1000 { // a flood of attacks: nobody waits for the reader
		hall.become(hall.view)
	}
	leave()
	if got := next(); got != "end" {
		t.Errorf("within the pace comes %q", got)
	}
}

func TestTheNumberOfStreamsIsBounded(t *testing.T) {
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	server := httptest.NewServer(web.New(hall, web.Options{MaxWatchers: 2, Heartbeat: time.Hour}))
	t.Cleanup(server.Close)
	for range 2 {
		next, _ := listen(t, server.URL)
		next()
	}
	answer, err := http.Get(server.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("the third stream gets %d", answer.StatusCode)
	}
	if hall.watchers() != 2 {
		t.Errorf("%d subscriptions, want 2", hall.watchers())
	}
}

// until waits for a condition, and fails the test when it does not come true.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatal("never: ", what)
		case <-tick.C:
		}
	}
}

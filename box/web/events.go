package web

import (
	"fmt"
	"net/http"
	"time"
)

// patience is how long one write on a stream may take before the reader is given up.
const patience = 10 * time.Second

// events is a stream of server-sent events (WHATWG HTML, section 9.2). It carries no data about the site: "change" makes
// the script fetch /fragment, "beat" is the sign of life whose absence makes it say so. A slow reader is told less often
// and never delays anyone; beyond MaxWatchers the answer is 503, and the page polls instead.
func (h *house) events(w http.ResponseWriter, r *http.Request) {
	select {
	case h.seats <- struct{}{}:
		defer func() { <-h.seats }()
	default:
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too many pages are watching: this one will ask now and then", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	h.stream(r, stream{w: w, control: http.NewResponseController(w)})
}

// stream tells of changes until the reader leaves or cannot be written to.
func (h *house) stream(r *http.Request, s stream) {
	changed, stop := h.site.Changes()
	defer stop()
	beat := time.NewTicker(h.options.Heartbeat)
	defer beat.Stop()

	// The page was drawn before this stream opened: what changed in between would be missed without a first word.
	if !s.send("change") {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
			if !s.send("beat") {
				return
			}
		case _, open := <-changed:
			if !open || !s.send("change") || !rest(r, h.options.Pace) {
				return
			}
		}
	}
}

// rest waits for d, and reports whether the reader is still there.
func rest(r *http.Request, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// stream is one reader's connection.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	number  int
}

// send writes one event at once, and reports whether it went. The deadline is the socket's, not a time on a page: it
// takes the place of the server's, which would cut the stream.
func (s *stream) send(event string) bool {
	s.number++
	// A writer that knows no deadlines (in a test) is written to without.
	_ = s.control.SetWriteDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintf(s.w, "event: %s\ndata: %d\n\n", event, s.number); err != nil {
		return false
	}
	return s.control.Flush() == nil
}

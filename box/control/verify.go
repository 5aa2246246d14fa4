package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"abri.example/abri"
	"abri.example/abri/letter"
)

// Examiner is what the door leads to for a letter or a link that somebody doubts. Implementations are safe for
// concurrent use; errors are *abri.Error, CodeUnavailable when too many are examined at once.
type Examiner interface {
	ExamineLetter(ctx context.Context, file []byte) (letter.Opinion, error)
	ExamineLink(ctx context.Context, link string) (letter.Opinion, error)
}

// What a question holds: an e-mail as it was saved, or a link.
const (
	asLetter = "message/rfc822"
	asLink   = "text/plain"
)

// ExamineLetter says what speaks against an e-mail, as mail programs save it.
func (c *Client) ExamineLetter(ctx context.Context, file []byte) (letter.Opinion, error) {
	return c.examine(ctx, asLetter, file)
}

// ExamineLink says what speaks against a link.
func (c *Client) ExamineLink(ctx context.Context, link string) (letter.Opinion, error) {
	return c.examine(ctx, asLink, []byte(link))
}

func (c *Client) examine(ctx context.Context, as string, what []byte) (letter.Opinion, error) {
	return sent[letter.Opinion](ctx, c, "/verify", as, bytes.NewReader(what))
}

// examine answers /verify. What is sent is bounded by the largest letter.
func examine(b Examiner) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		what, err := io.ReadAll(http.MaxBytesReader(w, q.Body, letter.MaxBytes+1))
		var tooLarge *http.MaxBytesError
		if err != nil && !errors.As(err, &tooLarge) {
			reply(w, nil, &abri.Error{Code: abri.CodeInvalid, What: "the request could not be read", Err: err})
			return
		}
		var o letter.Opinion
		if q.Header.Get("Content-Type") == asLink {
			o, err = b.ExamineLink(q.Context(), string(what[:min(len(what), maxLink)]))
		} else {
			o, err = b.ExamineLetter(q.Context(), what)
		}
		reply(w, o, err)
	}
}

// maxLink is more than any browser follows, in bytes.
const maxLink = 64 << 10

// sent sends what to the box as it stands, and reads the answer.
func sent[T any](ctx context.Context, c *Client, path, contentType string, what io.Reader) (T, error) {
	var out T
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://box"+path, what)
	if err != nil {
		return out, err
	}
	q.Header.Set("Content-Type", contentType)
	a, err := c.http.Do(q)
	if err != nil {
		return out, c.unreachable(err)
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusOK {
		var f fault
		if err := json.NewDecoder(a.Body).Decode(&f); err != nil {
			return out, &abri.Error{Code: abri.CodeInternal, What: "the box answered " + a.Status}
		}
		return out, &abri.Error{Code: f.Code, What: f.What, Remedy: f.Remedy}
	}
	return out, json.NewDecoder(a.Body).Decode(&out)
}

package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"abri.example/abri"
	"abri.example/abri/asset"
)

// Problem is why there is no answer (RFC 9457), with our code for machines.
type Problem struct {
	Type   string    `json:"type" doc:"Always about:blank: the code tells problems apart." example:"about:blank"`
	Title  string    `json:"title" doc:"What the status means." example:"Not Found"`
	Status int       `json:"status" example:"404"`
	Code   abri.Code `json:"code" enum:"invalid,not-found,refused,unsupported,unavailable,damaged,full,internal" doc:"For machines."`
	Detail string    `json:"detail" doc:"A sentence that a person can act on." example:"there is no site 42999"`
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the status of HTTP.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType says that it is a problem.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// speakProblems has the library say what it finds wrong by itself in the same form. That is a setting of the whole
// program, which has one such interface.
var speakProblems = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		for _, err := range errs {
			if err != nil {
				message += ": " + err.Error()
			}
		}
		return problem(status, codeOf(status), message)
	}
})

func problem(status int, code abri.Code, detail string) *Problem {
	return &Problem{"about:blank", http.StatusText(status), status, code, detail}
}

func codeOf(status int) abri.Code {
	switch {
	case status == http.StatusNotFound:
		return abri.CodeNotFound
	case status == http.StatusTooManyRequests:
		return abri.CodeFull
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return abri.CodeRefused
	case status >= 500:
		return abri.CodeInternal
	}
	return abri.CodeInvalid
}

// problem is an error of the rooms below as a program is told it. What is a fault of ours is logged, and not told.
func (a *api) problem(ctx context.Context, err error) error {
	code := abri.CodeOf(err)
	status, ok := map[abri.Code]int{abri.CodeInvalid: http.StatusBadRequest, abri.CodeNotFound: http.StatusNotFound, abri.CodeRefused: http.StatusForbidden}[code]
	if ok {
		return problem(status, code, err.Error())
	}
	if ctx.Err() == nil {
		a.Log.Error("a program is not answered", "code", code, "err", err)
	}
	return problem(http.StatusServiceUnavailable, abri.CodeUnavailable, "the observatory does not answer as it should: try again in a minute")
}

// refuse answers a request that does not come so far as an operation.
func (a *api) refuse(c huma.Context, status int, code abri.Code, detail string) {
	switch status {
	case http.StatusUnauthorized:
		c.SetHeader("WWW-Authenticate", `Bearer realm="abri"`)
	case http.StatusTooManyRequests:
		c.SetHeader("Retry-After", "1")
	}
	p := problem(status, code, detail)
	c.SetHeader("Content-Type", p.ContentType(""))
	c.SetStatus(status)
	_ = a.huma.Marshal(c.BodyWriter(), "application/json", p) // the program may have gone
}

// lost answers for what is no operation.
func (a *api) lost(w http.ResponseWriter, _ *http.Request) {
	p := problem(http.StatusNotFound, abri.CodeNotFound, "there is no such operation: see "+Prefix+"/")
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = a.huma.Marshal(w, "application/json", p)
}

func harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asset.Harden(w.Header(), "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		next.ServeHTTP(w, r)
	})
}

// tagged gives what is read a mark of its content (RFC 9110, ETag), so that who has it already is told only that.
func tagged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		held := &held{ResponseWriter: w}
		next.ServeHTTP(held, r)
		if held.status == 0 || held.status == http.StatusOK {
			sum := sha256.Sum256(held.body.Bytes())
			tag := `"` + hex.EncodeToString(sum[:12]) + `"`
			w.Header().Set("ETag", tag)
			w.Header().Set("Cache-Control", "private, no-cache")
			if r.Header.Get("If-None-Match") == tag {
				w.Header().Del("Content-Type")
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		w.WriteHeader(max(held.status, http.StatusOK))
		_, _ = w.Write(held.body.Bytes())
	})
}

// held is an answer that is not sent yet. Lists are bounded, and so is it.
type held struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *held) WriteHeader(status int)      { h.status = status }
func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }

package shelf

import (
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"abri.example/abri/feed/fetch"
)

// faults are what a publisher may do instead of sending a list, and the word by which the reason is known.
var faults = []struct {
	name, says string
	answer     http.HandlerFunc
}{
	{"a web page instead of a list", "a web page", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "\n<!doctype html>\n<title>Portail captif</title>\n")
	}},
	{"a redirect loop", "redirects", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }},
	{"a body of 2 GB", "longer than", func(w http.ResponseWriter, _ *http.Request) {
		block := bytes.Repeat([]byte("62.210.1.2\n"), 6000)
		for range 2 << 30 / len(block) {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}},
	{"a gzip bomb", "times its size", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 64 {
			_, _ = z.Write(zeros)
		}
		_ = z.Close()
	}},
	{"an endless line", "too long", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("62.210.1.2 ", 1<<20))
	}},
	{"invalid UTF-8", "not a", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(bytes.Repeat([]byte("\xff\xc0\xfe.\xff\n"), 2000))
	}},
	{"an error page", "503", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "down", http.StatusServiceUnavailable) }},
	{"a line that breaks off", "cannot be fetched", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		_, _ = io.WriteString(w, "62.210.1.2\n")
	}},
}

// Whatever a publisher does, the last good list stays, and the reason is noted for whoever asks.
func TestTheLastGoodListOutlivesEveryFault(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, entries(1000)) }
	web := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r) }))
	defer web.Close()
	limits := fetch.Limits{Size: 16 << 20, Ratio: 100, Time: time.Minute}
	client, err := fetch.New(fetch.Options{Limits: limits, Roots: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})})
	if err != nil {
		t.Fatal(err)
	}
	src := attackers
	src.URL = web.URL
	s, now := open(t), monday
	ask := func(g Getter, name, says string) {
		t.Helper()
		now = now.Add(time.Hour)
		if changed, err := s.Refresh(t.Context(), g, src, now); err == nil || changed {
			t.Errorf("%s: changed %v, %v", name, changed, err)
		}
		l, st, err := s.Read(src, now)
		if err != nil || l.Len() != 1000 {
			t.Fatalf("%s: the last good list is gone: %v", name, err)
		}
		if !strings.Contains(st.Trouble, says) || st.Failures == 0 {
			t.Errorf("%s: noted as %q, want %q", name, st.Trouble, says)
		}
	}
	if changed, err := s.Refresh(t.Context(), client, src, now); !changed || err != nil {
		t.Fatal(changed, err)
	}
	for _, f := range faults {
		answer = f.answer
		ask(client, f.name, f.says)
	}
	stranger, err := fetch.New(fetch.Options{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	ask(stranger, "a certificate gone bad", "certificate")
	answer = func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, entries(1001)) }
	if changed, err := s.Refresh(t.Context(), client, src, now.Add(time.Hour)); !changed || err != nil {
		t.Error("a publisher who is well again is not believed:", err)
	}
}

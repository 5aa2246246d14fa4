package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"abri.example/abri"
)

const list = "62.210.1.2\n62.210.1.3\n"

func gzipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

func zstded(text string) []byte {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

// packed answers with a body in an encoding.
func packed(body []byte, encoding string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if encoding != "" {
			w.Header().Set("Content-Encoding", encoding)
		}
		_, _ = w.Write(body)
	}
}

// faulty is a publisher with every fault that was thought of, one a path.
func faulty(done <-chan struct{}) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/good", packed([]byte(list), ""))
	mux.HandleFunc("/gzip", packed(gzipped(list), "gzip"))
	mux.HandleFunc("/zstd", packed(zstded(list), "zstd"))
	mux.HandleFunc("/list.gz", packed(gzipped(list), ""))
	mux.HandleFunc("/list.zst", packed(zstded(list), ""))
	mux.HandleFunc("/brotli", packed([]byte("x"), "br"))
	mux.HandleFunc("/cut.gz", packed(gzipped(list)[:20], "gzip"))
	mux.HandleFunc("/nogzip", packed([]byte(list), "gzip"))
	mux.HandleFunc("/bomb.gz", packed(gzipped(strings.Repeat("0", 64<<20)), "gzip"))
	mux.HandleFunc("/bomb.zst", packed(zstded(strings.Repeat("0", 64<<20)), "zstd"))
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/good", http.StatusMovedPermanently)
	})
	mux.HandleFunc("/downgrade", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.Host+"/good", http.StatusFound)
	})
	mux.HandleFunc("/gone", http.NotFound)
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, r *http.Request) { // 2 GB, were it read
		line := bytes.Repeat([]byte("62.210.1.2\n"), 6000)
		for range 2 << 30 / len(line) {
			if _, err := w.Write(line); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/hang", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "62.210.1.2\n")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-done:
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("/tagged", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Thu, 05 Mar 2026 10:00:00 GMT")
		if r.Header.Get("If-None-Match") == `"v1"` || r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, list)
	})
	return mux
}

// publisher starts a faulty server with TLS, and a client that trusts it.
func publisher(t *testing.T, limits Limits) (*httptest.Server, *Client) {
	t.Helper()
	done := make(chan struct{})
	s := httptest.NewTLSServer(faulty(done))
	t.Cleanup(func() { close(done); s.Close() })
	c, err := New(Options{Agent: "abri/test", Limits: limits, Roots: certificate(s)})
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func certificate(s *httptest.Server) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

var small = Limits{Size: 32 << 20, Ratio: 100, Time: time.Minute}

func TestWhatIsFetched(t *testing.T) {
	s, c := publisher(t, small)
	for _, path := range []string{"/good", "/gzip", "/zstd", "/list.gz", "/list.zst", "/moved", "/tagged"} {
		var out strings.Builder
		if _, err := c.Get(t.Context(), Request{URL: s.URL + path}, &out); err != nil || out.String() != list {
			t.Errorf("%s: %q, %v", path, out.String(), err)
		}
	}
}

func TestFaultsOfAPublisher(t *testing.T) {
	s, c := publisher(t, small)
	for _, f := range []struct {
		path string
		code abri.Code
		says string
	}{
		{"/loop", abri.CodeUnavailable, "redirects"},
		{"/downgrade", abri.CodeInvalid, "without TLS"},
		{"/gone", abri.CodeUnavailable, "404"},
		{"/brotli", abri.CodeUnavailable, "br"},
		{"/cut.gz", abri.CodeUnavailable, "EOF"},
		{"/nogzip", abri.CodeUnavailable, "not gzip"},
		{"/huge", abri.CodeRefused, "longer than 32 MB"},
		{"/bomb.gz", abri.CodeRefused, "100 times"},
		{"/bomb.zst", abri.CodeRefused, "times"},
	} {
		_, err := c.Get(t.Context(), Request{URL: s.URL + f.path}, io.Discard)
		if abri.CodeOf(err) != f.code || !strings.Contains(err.Error(), f.says) || !strings.Contains(err.Error(), s.URL+f.path) {
			t.Errorf("%s: %v, want %s and %q", f.path, err, f.code, f.says)
		}
	}
}

func TestAPublisherThatHangs(t *testing.T) {
	s, c := publisher(t, Limits{Size: 1 << 20, Ratio: 100, Time: 200 * time.Millisecond})
	_, err := c.Get(t.Context(), Request{URL: s.URL + "/hang"}, io.Discard)
	if abri.CodeOf(err) != abri.CodeUnavailable || !strings.Contains(err.Error(), "not done within") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ctx, Request{URL: s.URL + "/hang"}, io.Discard); err == nil {
		t.Error("a cancelled request succeeds")
	}
}

func TestOnlyWhatChangedIsFetched(t *testing.T) {
	s, c := publisher(t, small)
	first, err := c.Get(t.Context(), Request{URL: s.URL + "/tagged"}, io.Discard)
	if err != nil || first.ETag != `"v1"` || first.Modified == "" || first.Unchanged {
		t.Fatalf("%+v, %v", first, err)
	}
	for _, r := range []Request{{ETag: first.ETag}, {Modified: first.Modified}} {
		r.URL = s.URL + "/tagged"
		var out strings.Builder
		again, err := c.Get(t.Context(), r, &out)
		if err != nil || !again.Unchanged || out.Len() > 0 || again.ETag != r.ETag || again.Modified != r.Modified {
			t.Errorf("%+v, %v, %q", again, err, out.String())
		}
	}
}

func TestAPublisherThatAsksForTime(t *testing.T) {
	s, c := publisher(t, small)
	a, err := c.Get(t.Context(), Request{URL: s.URL + "/busy"}, io.Discard)
	if abri.CodeOf(err) != abri.CodeUnavailable || a.After != 2*time.Minute {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestCertificates(t *testing.T) {
	s, _ := publisher(t, small)
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), Request{URL: s.URL + "/good"}, io.Discard); abri.CodeOf(err) != abri.CodeUnavailable || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown certificate: %v", err)
	}
	if _, err := New(Options{Roots: []byte("nonsense")}); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("%v", err)
	}
}

func TestPlainHTTPNeedsAWord(t *testing.T) {
	s := httptest.NewServer(faulty(nil))
	defer s.Close()
	c, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), Request{URL: s.URL + "/good"}, io.Discard); abri.CodeOf(err) != abri.CodeInvalid {
		t.Errorf("without the word: %v", err)
	}
	if _, err := c.Get(t.Context(), Request{URL: s.URL + "/good", Plain: true}, io.Discard); err != nil {
		t.Error(err)
	}
	for _, u := range []string{"file:///etc/passwd", "ftp://x/y", "https://", "::"} {
		if _, err := c.Get(t.Context(), Request{URL: u, Plain: true}, io.Discard); abri.CodeOf(err) != abri.CodeInvalid {
			t.Errorf("%s: %v", u, err)
		}
	}
}

func TestAProxyIsUsed(t *testing.T) {
	asked := ""
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		_, _ = io.WriteString(w, list)
	}))
	defer proxy.Close()
	u, _ := url.Parse(proxy.URL)
	c, err := New(Options{Proxy: u})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), Request{URL: "http://lists.example.org/x", Plain: true}, io.Discard); err != nil || asked != "http://lists.example.org/x" {
		t.Errorf("the proxy was asked for %q, %v", asked, err)
	}
}

package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"abri.example/abri"
)

var routes = []string{"/", "/fragment", "/events", "/pourquoi", "/aide", "/api/weather", "/healthz", "/static/page.css", "/nowhere"}

func TestOnlyReadingIsAllowed(t *testing.T) {
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	for _, path := range routes {
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"} {
			w := ask(t, hall, method, path)
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, Allow %q", method, path, w.Code, w.Header().Get("Allow"))
			}
		}
		if w := ask(t, hall, "HEAD", path); w.Code != 200 && path != "/nowhere" {
			t.Errorf("HEAD %s: %d", path, w.Code)
		}
	}
	if w := ask(t, hall, "GET", "/nowhere"); w.Code != 404 || !strings.Contains(w.Body.String(), "existe pas") {
		t.Errorf("an unknown page: %d", w.Code)
	}
	if w := ask(t, hall, "GET", "/static/../web.go"); w.Code == 200 {
		t.Error("a file outside static/ is served")
	}
}

func TestOnlyKnownHostsAreAnswered(t *testing.T) {
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	for host, want := range map[string]int{
		"192.168.1.2": 200, "192.168.1.2:8080": 200, "[fd00::1]:8080": 200, "[fd00::1]": 200, "localhost:8080": 200,
		"LOCALHOST": 200, "abri.mairie.lan": 200, "ABRI.mairie.lan.:80": 200,
		"evil.example": 421, "abri.mairie.lan.evil.example": 421, "192.168.1.2.nip.io": 421, "": 421, "localhost.evil.example": 421,
		"[evil]": 421, "2130706433": 421, "abri": 421,
	} {
		if w := ask(t, hall, "GET", "/", "Host", host); w.Code != want {
			t.Errorf("host %q: %d, want %d", host, w.Code, want)
		}
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	for _, path := range routes {
		for _, host := range []string{"localhost", "evil.example"} {
			h := ask(t, hall, "HEAD", path, "Host", host).Header()
			csp := h.Get("Content-Security-Policy")
			for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'"} {
				if !strings.Contains(csp, want) {
					t.Errorf("%s: the policy lacks %s", path, want)
				}
			}
			if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") || strings.Contains(csp, "*") {
				t.Errorf("%s: the policy is loose: %s", path, csp)
			}
			if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s: nosniff or no-referrer is missing", path)
			}
		}
	}
}

var (
	inlineStyle  = regexp.MustCompile(`(?i)\sstyle\s*=|<style`)
	inlineScript = regexp.MustCompile(`(?i)<script[^>]*>[^<]|\son[a-z]+\s*=\s*"|javascript:`)
	loadedURL    = regexp.MustCompile(`(?i)(?:src|<link[^>]+href|xlink:href|action)="([^"]*)"`)
)

func TestPagesHoldNothingInlineAndLoadNothingFromOutside(t *testing.T) {
	for _, sky := range append([]abri.Sky{abri.Fog}, abri.Skies...) {
		hall := &townHall{view: under(t, sky, abri.Observe)}
		for _, path := range []string{"/", "/fragment", "/pourquoi", "/aide", "/nowhere"} {
			body := ask(t, hall, "GET", path).Body.String()
			if m := inlineStyle.FindString(body); m != "" {
				t.Errorf("%s: an inline style: %s", path, m)
			}
			if m := inlineScript.FindString(body); m != "" {
				t.Errorf("%s: an inline script: %s", path, m)
			}
			for _, m := range loadedURL.FindAllStringSubmatch(body, -1) {
				if !strings.HasPrefix(m[1], "/static/") && !strings.HasPrefix(m[0], "src=\"/static/") {
					t.Errorf("%s loads %s", path, m[1])
				}
			}
		}
	}
}

func TestStaticFilesAreKeptOnlyUnderTheirMark(t *testing.T) {
	hall := &townHall{view: under(t, abri.Clear, abri.Protect)}
	body := ask(t, hall, "GET", "/").Body.String()
	links := regexp.MustCompile(`/static/[a-z.-]+\?v=[0-9a-f]+`).FindAllString(body, -1)
	if len(links) < 4 {
		t.Fatalf("the page names only %v", links)
	}
	types := map[string]string{"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
	for _, link := range links {
		w := ask(t, hall, "GET", link)
		ext := regexp.MustCompile(`\.([a-z]+)\?`).FindStringSubmatch(link)[1]
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), types[ext]) {
			t.Errorf("%s: %d %s", link, w.Code, w.Header().Get("Content-Type"))
		}
		if !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s is not kept", link)
		}
		if w := ask(t, hall, "GET", link+"0"); strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s is kept under another mark", link)
		}
	}
}

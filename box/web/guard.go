package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"abri.example/abri/asset"
)

// guard lets through requests that name this box, and puts the security headers on every answer. Only what stands in
// forms may be sent to, and only by a page of ours (http.CrossOriginProtection: Sec-Fetch-Site, else Origin).
func guard(names []string, forms map[string]http.HandlerFunc, next http.Handler) http.Handler {
	var origin http.CrossOriginProtection
	known := map[string]bool{"localhost": true}
	for _, n := range names {
		known[bareHost(n)] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asset.Harden(w.Header(), asset.PagePolicy)
		w.Header().Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		form := forms[r.URL.Path]
		sent := r.Method == http.MethodPost && form != nil
		if r.Method != http.MethodGet && r.Method != http.MethodHead && !sent {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "this page is only read: use GET or HEAD", http.StatusMethodNotAllowed)
			return
		}
		if !knownHost(known, r.Host) {
			// DNS rebinding: a hostile page gives its own name our address, and would read us as itself.
			http.Error(w, "unknown host name: open the box by its IP address, or add the name to its configuration",
				http.StatusMisdirectedRequest)
			return
		}
		if !sent {
			next.ServeHTTP(w, r)
			return
		}
		if err := origin.Check(r); err != nil {
			http.Error(w, "this was sent by a page of somebody else: open the box's own page and try again", http.StatusForbidden)
			return
		}
		form(w, r)
	})
}

// knownHost reports whether a request's host is an IP address or one of the known names.
func knownHost(known map[string]bool, host string) bool {
	bare := bareHost(host)
	if _, err := netip.ParseAddr(bare); err == nil {
		return true
	}
	return known[bare]
}

// bareHost is a host without port, brackets, closing point or capitals.
func bareHost(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

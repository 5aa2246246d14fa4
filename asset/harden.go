package asset

import "net/http"

// PagePolicy is the Content-Security-Policy of pages (W3C CSP level 3): nothing but our own files, no inline script or
// style, no frame; forms go to where the page is from only.
const PagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Harden puts the security headers on an answer, with a Content-Security-Policy of its own: nobody frames it, guesses what
// it is, keeps it, or learns from it where somebody was.
func Harden(h http.Header, policy string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

package web

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"time"

	"abri.example/abri"
	"abri.example/abri/wording"
)

// Settings of the ledger that are the pages' own: the hash of the first link, and when it was opened.
const (
	KeyFirst         = "administrator.first"
	KeyAdministrator = "administrator.opened"
)

// HashOf is how the secret of a link is kept.
func HashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

const cookie = "__Host-abri"

// first opens the session of the first administrator, once.
func (h *house) first(w http.ResponseWriter, r *http.Request) {
	taken, err := h.ledger.Forget(r.Context(), KeyFirst, HashOf(r.URL.Query().Get("cle")))
	if err == nil && taken {
		err = h.ledger.Remember(r.Context(), KeyAdministrator, h.Now().UTC().Format(time.RFC3339))
	}
	if err != nil || !taken {
		h.say(w, r, http.StatusForbidden, "first.used")
		return
	}
	h.mu.Lock()
	h.session = rand.Text()
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: h.session, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	h.mu.Unlock()
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// signedIn lets only those who are signed in read a page.
func (h *house) signedIn(page http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie(cookie)
		h.mu.Lock()
		in := err == nil && h.session != "" && subtle.ConstantTimeCompare([]byte(c.Value), []byte(h.session)) == 1
		h.mu.Unlock()
		if !in {
			h.say(w, r, http.StatusForbidden, "first.open")
			return
		}
		page(w, r)
	}
}

// say draws a page that says one thing.
func (h *house) say(w http.ResponseWriter, r *http.Request, status int, key string) {
	p := h.page(r, "")
	p.Title, p.Message = words{p.Lang}.say("title"), words{p.Lang}.say(key)
	h.draw(w, r, "message", status, p)
}

// fault draws why there is no page, and logs what is behind it.
func (h *house) fault(w http.ResponseWriter, r *http.Request, err error) {
	switch abri.CodeOf(err) {
	case abri.CodeInvalid:
		h.say(w, r, http.StatusBadRequest, "fault.invalid")
	case abri.CodeNotFound:
		h.say(w, r, http.StatusNotFound, "fault.lost")
	default:
		if r.Context().Err() == nil {
			h.Log.Error("page", "path", r.URL.Path, "code", abri.CodeOf(err), "err", err)
		}
		h.say(w, r, http.StatusServiceUnavailable, "fault.database")
	}
}

// page is what every page begins with.
func (h *house) page(r *http.Request, path string) page {
	lang := wording.Language(r, abri.French)
	return page{Lang: lang, Other: wording.Other(lang), Path: path, AsOf: instantOf(h.Now(), h.Now().In(h.Location), lang)}
}

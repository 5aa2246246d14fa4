package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"abri.example/abri"
	"abri.example/abri/box/session"
	"abri.example/abri/wording"
)

// sessionCookie holds the word that proves a session.
const sessionCookie = "session"

// maxForm is the most bytes of a sent form.
const maxForm = 16 << 10

// who is the person behind a request, if one is signed in.
func (h *house) who(r *http.Request) (session.Session, bool) {
	c, err := r.Cookie(sessionCookie)
	if err != nil || h.options.Sessions == nil || h.options.Clock == nil {
		return session.Session{}, false
	}
	return h.options.Sessions.Who(c.Value, h.options.Clock())
}

// door answers /entrer: the question whether to use the code of the address, or where to get one. Reading it uses no
// code: mail programs and browsers follow addresses before a person does.
func (h *house) door(w http.ResponseWriter, r *http.Request) { h.showDoor(w, r, http.StatusOK, false) }

func (h *house) showDoor(w http.ResponseWriter, r *http.Request, status int, refused bool) {
	wording.Remember(w, r)
	lang := wording.Language(r, abri.French)
	_, in := h.who(r)
	h.draw(w, r, "door", status, page{Lang: lang, Other: wording.Other(lang), Path: "/entrer", Title: words{lang}.say("door"),
		SignedIn: in, Code: r.URL.Query().Get("code"), Refused: refused, Then: then(r)})
}

// then is the page that somebody wanted before the door was shown: a path of these pages, or "".
func then(r *http.Request) string {
	if r.Method != http.MethodPost && r.URL.Path != "/entrer" {
		return r.URL.RequestURI()
	}
	word := r.PostFormValue("then")
	if u, err := url.Parse(word); err != nil || u.Scheme+u.Host != "" || !strings.HasPrefix(word, "/") || strings.Contains(word, "\\") {
		return ""
	}
	return word
}

// enter opens a session with the code of the form, and goes on to the page that was wanted, else to the weather.
func (h *house) enter(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if h.options.Sessions == nil || h.options.Clock == nil {
		h.showDoor(w, r, http.StatusForbidden, true)
		return
	}
	word, err := h.options.Sessions.Enter(r.PostFormValue("code"), h.options.Clock())
	if err != nil {
		h.options.Log.Warn("a sign-in was refused", "code", abri.CodeOf(err), "from", r.RemoteAddr)
		h.showDoor(w, r, http.StatusForbidden, true)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: word, Path: "/", MaxAge: int(session.Life.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
	http.Redirect(w, r, cmp.Or(then(r), "/"), http.StatusSeeOther)
}

// leave ends the session, and goes on to the weather.
func (h *house) leave(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(sessionCookie); err == nil && h.options.Sessions != nil {
		h.options.Sessions.Leave(c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// signedIn lets only those who are signed in send a form; everybody else is shown the door.
func (h *house) signedIn(do func(w http.ResponseWriter, r *http.Request, who session.Session)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		who, in := h.who(r)
		if !in {
			h.showDoor(w, r, http.StatusForbidden, false)
			return
		}
		do(w, r, who)
	}
}

package web

import (
	"net"
	"net/http"

	"abri.example/abri"
	"abri.example/abri/observatory/signin"
)

// cookie holds a session's word. Its prefix has browsers take it from this host alone, by https, for all paths.
const cookie = "__Host-abri"

// who is the person behind a request; nobody when there is no session, or it is over.
func (h *house) who(r *http.Request) (signin.In, error) {
	c, err := r.Cookie(cookie)
	if err != nil {
		return signin.In{}, nil
	}
	in, err := h.Door.Who(r.Context(), c.Value)
	if abri.CodeOf(err) == abri.CodeNotFound {
		return signin.In{}, nil
	}
	return in, err
}

// originOf is where a request comes from, for people.
func originOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// enter gives the browser a session's word.
func enter(w http.ResponseWriter, word string) {
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: word, Path: "/", MaxAge: int(signin.Life.Seconds()), Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}

// first opens the session of the first administrator by the link that was printed, once.
func (h *house) first(w http.ResponseWriter, r *http.Request, _ *visitor) {
	word, _, err := h.Door.ByLink(r.Context(), r.URL.Query().Get("cle"), originOf(r))
	if err != nil {
		h.refuseDoor(w, r, err)
		return
	}
	enter(w, word)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// refuseDoor tells who did not come in why, as far as it helps him.
func (h *house) refuseDoor(w http.ResponseWriter, r *http.Request, err error) {
	switch abri.CodeOf(err) {
	case abri.CodeFull:
		h.showDoor(w, r, http.StatusTooManyRequests, "door.many")
	case abri.CodeRefused, abri.CodeNotFound, abri.CodeInvalid:
		h.showDoor(w, r, http.StatusForbidden, "door.refused")
	default:
		h.fault(w, r, err)
	}
}

// refuseOpenID is the same for who comes from the provider, or could not be sent there.
func (h *house) refuseOpenID(w http.ResponseWriter, r *http.Request, err error) {
	switch abri.CodeOf(err) {
	case abri.CodeUnavailable, abri.CodeUnsupported:
		h.Log.Warn("OpenID", "code", abri.CodeOf(err), "err", err)
		h.showDoor(w, r, http.StatusServiceUnavailable, "door.away")
	case abri.CodeRefused, abri.CodeNotFound:
		h.Log.Info("OpenID", "code", abri.CodeOf(err), "err", err)
		h.showDoor(w, r, http.StatusForbidden, "door.stranger")
	default:
		h.refuseDoor(w, r, err)
	}
}

// showDoor draws the page to sign in at, with what went wrong.
func (h *house) showDoor(w http.ResponseWriter, r *http.Request, status int, wrong string) {
	p := h.page(r, "/entrer")
	words := words{p.Lang}
	p.Title = words.say("door.title")
	if wrong != "" {
		p.Message = words.say(wrong)
	}
	if h.Door.OpenID != nil {
		p.OpenID = h.Door.OpenID.Name
	}
	h.draw(w, r, "door", status, p)
}

// leave ends the session.
func (h *house) leave(w http.ResponseWriter, r *http.Request, v *visitor) {
	if err := h.Door.Leave(r.Context(), v.In); err != nil {
		h.fault(w, r, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookie, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, "/entrer", http.StatusSeeOther)
}

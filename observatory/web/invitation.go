package web

import "net/http"

// invitation answers the link of somebody who was invited: a page with a button. Reading it uses nothing up, since mail
// programs and browsers follow addresses before a person does.
func (h *house) invitation(w http.ResponseWriter, r *http.Request, _ *visitor) {
	p := h.page(r, "/invitation")
	p.Title, p.Secret = words{p.Lang}.say("invitation.title"), r.URL.Query().Get("cle")
	h.draw(w, r, "invitation", http.StatusOK, p)
}

// accept opens the session, and goes to where one makes a passkey.
func (h *house) accept(w http.ResponseWriter, r *http.Request, _ *visitor) {
	word, _, err := h.Door.ByLink(r.Context(), r.PostFormValue("cle"), originOf(r))
	if err != nil {
		h.refuseDoor(w, r, err)
		return
	}
	enter(w, word)
	http.Redirect(w, r, "/moi", http.StatusSeeOther)
}

// door answers /entrer.
func (h *house) door(w http.ResponseWriter, r *http.Request, _ *visitor) {
	h.showDoor(w, r, http.StatusOK, "")
}

// byRecovery takes a recovery code, and goes to where one makes another.
func (h *house) byRecovery(w http.ResponseWriter, r *http.Request, _ *visitor) {
	word, _, err := h.Door.ByRecovery(r.Context(), r.PostFormValue("code"), originOf(r))
	if err != nil {
		h.refuseDoor(w, r, err)
		return
	}
	enter(w, word)
	http.Redirect(w, r, "/moi", http.StatusSeeOther)
}

// askOpenID sends somebody to the OpenID provider.
func (h *house) askOpenID(w http.ResponseWriter, r *http.Request, _ *visitor) {
	address, secret, err := h.Door.AskOpenID(r.Context(), originOf(r))
	if err != nil {
		h.refuseOpenID(w, r, err)
		return
	}
	keep(w, goneCookie, secret, http.SameSiteLaxMode)
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// byOpenID answers who comes back: a page that goes on by itself, for a browser does not send our cookie along a way that
// began on somebody else's page.
func (h *house) byOpenID(w http.ResponseWriter, r *http.Request, _ *visitor) {
	q := r.URL.Query()
	word, _, err := h.Door.ByOpenID(r.Context(), kept(w, r, goneCookie), q.Get("state"), q.Get("code"), originOf(r))
	if err != nil {
		h.refuseOpenID(w, r, err)
		return
	}
	enter(w, word)
	p := h.page(r, "")
	p.Title = words{p.Lang}.say("door.in")
	h.draw(w, r, "in", http.StatusOK, p)
}

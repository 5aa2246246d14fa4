package web

import (
	"context"
	"net/http"

	"abri.example/abri"
	"abri.example/abri/box/liaison"
	"abri.example/abri/box/session"
	"abri.example/abri/wording"
)

// Members is what the page of the observatory asks of the box. It must be safe for concurrent use.
type Members interface {
	// Membership is how the box stands with its observatory, as `abri enrol` says it.
	Membership(ctx context.Context) (liaison.State, error)
}

// memberView is the page, in words. Fault is a key of the phrases, Detail its sentence for the technician.
type memberView struct {
	liaison.State
	Invitation    string // of the page's address, to be sent by a person
	Told          instant
	Waiting       string
	Trouble       string
	Fault, Detail string
}

// observatory answers with how the box stands with its observatory. An invitation in the address fills the form, and is
// not used by reading: mail programs and cameras follow addresses before a person does.
func (h *house) observatory(w http.ResponseWriter, r *http.Request, _ session.Session) {
	h.showObservatory(w, r, http.StatusOK, memberView{Invitation: r.URL.Query().Get("invitation")})
}

func (h *house) showObservatory(w http.ResponseWriter, r *http.Request, status int, m memberView) {
	if h.options.Members == nil {
		h.notFound(w, r)
		return
	}
	v, err := h.site.View(r.Context())
	if err == nil {
		m.State, err = h.options.Members.Membership(r.Context())
	}
	if err != nil {
		h.complain(r.Context(), err)
		v, status = blind(), http.StatusServiceUnavailable
	}
	wording.Remember(w, r)
	words := words{wording.Language(r, v.Language)}
	p := pageOf(v, words, "/observatoire")
	p.SignedIn, p.Title = true, words.say("member")
	m.Told, m.Trouble = dated(m.State.Told, v.Now.In(v.place()), words), m.State.Trouble
	m.Waiting = wording.Number(uint64(max(0, m.State.Waiting)), words.lang)
	p.Member = &m
	h.draw(w, r, "observatory", status, p)
}

// enrol answers « Rejoindre »: the same way as `abri enrol INVITATION`.
func (h *house) enrol(w http.ResponseWriter, r *http.Request, who session.Session) {
	word := r.PostFormValue("invitation")
	h.joined(w, r, memberView{Invitation: word}, func() error { return h.options.Hands.Enrol(r.Context(), who.By, word) })
}

// quit answers « Quitter cet observatoire ».
func (h *house) quit(w http.ResponseWriter, r *http.Request, who session.Session) {
	h.joined(w, r, memberView{}, func() error { return h.options.Hands.Quit(r.Context(), who.By) })
}

// joined does what was asked on the page of the observatory, and shows how the box stands then.
func (h *house) joined(w http.ResponseWriter, r *http.Request, m memberView, what func() error) {
	if h.options.Hands == nil {
		h.notFound(w, r)
		return
	}
	err := what()
	if err == nil {
		http.Redirect(w, r, "/observatoire", http.StatusSeeOther)
		return
	}
	h.complain(r.Context(), err)
	status := http.StatusUnprocessableEntity
	m.Detail = err.Error()
	switch abri.CodeOf(err) {
	case abri.CodeInvalid:
		m.Fault = "member.malformed"
	case abri.CodeRefused:
		m.Fault = "member.refused"
	case abri.CodeUnavailable:
		m.Fault, status = "member.unreached", http.StatusServiceUnavailable
	default:
		m.Fault = "member.failed"
	}
	h.showObservatory(w, r, status, m)
}

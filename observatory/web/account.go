package web

import (
	"encoding/hex"
	"net/http"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
)

// account is what somebody has to sign in with, and where he is signed in.
type account struct {
	Role     string
	Passkeys []passkeyRow
	Sessions []sessionRow
	Printed  bool   // there is a recovery code
	Code     string // that was just made: it is shown this once
	Alone    bool   // he came by a link, and could not come again
}

type passkeyRow struct {
	ID, Name   string
	Made, Used instant
}

type sessionRow struct {
	ID, From, Means string
	Since, Seen     instant
	This            bool
}

// mine answers /moi.
func (h *house) mine(w http.ResponseWriter, r *http.Request, v *visitor) {
	h.showMine(w, r, v, "", nil)
}

func (h *house) showMine(w http.ResponseWriter, r *http.Request, v *visitor, code string, wrong error) {
	p := h.page(r, "/moi")
	words, now := words{p.Lang}, h.Now().In(h.Location)
	p.Title = words.say("mine.title")
	a := &account{Role: words.say("role." + string(v.Role)), Code: code}
	keys, err := h.ledger.Passkeys(r.Context(), v.ID)
	var sessions []ledger.Session
	if err == nil {
		sessions, err = h.ledger.SessionsOf(r.Context(), v.ID)
	}
	if err == nil {
		a.Printed, err = h.ledger.HasRecovery(r.Context(), v.ID)
	}
	if err != nil {
		h.fault(w, r, err)
		return
	}
	for _, k := range keys {
		a.Passkeys = append(a.Passkeys, passkeyRow{hex.EncodeToString(k.ID), k.Name, instantOf(k.Made, now, p.Lang), instantOf(k.Used, now, p.Lang)})
	}
	for _, s := range sessions {
		a.Sessions = append(a.Sessions, sessionRow{hex.EncodeToString(s.Digest[:]), s.Origin, words.say("means." + string(s.Means)),
			instantOf(s.Since, now, p.Lang), instantOf(s.Seen, now, p.Lang), s.Digest == v.Session.Digest})
	}
	a.Alone = len(keys) == 0 && !a.Printed && v.Subject == ""
	p.Account = a
	h.draw(w, r, "account", p.wrong(wrong), p)
}

// newRecovery makes a recovery code and shows it, once.
func (h *house) newRecovery(w http.ResponseWriter, r *http.Request, v *visitor) {
	code, err := h.Door.NewRecovery(r.Context(), v.ID)
	h.showMine(w, r, v, code, err)
}

func (h *house) removePasskey(w http.ResponseWriter, r *http.Request, v *visitor) {
	id, err := hex.DecodeString(r.PostFormValue("clef"))
	if err == nil && len(id) > 0 {
		err = h.ledger.RemovePasskey(r.Context(), v.ID, id)
	} else {
		err = &abri.Error{Code: abri.CodeInvalid, What: "this is no passkey"}
	}
	h.backOr(w, r, "/moi", err, func() { h.showMine(w, r, v, "", err) })
}

// endSession ends one of the person's sessions; of somebody else's there is none under his name.
func (h *house) endSession(w http.ResponseWriter, r *http.Request, v *visitor) {
	id, err := hex.DecodeString(r.PostFormValue("session"))
	if err == nil && len(id) == len(v.Session.Digest) {
		err = h.ledger.EndSession(r.Context(), v.ID, [32]byte(id))
	} else {
		err = &abri.Error{Code: abri.CodeInvalid, What: "this is no session"}
	}
	h.backOr(w, r, "/moi", err, func() { h.showMine(w, r, v, "", err) })
}

// backOr goes back to a page when an act is done, and else shows why not.
func (h *house) backOr(w http.ResponseWriter, r *http.Request, path string, err error, show func()) {
	if err == nil {
		http.Redirect(w, r, path, http.StatusSeeOther)
		return
	}
	show()
}

// wrong puts into a page why an act was not done, and gives its status.
func (p *page) wrong(err error) int {
	if err == nil {
		return http.StatusOK
	}
	p.Detail = err.Error()
	switch abri.CodeOf(err) {
	case abri.CodeInvalid, abri.CodeRefused, abri.CodeNotFound, abri.CodeFull:
		p.Message = words{p.Lang}.say("fault.act")
		return http.StatusUnprocessableEntity
	}
	p.Message, p.Detail = words{p.Lang}.say("fault.database"), ""
	return http.StatusServiceUnavailable
}

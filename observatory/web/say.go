package web

import (
	"net/http"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/signin"
	"abri.example/abri/wording"
)

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
	case abri.CodeRefused:
		h.say(w, r, http.StatusForbidden, "fault.role")
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
	in, _ := r.Context().Value(visitorKey{}).(signin.In)
	return page{Lang: lang, Other: wording.Other(lang), Path: path, AsOf: instantOf(h.Now(), h.Now().In(h.Location), lang),
		Who: in.Name, ByLink: in.Session.Means == ledger.ByLink, MayManage: in.May(people.Manage), MayAudit: in.May(people.Audit), MayRelease: in.May(people.Release),
		MayEnrol: in.May(people.Enrol), MayConfirm: in.May(people.Confirm), MayConnect: in.May(people.Connect)}
}

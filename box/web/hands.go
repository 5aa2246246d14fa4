package web

import (
	"context"
	"net/http"
	"net/netip"

	"abri.example/abri"
	"abri.example/abri/box/session"
	"abri.example/abri/wording"
)

// Hands is what a person who is signed in can have done from a page. Implementations are safe for concurrent use;
// errors are *abri.Error, and their sentence is shown to that person. by goes to the audit log.
type Hands interface {
	// Release lets an address pass from now on, as `abri release` does.
	Release(ctx context.Context, by string, address netip.Addr) error
	// Promote has a rule ban from now on, or with undo observe, as `abri promote` does.
	Promote(ctx context.Context, by string, kind abri.Kind, undo bool) error
	// Enrol asks an observatory to take the box in, as `abri enrol INVITATION` does.
	Enrol(ctx context.Context, by, invitation string) error
	// Quit takes the box out of its observatory, as `abri enrol --leave` does.
	Quit(ctx context.Context, by string) error
	// Isolate cuts a device off, or with undo lets it back, as `abri isolate` does.
	Isolate(ctx context.Context, by, device string, undo bool) error
}

// release answers « Débloquer » beside an attack.
func (h *house) release(w http.ResponseWriter, r *http.Request, who session.Session) {
	address, err := netip.ParseAddr(r.PostFormValue("address"))
	if err != nil || h.options.Hands == nil {
		h.refuse(w, r, &abri.Error{Code: abri.CodeInvalid, What: "this is no address"})
		return
	}
	if err := h.options.Hands.Release(r.Context(), who.By, address.Unmap()); err != nil {
		h.refuse(w, r, err)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// refuse tells the person who asked why it was not done.
func (h *house) refuse(w http.ResponseWriter, r *http.Request, err error) {
	h.complain(r.Context(), err)
	status := http.StatusUnprocessableEntity
	if code := abri.CodeOf(err); code == abri.CodeUnavailable || code == abri.CodeInternal {
		status = http.StatusServiceUnavailable
	}
	lang := wording.Language(r, abri.French)
	h.draw(w, r, "refused", status, page{Lang: lang, Other: wording.Other(lang), Path: "/", Title: words{lang}.say("refused"), SignedIn: true, Fault: err.Error()})
}

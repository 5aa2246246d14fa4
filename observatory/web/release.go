package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/fleet"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// releasing is the page by which an address is let pass, at one site or at all of a group at once.
type releasing struct {
	Address string
	Scopes  []choice
	Spans   []choice
	Done    int // sites at which it was released just now
}

// releaseSpans are how long an address may pass. Boxes take no more than ninety days from afar.
var releaseSpans = []struct {
	word string
	long time.Duration
}{{"heure", time.Hour}, {"jour", 24 * time.Hour}, {"semaine", 7 * 24 * time.Hour}, {"trimestre", 90 * 24 * time.Hour}}

// releasing answers GET /debloquer, with what the address of the page says already.
func (h *house) releasing(w http.ResponseWriter, r *http.Request, v *visitor) {
	h.showReleasing(w, r, v, r.URL.Query().Get("groupe"), &releasing{Address: r.URL.Query().Get("adresse")}, nil)
}

func (h *house) showReleasing(w http.ResponseWriter, r *http.Request, v *visitor, word string, view *releasing, wrong error) {
	at, err := h.lookingAt(r, v)
	if err == nil && word != "" {
		at.Scope, err = v.releaseScope(r, at, word)
	}
	if err != nil {
		h.fault(w, r, err)
		return
	}
	p := h.page(r, "/debloquer")
	words := words{p.Lang}
	p.Title = words.say("nav.release")
	at.everybody = false // at all sites there are, nothing is released at once
	view.Scopes = at.choices(words)
	if at.Site != 0 && !slices.ContainsFunc(at.sites, func(s ledger.Site) bool { return s.Number == at.Site }) {
		s, err := v.Site(r.Context(), at.Site)
		if err != nil {
			h.fault(w, r, err)
			return
		}
		view.Scopes = append(view.Scopes, choice{s.Name, at.word(), true})
	}
	for _, s := range releaseSpans {
		view.Spans = append(view.Spans, choice{words.say("span." + s.word), s.word, s.word == "jour"})
	}
	p.Releasing = view
	h.draw(w, r, "releasing", p.wrong(wrong), p)
}

// release does it: at every site of the scope, or at none.
func (h *house) release(w http.ResponseWriter, r *http.Request, v *visitor) {
	view := &releasing{Address: strings.TrimSpace(r.PostFormValue("adresse"))}
	at, err := h.lookingAt(r, v)
	if err == nil {
		at.Scope, err = v.releaseScope(r, at, r.PostFormValue("groupe"))
	}
	if err != nil {
		h.fault(w, r, err)
		return
	}
	long := time.Duration(0)
	for _, s := range releaseSpans {
		if s.word == r.PostFormValue("duree") {
			long = s.long
		}
	}
	prefix, wrong := fleet.ParsePrefix(view.Address)
	if wrong == nil && long == 0 {
		wrong = &abri.Error{Code: abri.CodeInvalid, What: "for how long"}
	}
	if wrong == nil {
		view.Done, wrong = v.Release(r.Context(), prefix, at.Scope, h.Now(), long)
	}
	h.showReleasing(w, r, v, r.PostFormValue("groupe"), view, wrong)
}

// releaseScope reads a scope of the form: one that may be looked at, or a single site within it.
func (v *visitor) releaseScope(r *http.Request, at looking, word string) (ledger.Scope, error) {
	number, err := strconv.ParseInt(strings.TrimPrefix(word, ofSite), 10, 64)
	if strings.HasPrefix(word, ofSite) && err == nil {
		return ledger.Scope{Site: number}, v.MayAt(r.Context(), people.Read, number)
	}
	return at.scopeOf(word)
}

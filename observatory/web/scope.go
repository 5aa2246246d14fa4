package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/view"
)

// looking is what a page is about: everybody, a group, or one site of who was given sites one by one; the map shows one
// department of it.
type looking struct {
	ledger.Scope
	Department string
	everybody  bool // may be looked at
	mine       bool // all of the visitor's may be looked at together
	groups     []ledger.Group
	sites      []ledger.Site
}

// ofSite begins the word of a site, where groups have their number; ofMine is that of all of the visitor's.
const (
	ofSite = "site-"
	ofMine = "miens"
)

// lookingAt reads the scope of a request: without a word the widest that the visitor sees. CodeNotFound for what is not
// there or not his to see.
func (h *house) lookingAt(r *http.Request, who *visitor) (looking, error) {
	v := looking{Department: r.URL.Query().Get("departement"), everybody: who.SeesAll()}
	var err error
	if v.groups, v.sites, err = who.Places(r.Context()); err != nil {
		return v, err
	}
	if v.mine, err = who.HasMine(r.Context()); err != nil {
		return v, err
	}
	word := r.URL.Query().Get("groupe")
	if word == "" {
		v.Scope, err = who.Home(r.Context())
		return v, err
	}
	v.Scope, err = v.scopeOf(word)
	return v, err
}

// scopeOf reads the word of a scope that the visitor may look at.
func (v looking) scopeOf(word string) (ledger.Scope, error) {
	number, err := strconv.ParseInt(strings.TrimPrefix(word, ofSite), 10, 64)
	switch {
	case word == ofMine && v.mine:
		return view.Mine, nil
	case err != nil:
	case strings.HasPrefix(word, ofSite) && slices.ContainsFunc(v.sites, func(s ledger.Site) bool { return s.Number == number }):
		return ledger.Scope{Site: number}, nil
	case slices.ContainsFunc(v.groups, func(g ledger.Group) bool { return g.Number == number }):
		return ledger.Scope{Group: number}, nil
	}
	return ledger.Scope{}, &abri.Error{Code: abri.CodeNotFound, What: "there is no such group"}
}

// word is the scope as forms and addresses keep it, "" for everybody.
func (v looking) word() string {
	switch {
	case v.Scope == view.Mine:
		return ofMine
	case v.Site != 0:
		return ofSite + strconv.FormatInt(v.Site, 10)
	case v.Group != 0:
		return strconv.FormatInt(v.Group, 10)
	}
	return ""
}

// query is the scope as an address keeps it.
func (v looking) query() string {
	q := url.Values{}
	if w := v.word(); w != "" {
		q.Set("groupe", w)
	}
	if v.Department != "" {
		q.Set("departement", v.Department)
	}
	return q.Encode()
}

// choices are what can be looked at, the widest first.
func (v looking) choices(w words) (out []choice) {
	if v.everybody {
		out = append(out, choice{w.say("scope.all"), "", v.Scope == ledger.Scope{}})
	}
	if v.mine {
		out = append(out, choice{w.say("scope.mine"), ofMine, v.Scope == view.Mine})
	}
	for _, g := range v.groups {
		out = append(out, choice{g.Name, strconv.FormatInt(g.Number, 10), g.Number == v.Group})
	}
	for _, s := range v.sites {
		out = append(out, choice{s.Name, ofSite + strconv.FormatInt(s.Number, 10), s.Number == v.Site})
	}
	return out
}

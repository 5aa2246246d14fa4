package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
)

// looking is whom a page is about: everybody, or a group; the map shows one department of it.
type looking struct {
	ledger.Scope
	Department string
	groups     []ledger.Group
}

// lookingAt reads the scope of a request. CodeNotFound for a group that is not there.
func (h *house) lookingAt(r *http.Request) (looking, error) {
	v := looking{Department: r.URL.Query().Get("departement")}
	var err error
	if v.groups, err = h.ledger.Groups(r.Context()); err != nil {
		return v, err
	}
	word := r.URL.Query().Get("groupe")
	if word == "" {
		return v, nil
	}
	v.Group, err = strconv.ParseInt(word, 10, 64)
	if err != nil || !slices.ContainsFunc(v.groups, func(g ledger.Group) bool { return g.Number == v.Group }) {
		return v, &abri.Error{Code: abri.CodeNotFound, What: "there is no such group"}
	}
	return v, nil
}

// query is the scope as an address keeps it.
func (v looking) query() string {
	q := url.Values{}
	if v.Group != 0 {
		q.Set("groupe", strconv.FormatInt(v.Group, 10))
	}
	if v.Department != "" {
		q.Set("departement", v.Department)
	}
	return q.Encode()
}

// choices are the groups that can be looked at, everybody first.
func (v looking) choices(w words) []choice {
	out := []choice{{w.say("scope.all"), "", v.Group == 0}}
	for _, g := range v.groups {
		out = append(out, choice{g.Name, strconv.FormatInt(g.Number, 10), g.Number == v.Group})
	}
	return out
}

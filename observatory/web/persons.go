package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/signin"
)

// persons is the page of those who may sign in.
type persons struct {
	Rows   []personRow
	Roles  []choice
	Groups []choice
	Link   string // of somebody who was just invited: it is shown this once
	For    string // who that is
}

type personRow struct {
	ID, Name, Mail, Role, Scope, By string
	Invited, Joined                 instant
	Gone                            bool
	Roles, Groups                   []choice
	Sites                           string // as they are written in the form
}

// persons answers /personnes.
func (h *house) persons(w http.ResponseWriter, r *http.Request, v *visitor) {
	h.showPersons(w, r, v, "", "", nil)
}

func (h *house) showPersons(w http.ResponseWriter, r *http.Request, v *visitor, name, secret string, wrong error) {
	p := h.page(r, "/personnes")
	words, now := words{p.Lang}, h.Now().In(h.Location)
	p.Title = words.say("nav.people")
	all, err := h.ledger.People(r.Context())
	var groups []ledger.Group
	if err == nil {
		groups, err = v.Groups(r.Context())
	}
	if err != nil {
		h.fault(w, r, err)
		return
	}
	s := &persons{Roles: rolesOf(people.SiteReader, words), Groups: groupsOf(people.Scope{}, groups), For: name}
	if secret != "" {
		s.Link = h.addressOf(r) + "/invitation?" + url.Values{"cle": {secret}}.Encode()
	}
	for _, x := range all {
		s.Rows = append(s.Rows, personRow{ID: x.ID, Name: x.Name, Mail: x.Mail, Role: words.say("role." + string(x.Role)), Scope: scopeWords(x.Scope, groups), By: x.By,
			Invited: instantOf(x.Invited, now, p.Lang), Joined: instantOf(x.Joined, now, p.Lang), Gone: !x.Revoked.IsZero(),
			Roles: rolesOf(x.Role, words), Groups: groupsOf(x.Scope, groups), Sites: numbers(x.Scope.Sites)})
	}
	p.Persons = s
	h.draw(w, r, "persons", p.wrong(wrong), p)
}

func rolesOf(chosen people.Role, w words) (out []choice) {
	for _, role := range people.Roles {
		out = append(out, choice{w.say("role." + string(role)), string(role), role == chosen})
	}
	return out
}

func groupsOf(s people.Scope, groups []ledger.Group) (out []choice) {
	for _, g := range groups {
		out = append(out, choice{g.Name, strconv.FormatInt(g.Number, 10), slices.Contains(s.Groups, g.Number)})
	}
	return out
}

// scopeWords names what somebody has to do with.
func scopeWords(s people.Scope, groups []ledger.Group) string {
	var out []string
	for _, g := range groups {
		if slices.Contains(s.Groups, g.Number) {
			out = append(out, g.Name)
		}
	}
	if n := numbers(s.Sites); n != "" {
		out = append(out, n)
	}
	return strings.Join(out, ", ")
}

func numbers(sites []int64) string {
	var out []string
	for _, n := range sites {
		out = append(out, strconv.FormatInt(n, 10))
	}
	return strings.Join(out, " ")
}

// scopeIn reads groups and sites of a form.
func scopeIn(r *http.Request) (s people.Scope, err error) {
	read := func(word string) (n int64) {
		if n, err = strconv.ParseInt(word, 10, 64); err != nil {
			err = &abri.Error{Code: abri.CodeInvalid, Place: word, What: "this is no number of a group or a site", Remedy: "numbers with spaces between them, such as 42304 42218"}
		}
		return n
	}
	for _, word := range r.PostForm["groupe"] {
		if s.Groups = append(s.Groups, read(word)); err != nil {
			return s, err
		}
	}
	for _, word := range strings.FieldsFunc(r.PostFormValue("sites"), func(c rune) bool { return c == ' ' || c == ',' || c == ';' || c == '\n' || c == '\r' || c == '\t' }) {
		if s.Sites = append(s.Sites, read(word)); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (h *house) invitePerson(w http.ResponseWriter, r *http.Request, v *visitor) {
	p := people.Person{Name: strings.TrimSpace(r.PostFormValue("nom")), Mail: strings.TrimSpace(r.PostFormValue("courriel")), Role: people.Role(r.PostFormValue("role"))}
	secret := ""
	var err error
	if p.Scope, err = scopeIn(r); err == nil {
		p, secret, err = h.Door.Invite(r.Context(), p, v.Name, signin.InviteLife)
	}
	if err != nil {
		secret = ""
	}
	h.showPersons(w, r, v, p.Name, secret, err)
}

func (h *house) changePerson(w http.ResponseWriter, r *http.Request, v *visitor) {
	id := r.PostFormValue("personne")
	scope, err := scopeIn(r)
	if err == nil {
		err = h.ledger.ChangePerson(r.Context(), id, people.Role(r.PostFormValue("role")), scope)
	}
	h.backOr(w, r, "/personnes", err, func() { h.showPersons(w, r, v, "", "", err) })
}

// relinkPerson gives somebody another link: he lost his keys.
func (h *house) relinkPerson(w http.ResponseWriter, r *http.Request, v *visitor) {
	p, err := h.ledger.Person(r.Context(), r.PostFormValue("personne"))
	secret := ""
	if err == nil {
		secret, err = h.Door.Relink(r.Context(), p.ID, signin.InviteLife)
	}
	if err != nil {
		secret = ""
	}
	h.showPersons(w, r, v, p.Name, secret, err)
}

func (h *house) revokePerson(w http.ResponseWriter, r *http.Request, v *visitor) {
	err := h.ledger.RevokePerson(r.Context(), r.PostFormValue("personne"), h.Now())
	h.backOr(w, r, "/personnes", err, func() { h.showPersons(w, r, v, "", "", err) })
}

// addressOf is where the pages are, as links to them say it.
func (h *house) addressOf(r *http.Request) string {
	if h.Address != "" {
		return h.Address
	}
	return "https://" + r.Host
}

package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/api"
	"abri.example/abri/observatory/key"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
	"abri.example/abri/observatory/webhook"
)

// programs is the page of one's keys and webhooks. Word is one that was made just now, and is shown this once.
type programs struct {
	Word, For string
	Document  string
	Keys      []keyRow
	Hooks     []hookRow
	Roles     []choice
	Groups    []choice
	Topics    []choice
	Levels    []choice
	MayNear   bool
}

type keyRow struct {
	ID, Name, Role, Scope string
	Until, Used           instant
}

type hookRow struct {
	ID, Name, URL, Topics, Level string
	Failing, Stopped             instant
	Waiting                      int
	Dropped                      uint64
	Last                         string // what came of the last call
}

// keySpans are how long a key is good.
var keySpans = map[string]time.Duration{"mois": 31 * 24 * time.Hour, "annee": key.Usual}

// programs answers GET /programmes.
func (h *house) programs(w http.ResponseWriter, r *http.Request, v *visitor) {
	h.showPrograms(w, r, v, &programs{}, nil)
}

func (h *house) showPrograms(w http.ResponseWriter, r *http.Request, v *visitor, view *programs, wrong error) {
	p := h.page(r, "/programmes")
	words := words{p.Lang}
	p.Title, view.Document = words.say("nav.programs"), api.Prefix+"/"
	groups, err := v.Groups(r.Context())
	if err == nil {
		err = h.fillPrograms(r, v, view, groups, words)
	}
	if err != nil {
		h.fault(w, r, err)
		return
	}
	for _, role := range rolesOf(v.Person.Role, words) {
		if slices.Index(people.Roles, people.Role(role.Value)) >= slices.Index(people.Roles, v.Person.Role) {
			view.Roles = append(view.Roles, role)
		}
	}
	view.Groups = groupsOf(people.Scope{}, groups)
	for _, t := range ledger.Topics {
		view.Topics = append(view.Topics, choice{words.say("topic." + string(t)), string(t), true})
	}
	for _, s := range ledger.Severities {
		view.Levels = append(view.Levels, choice{words.say("severity." + string(s)), string(s), s == ledger.Serious})
	}
	view.MayNear = v.May(people.Manage)
	p.Programs = view
	h.draw(w, r, "programs", p.wrong(wrong), p)
}

// fillPrograms reads what the visitor has.
func (h *house) fillPrograms(r *http.Request, v *visitor, view *programs, groups []ledger.Group, w words) error {
	now := h.Now().In(h.Location)
	keys, err := h.ledger.Keys(r.Context(), v.Person.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		view.Keys = append(view.Keys, keyRow{k.ID, k.Name, w.say("role." + string(k.Role)), scopeWords(k.Scope, groups), instantOf(k.Until, now, w.lang), instantOf(k.Used, now, w.lang)})
	}
	hooks, err := h.ledger.Webhooks(r.Context(), v.Person.ID)
	if err != nil {
		return err
	}
	for _, x := range hooks {
		row := hookRow{ID: x.ID, Name: x.Name, URL: x.URL, Level: w.say("severity." + string(x.Severity)), Waiting: x.Waiting, Dropped: x.Dropped,
			Failing: instantOf(x.Failing, now, w.lang), Stopped: instantOf(x.Stopped, now, w.lang)}
		var topics []string
		for _, t := range x.Topics {
			topics = append(topics, w.say("topic."+string(t)))
		}
		row.Topics = strings.Join(topics, ", ")
		calls, err := h.ledger.Calls(r.Context(), x.ID, 1)
		if err != nil {
			return err
		}
		for _, c := range calls {
			row.Last = c.Answer
		}
		view.Hooks = append(view.Hooks, row)
	}
	return nil
}

// makeKey answers « Faire une clé ».
func (h *house) makeKey(w http.ResponseWriter, r *http.Request, v *visitor) {
	view := &programs{}
	scope, wrong := scopeIn(r)
	wish := key.Wish{Name: r.PostFormValue("nom"), Role: people.Role(r.PostFormValue("role")), Scope: scope, Lasting: keySpans[r.PostFormValue("duree")]}
	if wrong == nil {
		var k ledger.Key
		if k, view.Word, wrong = key.Make(r.Context(), h.ledger, v.Person, wish, h.Now()); wrong == nil {
			view.For = k.Name
		} else {
			view.Word = ""
		}
	}
	h.showPrograms(w, r, v, view, wrong)
}

// removeKey answers « Retirer » beside a key.
func (h *house) removeKey(w http.ResponseWriter, r *http.Request, v *visitor) {
	h.showPrograms(w, r, v, &programs{}, h.ledger.RemoveKey(r.Context(), r.PostFormValue("cle"), v.Person.ID))
}

// makeHook answers « Faire prévenir ».
func (h *house) makeHook(w http.ResponseWriter, r *http.Request, v *visitor) {
	view := &programs{}
	wish := webhook.Wish{Name: r.PostFormValue("nom"), URL: strings.TrimSpace(r.PostFormValue("adresse")), Severity: ledger.Severity(r.PostFormValue("gravite")), Near: r.PostFormValue("proche") != ""}
	for _, t := range r.PostForm["sujet"] {
		wish.Topics = append(wish.Topics, ledger.Topic(t))
	}
	made, wrong := webhook.Make(r.Context(), h.ledger, v.Person, wish, h.Now())
	if wrong == nil {
		view.Word, view.For = webhook.SecretOf(made), made.Name
	}
	h.showPrograms(w, r, v, view, wrong)
}

// removeHook answers « Retirer » beside a webhook.
func (h *house) removeHook(w http.ResponseWriter, r *http.Request, v *visitor) {
	h.showPrograms(w, r, v, &programs{}, h.ledger.RemoveWebhook(r.Context(), r.PostFormValue("webhook"), v.Person.ID))
}

// testHook answers « Essayer ».
func (h *house) testHook(w http.ResponseWriter, r *http.Request, v *visitor) {
	id := r.PostFormValue("webhook")
	own, err := h.ledger.Webhooks(r.Context(), v.Person.ID)
	if err == nil && !slices.ContainsFunc(own, func(x ledger.Webhook) bool { return x.ID == id }) {
		err = &abri.Error{Code: abri.CodeNotFound, Place: strconv.Quote(id), What: "there is no such webhook"}
	}
	if err == nil {
		err = h.ledger.TestWebhook(r.Context(), id, h.Now())
	}
	h.showPrograms(w, r, v, &programs{}, err)
}

package web

import (
	"net/http"

	"abri.example/abri/observatory/ledger"
	"abri.example/abri/wording"
)

// rolloutView is how far the roll-out is: how many sites at each stage, and the sites of the stage that is looked at.
type rolloutView struct {
	Stages  []stageRow
	Sites   []siteRow
	More    string
	Waiting []siteRow // boxes that wait for a person to compare four words
}

// stageRow is one stage and how many sites stand there.
type stageRow struct {
	Name, Word, Sites string
	Percent           int
	Chosen            bool
}

func (h *house) rollout(w http.ResponseWriter, r *http.Request, who *visitor) {
	at, err := h.lookingAt(r, who)
	if err != nil {
		h.fault(w, r, err)
		return
	}
	p := h.page(r, "/deploiement")
	words := words{p.Lang}
	p.Query, p.Scopes, p.Title = at.query(), at.choices(words), words.say("nav.rollout")
	now := h.Now().In(h.Location)
	sites, err := who.Standings(r.Context(), at.Scope, now)
	if err != nil {
		h.fault(w, r, err)
		return
	}
	v, count, stage := &rolloutView{}, map[ledger.Rollout]int{}, ledger.Rollout(r.URL.Query().Get("etape"))
	beyond := 0
	for _, s := range sites {
		count[s.Rollout]++
		if s.Waiting && len(v.Waiting) < mostRows {
			v.Waiting = append(v.Waiting, siteRowOf(s, now, words))
		}
		switch {
		case stage != "" && s.Rollout != stage:
		case len(v.Sites) < mostRows:
			v.Sites = append(v.Sites, siteRowOf(s, now, words))
		default:
			beyond++
		}
	}
	if beyond > 0 {
		v.More = wording.Number(uint64(beyond), words.lang)
	}
	for _, s := range ledger.Rollouts {
		v.Stages = append(v.Stages, stageRow{words.say("stage." + string(s)), string(s), wording.Number(uint64(count[s]), words.lang), count[s] * 100 / max(1, len(sites)), s == stage})
	}
	p.Rollout = v
	h.draw(w, r, "rollout", http.StatusOK, p)
}

// rule answers with how attacks are counted.
func (h *house) rule(w http.ResponseWriter, r *http.Request, _ *visitor) {
	p := h.page(r, "/regle")
	p.Title = words{p.Lang}.say("nav.rule")
	h.draw(w, r, "rule", http.StatusOK, p)
}

package web

import (
	"cmp"
	"context"
	"html/template"
	"net/http"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/geo"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// overview is the first page: the map of skies, today's figures, and who is silent.
type overview struct {
	Attacks, Stopped string // today
	Year, YearStop   string
	Skies            []skyCount
	Map              template.HTML
	Legend           []skyKey
	Departments      []choice
	Sites            []siteRow // of the map, the worst first; the same in words
	More             string    // sites beyond those rows, "" for none
	Services         []figure
	Families         []figure
	Countries        []figure
	Silent           []siteRow
}

// mostRows is how many sites a page lists.
const mostRows = 200

// skyCount is how many sites have a sky.
type skyCount struct {
	Sky   abri.Sky
	Name  string
	Sites string
	Icon  template.HTML
}

// siteRow is a site in words.
type siteRow struct {
	Number           int64
	Name, Sky        string
	Icon             template.HTML
	Attacks, Stopped string
	Stage            string
	Heard            instant
	Troubles         string
	Suspicion        string
	Waiting          bool
}

func (h *house) overview(w http.ResponseWriter, r *http.Request, who *visitor) {
	h.showOverview(w, r, who, "overview")
}

// fragment answers with the live part, for the script.
func (h *house) fragment(w http.ResponseWriter, r *http.Request, who *visitor) {
	h.showOverview(w, r, who, "live")
}

func (h *house) showOverview(w http.ResponseWriter, r *http.Request, who *visitor, name string) {
	at, err := h.lookingAt(r, who)
	if err != nil {
		h.fault(w, r, err)
		return
	}
	p := h.page(r, "/")
	p.Query, p.Scopes, p.Title = at.query(), at.choices(words{p.Lang}), words{p.Lang}.say("title")
	if p.Overview, err = h.look(r.Context(), who, at, words{p.Lang}); err != nil {
		h.fault(w, r, err)
		return
	}
	h.draw(w, r, name, http.StatusOK, p)
}

// look asks the ledger for all of the first page.
func (h *house) look(ctx context.Context, who *visitor, at looking, w words) (*overview, error) {
	now := h.Now().In(h.Location)
	today := abri.DayOf(now, h.Location)
	sites, err := who.Standings(ctx, at.Scope, now)
	if err != nil {
		return nil, err
	}
	v := &overview{Skies: skiesOf(sites, w), Legend: legend(w)}
	if v.Map, v.Departments, err = h.mapOf(ctx, sites, &at, w); err != nil {
		return nil, err
	}
	shown := make([]*ledger.Standing, 0, len(sites)) // of 35,000 that many share
	for i := range sites {
		if at.shows(&sites[i].Site) {
			shown = append(shown, &sites[i])
		}
	}
	slices.SortStableFunc(shown, func(a, b *ledger.Standing) int {
		return cmp.Or(badness(b)-badness(a), cmp.Compare(b.Attacks, a.Attacks), cmp.Compare(a.Name, b.Name))
	})
	for _, s := range shown[:min(len(shown), mostRows)] {
		v.Sites = append(v.Sites, siteRowOf(*s, now, w))
	}
	if n := len(shown) - mostRows; n > 0 {
		v.More = wording.Number(uint64(n), w.lang)
	}
	for i := range sites {
		if sites[i].Rollout == ledger.Silent && len(v.Silent) < mostRows {
			v.Silent = append(v.Silent, siteRowOf(sites[i], now, w))
		}
	}
	return v, h.count(ctx, who, v, at, today, w)
}

// count fills in the figures of today, and of the last 365 days.
func (h *house) count(ctx context.Context, who *visitor, v *overview, at looking, today abri.Day, w words) error {
	one := func(from abri.Day) (attacks, stopped string, err error) {
		f, err := who.Count(ctx, ledger.Question{Scope: at.Scope, From: from, To: today, By: ledger.ByAll})
		if err != nil || len(f) == 0 {
			return "0", "0", err
		}
		return wording.Number(f[0].Attacks, w.lang), wording.Number(f[0].Neutralised, w.lang), nil
	}
	var err error
	if v.Attacks, v.Stopped, err = one(today); err != nil {
		return err
	}
	if v.Year, v.YearStop, err = one(today.Add(-364)); err != nil {
		return err
	}
	by := func(by ledger.By) ([]ledger.Figure, error) {
		return who.Count(ctx, ledger.Question{Scope: at.Scope, From: today.Add(-29), To: today, By: by})
	}
	services, err := by(ledger.ByService)
	if err != nil {
		return err
	}
	kinds, err := by(ledger.ByKind)
	if err != nil {
		return err
	}
	countries, err := by(ledger.ByCountry)
	if err != nil {
		return err
	}
	v.Services, v.Families, v.Countries = servicesOf(services, w), familiesOf(kinds, w), countriesOf(countries, w)
	return nil
}

// badness orders skies for those who look for trouble: fog before rain, for nobody knows what is beneath it.
func badness(s *ledger.Standing) int {
	if s.Rollout == ledger.Silent {
		return 3
	}
	switch s.Sky {
	case abri.Tornado:
		return 6
	case abri.Storm:
		return 5
	case abri.Rain:
		return 4
	case abri.LightRain:
		return 2
	case abri.Clear:
		return 1
	}
	return 0
}

func skiesOf(sites []ledger.Standing, w words) []skyCount {
	count := map[abri.Sky]uint64{}
	for i := range sites {
		count[sites[i].Sky]++
	}
	var out []skyCount
	for _, sky := range append(slices.Clone(abri.Skies), abri.Fog) {
		out = append(out, skyCount{sky, wording.Capital(weather.SkyName(sky, w.lang)), wording.Number(count[sky], w.lang), icon(sky)})
	}
	return out
}

func siteRowOf(s ledger.Standing, now time.Time, w words) siteRow {
	row := siteRow{
		Number: s.Number, Name: s.Name, Sky: wording.Capital(weather.SkyName(s.Sky, w.lang)), Icon: icon(s.Sky),
		Attacks: wording.Number(s.Attacks, w.lang), Stopped: wording.Number(s.Neutralised, w.lang),
		Stage: w.say("stage." + string(s.Rollout)), Heard: instantOf(s.Heard, now, w.lang), Suspicion: s.Suspicion, Waiting: s.Waiting,
	}
	for i, t := range s.Troubles {
		if i > 0 {
			row.Troubles += ", "
		}
		row.Troubles += t
	}
	return row
}

// figure is a row of figures, with its share of all in percent for the bar.
type figure struct {
	Name, Attacks, Stopped string
	Percent                int
}

func figuresOf(in []ledger.Figure, name func(string) string, w words) []figure {
	most := uint64(1)
	for _, f := range in {
		most = max(most, f.Attacks)
	}
	var out []figure
	for _, f := range in {
		out = append(out, figure{wording.Capital(name(f.Word)), wording.Number(f.Attacks, w.lang), wording.Number(f.Neutralised, w.lang), int(f.Attacks * 100 / most)})
	}
	return out
}

// servicesOf puts mail and telephone first: they are aimed at most, and asked for first.
func servicesOf(in []ledger.Figure, w words) []figure {
	rank := func(f ledger.Figure) int {
		if i := slices.Index(abri.Services, abri.Service(f.Word)); i >= 0 {
			return i
		}
		return len(abri.Services)
	}
	slices.SortFunc(in, func(a, b ledger.Figure) int { return rank(a) - rank(b) })
	return figuresOf(in, func(s string) string { return orWord(weather.ServiceName(abri.Service(s), w.lang), s) }, w)
}

// familiesOf adds kinds up to their families, in the order of the published words.
func familiesOf(kinds []ledger.Figure, w words) []figure {
	sum := map[abri.Family]ledger.Figure{}
	for _, k := range kinds {
		f := abri.Kind(k.Word).Family()
		s := sum[f]
		sum[f] = ledger.Figure{Word: string(f), Attacks: s.Attacks + k.Attacks, Neutralised: s.Neutralised + k.Neutralised}
	}
	var in []ledger.Figure
	for _, f := range abri.Families {
		if sum[f].Attacks > 0 {
			in = append(in, sum[f])
		}
	}
	return figuresOf(in, func(s string) string { return orWord(weather.FamilyName(abri.Family(s), w.lang), s) }, w)
}

// countriesOf are the twelve from which most came.
func countriesOf(in []ledger.Figure, w words) []figure {
	slices.SortFunc(in, func(a, b ledger.Figure) int {
		return cmp.Or(cmp.Compare(b.Attacks, a.Attacks), cmp.Compare(a.Word, b.Word))
	})
	return figuresOf(in[:min(len(in), 12)], func(s string) string {
		if s == "" {
			return w.say("country.unknown")
		}
		return geo.Name(s, w.lang)
	}, w)
}

func orWord(name, word string) string {
	if name == "" {
		return word
	}
	return name
}

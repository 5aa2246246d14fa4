package web

import (
	"context"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// mapOf draws where sites stand: the communes of one department by their contours; of several, a tile a department; and
// where no contour is known, a tile a site. It gives the departments to choose from, and settles which is shown.
func (h *house) mapOf(ctx context.Context, sites []ledger.Standing, at *looking, w words) (template.HTML, []choice, error) {
	all := make([]*ledger.Standing, len(sites))
	standing := map[string][]*ledger.Standing{} // by department
	for i := range sites {
		all[i] = &sites[i]
		if sites[i].Sort == ledger.Commune {
			d := departmentOf(sites[i].Code)
			standing[d] = append(standing[d], all[i])
		}
	}
	names := sortedKeys(standing)
	if at.Department == "" && len(names) == 1 && len(standing[names[0]]) == len(sites) {
		at.Department = names[0]
	}
	var choices []choice
	if len(names) > 1 {
		choices = append(choices, choice{w.say("map.all"), "", at.Department == ""})
		for _, n := range names {
			choices = append(choices, choice{n, n, n == at.Department})
		}
	}
	if at.Department == "" {
		if len(names) > 1 {
			return departmentTiles(names, standing, *at, w), choices, nil
		}
		return siteTiles(all, w), choices, nil
	}
	d, err := h.drawnOf(ctx, at.Department)
	if err != nil {
		return "", nil, err
	}
	if len(d.shapes) == 0 {
		return siteTiles(standing[at.Department], w), choices, nil
	}
	return d.svg(standing[at.Department], w), choices, nil
}

// shows reports whether a site is on the map.
func (v looking) shows(s *ledger.Site) bool {
	return v.Department == "" || s.Sort == ledger.Commune && departmentOf(s.Code) == v.Department
}

// departmentOf is the department that an INSEE code begins with: two characters, three overseas.
func departmentOf(code string) string {
	switch {
	case len(code) < 3:
		return code
	case strings.HasPrefix(code, "97"), strings.HasPrefix(code, "98"):
		return code[:3]
	}
	return code[:2]
}

// mostTiles bounds what is drawn.
const mostTiles = 2000

// siteTiles are sites side by side, by name.
func siteTiles(sites []*ledger.Standing, w words) template.HTML {
	var b strings.Builder
	b.WriteString(`<ul class="tiles">`)
	for _, s := range sites[:min(len(sites), mostTiles)] {
		fmt.Fprintf(&b, `<li class="tile sky-%s"><a href="/site?numero=%d">%s<span>%s</span><span class="unseen">%s</span></a></li>`, s.Sky, s.Number, icon(s.Sky),
			template.HTMLEscapeString(s.Name), weather.SkyName(s.Sky, w.lang))
	}
	b.WriteString(`</ul>`)
	return template.HTML(b.String()) // every text of it is escaped above
}

// departmentTiles are departments side by side: the worst sky of each, and of how many sites.
func departmentTiles(names []string, standing map[string][]*ledger.Standing, at looking, w words) template.HTML {
	var b strings.Builder
	b.WriteString(`<ul class="tiles">`)
	for _, n := range names {
		worst := slices.MaxFunc(standing[n], func(a, b *ledger.Standing) int { return badness(a) - badness(b) })
		to := at
		to.Department = n
		fmt.Fprintf(&b, `<li class="tile sky-%s"><a href="/?%s">%s<span>%s</span> <span class="n">%s</span><span class="unseen">%s %s</span></a></li>`, worst.Sky,
			template.HTMLEscapeString(to.query()), icon(worst.Sky), template.HTMLEscapeString(n), wording.Number(uint64(len(standing[n])), w.lang), w.say("map.worst"), weather.SkyName(worst.Sky, w.lang))
	}
	b.WriteString(`</ul>`)
	return template.HTML(b.String()) // every text of it is escaped above
}

// svg draws a department: communes with a box in the colour and with the sign of their sky, the others in outline.
func (d *drawn) svg(sites []*ledger.Standing, w words) template.HTML {
	by := map[string]*ledger.Standing{}
	for _, s := range sites {
		by[s.Code] = s
	}
	var b, signs strings.Builder
	fmt.Fprintf(&b, `<svg class="map" viewBox="0 0 %d %d" role="group" aria-labelledby="map-title" focusable="false"><title id="map-title">%s</title>`, d.width, d.height, w.say("map.title"))
	for _, s := range d.shapes {
		site, known := by[s.code]
		if !known {
			fmt.Fprintf(&b, `<path class="bare" d="%s"><title>%s</title></path>`, s.path, template.HTMLEscapeString(s.name))
			continue
		}
		says := fmt.Sprintf("%s : %s", site.Name, weather.SkyName(site.Sky, w.lang))
		fmt.Fprintf(&b, `<a href="/site?numero=%d" aria-label="%s"><path class="sky-%s" d="%s"><title>%s</title></path></a>`, site.Number,
			template.HTMLEscapeString(says), site.Sky, s.path, template.HTMLEscapeString(says))
		fmt.Fprintf(&signs, `<g transform="translate(%d %d)"><use href="#sky-%s" x="-8" y="-8" width="16" height="16"/></g>`, s.x, s.y, site.Sky)
	}
	fmt.Fprintf(&b, `<g class="signs" aria-hidden="true">%s</g></svg>`, signs.String())
	return template.HTML(b.String()) // every text of it is escaped above
}

// skyKey explains a sky's sign.
type skyKey struct {
	Icon template.HTML
	Name string
	Sky  abri.Sky
}

func legend(w words) []skyKey {
	var out []skyKey
	for _, sky := range append(slices.Clone(abri.Skies), abri.Fog) {
		out = append(out, skyKey{icon(sky), wording.Capital(weather.SkyName(sky, w.lang)), sky})
	}
	return out
}

// icon is the sign of a sky; pages/signs.html draws each once.
func icon(sky abri.Sky) template.HTML {
	if !slices.Contains(abri.Skies, sky) {
		sky = abri.Fog
	}
	return template.HTML(fmt.Sprintf(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="#sky-%s"/></svg>`, sky)) // a word of ours
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

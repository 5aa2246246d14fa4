package web

import (
	"html/template"

	"abri.example/abri"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// rule is how today's weather was made, for the page "pourquoi ce temps ?".
type rule struct {
	Points   string
	Because  string
	Learning bool
	Bounds   []bound
}

// bound is the points that make one sky. Here marks today's.
type bound struct {
	Sky    string
	Icon   template.HTML
	Points string
	Here   bool
}

// ruleOf spells out the report's bounds, one row a sky.
func ruleOf(r weather.Report, w words) rule {
	out := rule{
		Points: wording.Number(uint64(max(0, r.Points)), w.lang), Because: w.say("because." + string(r.Because)), Learning: r.Learning,
	}
	from := 0
	for i, sky := range abri.Skies {
		b := bound{Sky: wording.Capital(weather.SkyName(sky, w.lang)), Icon: icon(sky), Here: sky == r.Sky}
		if i < len(r.Bounds) {
			b.Points = between(from, r.Bounds[i], w)
			from = r.Bounds[i] + 1
		} else {
			b.Points = wording.Number(uint64(from), w.lang) + w.pick(" et plus", " and more")
		}
		out.Bounds = append(out.Bounds, b)
	}
	return out
}

// between is "6 à 10", one number when both are the same, and a dash when no number fits.
func between(from, to int, w words) string {
	switch {
	case from > to:
		return "—"
	case from == to:
		return wording.Number(uint64(to), w.lang)
	}
	return wording.Number(uint64(from), w.lang) + w.pick(" à ", " to ") + wording.Number(uint64(to), w.lang)
}

package web

import (
	"html/template"
	"net/http"
	"strconv"

	"abri.example/abri"
	"abri.example/abri/geo"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// siteView is a site's page: where it stands, its days, its figures and its incidents.
type siteView struct {
	siteRow
	Code, Sort, Place string
	Software          string
	Wanted, Enforced  string
	Contact           ledger.Contact
	Days              []dayRow
	Figures           *figuresView
	Incidents         []incident
	Gap               bool
	Shipped           string
	Boxes             []boxRow
}

// boxRow is a box of a site.
type boxRow struct {
	ID, State, Until string
	Gone             bool
}

// dayRow is one day of a site.
type dayRow struct {
	Name, Sky, Points, Attacks, Stopped string
	Icon                                template.HTML
}

// incident is an attack of a site in words. What is inside the site is not here: the observatory is not told.
// Address is the outside end where it is one, and not the sources of a flood.
type incident struct{ When, What, Service, Way, Outside, Address, Country, Attempts, Outcome, Class string }

// mostIncidents is how many a page shows.
const mostIncidents = 100

func (h *house) site(w http.ResponseWriter, r *http.Request, who *visitor) {
	number, err := strconv.ParseInt(r.URL.Query().Get("numero"), 10, 64)
	if err != nil || number == 0 {
		h.fault(w, r, &abri.Error{Code: abri.CodeInvalid, What: "this is no site"})
		return
	}
	p := h.page(r, "/site")
	if p.Site, err = h.siteOf(r, who, number, words{p.Lang}); err != nil {
		h.fault(w, r, err)
		return
	}
	p.Title, p.Query = p.Site.Name, "numero="+strconv.FormatInt(number, 10)
	h.draw(w, r, "site", http.StatusOK, p)
}

func (h *house) siteOf(r *http.Request, who *visitor, number int64, w words) (*siteView, error) {
	now := h.Now().In(h.Location)
	s, err := who.Standing(r.Context(), number, now)
	if err != nil {
		return nil, err
	}
	v := &siteView{
		siteRow: siteRowOf(s, now, w), Code: s.Code, Sort: w.say("sort." + string(s.Sort)), Place: w.say("place." + string(s.Place)), Software: s.Software, Contact: s.Contact,
		Wanted: wording.Number(uint64(max(0, s.Wanted)), w.lang), Enforced: wording.Number(uint64(max(0, s.Enforced)), w.lang), Gap: s.Wanted != s.Enforced,
	}
	v.Shipped = instantOf(s.Site.Shipped, now, w.lang).Words
	today := abri.DayOf(now, h.Location)
	days, err := who.Days(r.Context(), number, today.Add(-29), today)
	if err != nil {
		return nil, err
	}
	for _, d := range days {
		v.Days = append(v.Days, dayRow{
			Name: wording.LongDay(wording.DayTime(d.Day), w.lang), Sky: wording.Capital(weather.SkyName(d.Sky, w.lang)), Icon: icon(d.Sky),
			Points: wording.Number(uint64(max(0, d.Points)), w.lang), Attacks: wording.Number(d.Attacks, w.lang), Stopped: wording.Number(d.Neutralised, w.lang),
		})
	}
	if v.Figures, err = h.countOf(r, who, ledger.Scope{Site: number}, w); err != nil {
		return nil, err
	}
	boxes, err := who.Boxes(r.Context(), number)
	if err != nil {
		return nil, err
	}
	for _, b := range boxes {
		v.Boxes = append(v.Boxes, boxRow{b.Identity.Box, w.say("state." + b.State), instantOf(b.Expires, now, w.lang).Words, b.State == ledger.Revoked})
	}
	attacks, err := who.Attacks(r.Context(), number, today.Add(-89), today, mostIncidents)
	for _, a := range attacks {
		v.Incidents = append(v.Incidents, incidentOf(a, w, h))
	}
	return v, err
}

func incidentOf(a ledger.SiteAttack, w words, h *house) incident {
	i := incident{
		When: wording.Moment(a.Last, h.Now().In(h.Location), w.lang), What: wording.Capital(orWord(weather.KindName(a.Kind, w.lang), string(a.Kind))),
		Service: orWord(weather.ServiceName(a.Service, w.lang), string(a.Service)), Way: w.say("way." + string(a.Direction)),
		Attempts: wording.Number(a.Attempts, w.lang), Outcome: w.say("outcome." + string(a.Outcome)), Class: string(a.Outcome), Outside: "—",
	}
	if a.Outside.IsValid() {
		i.Outside, i.Address = a.Outside.String(), a.Outside.String()
		if c := geo.Country(a.Outside); c != "" {
			i.Country = geo.Name(c, w.lang)
		}
	}
	return i
}

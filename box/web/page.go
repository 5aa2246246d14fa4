package web

import (
	"html/template"
	"time"

	"abri.example/abri"
	"abri.example/abri/geo"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// latest is how many of the last attacks are in view at once.
const latest = 8

// page is all that the templates know: words, figures and pictures, in one language.
type page struct {
	Lang, Other abri.Lang
	Path        string // of this page, for the language switch
	Site        string
	Title       string

	Sky      abri.Sky
	SkyName  string
	Scene    template.HTML
	Sentence string
	Observe  bool
	Unseen   bool   // fog in which nothing was seen: no figure means anything
	Mode     string // a key of the phrases
	Stopped  string // a number, "" under a fog in which nothing was seen
	Noise    string // a number, "" for none
	Ongoing  string // a number, "" for none
	Advice   advice
	Contact  instant
	Verified instant // of the filter, by its self-test
	AsOf     instant
	Since    instant

	Chart    template.HTML
	Days     []dayRow
	Families []share
	Services []share
	Attacks  []attackRow // the latest
	Earlier  []attackRow // those before, folded away
	Found    []attackRow // by looking back
	Troubles []trouble
	Wanted   string
	Enforced string
	Gap      bool
	Credit   string
	Credits  []string

	Rule rule

	Saturations []sheet

	Measures []measureRow
	Isolated []isolatedRow

	Telephone  *phoneView
	Mail       *mailView
	Departures *departuresView
	Member     *memberView

	SignedIn bool
	Code     string // of the door's address
	Refused  bool   // the code given was
	Then     string // the page that was wanted
	Opinion  *opinion
	Fault    string // why what a person asked for was not done
}

// instant is a time in words and, for machines, in RFC 3339; both are empty for none.
type instant struct{ Words, Exact string }

// dayRow is a day of the chart's table.
type dayRow struct{ Name, Sky, Points, Attacks, Stopped string }

// share is one row of the figures by danger or by target. The percents, for its bar, are of all attacks of the day.
type share struct {
	Name, Attacks, Stopped  string
	Percent, StoppedPercent int
}

// pageOf puts a view into words.
func pageOf(v View, w words, path string) page {
	now := v.Now.In(v.place())
	r := v.Report
	p := page{
		Lang: w.lang, Other: wording.Other(w.lang), Path: path, Site: v.Site,
		Sky: r.Sky, SkyName: wording.Capital(weather.SkyName(r.Sky, w.lang)), Sentence: weather.Sentence(r, w.lang),
		Observe: v.Mode != abri.Protect, Advice: advise(v, w),
		AsOf: dated(v.Now, now, w), Since: dated(v.CountingSince, now, w), Contact: instantOf(v.LastContact, now, w), Verified: instantOf(v.Verified, now, w),
		Chart: chart(v.Days, w), Days: daysOf(v.Days, w), Families: familiesOf(r, w), Services: servicesOf(r, w),
		Troubles: troublesOf(v, w),
		Wanted:   wording.Number(uint64(max(0, v.Lists.Wanted)), w.lang), Enforced: wording.Number(uint64(max(0, v.Lists.Enforced)), w.lang),
		Gap: v.Lists.Wanted != v.Lists.Enforced, Credit: geo.Credit(), Credits: v.Credits, Rule: ruleOf(r, w),
	}
	rows := attacksOf(v.Attacks, v, w)
	p.Found = attacksOf(v.Found, v, w)
	p.Attacks, p.Earlier = rows[:min(len(rows), latest)], rows[min(len(rows), latest):]
	p.Saturations = sheetsOf(v, w)
	p.Measures, p.Isolated = measuresOf(v, w), isolatedOf(v, w)
	p.Scene = scene(r.Sky, p.SkyName)
	p.Title = p.SkyName
	p.Mode, p.Stopped = "mode.protect", wording.Number(r.Neutralised, w.lang)
	switch {
	case p.Observe:
		p.Mode, p.Stopped = "mode.observe", wording.Number(r.WouldBlock, w.lang)
	case r.Sky == abri.Fog:
		p.Mode = "mode.unproven"
	}
	if r.Sky == abri.Fog && r.Attacks+r.Ongoing == 0 {
		p.Unseen, p.Stopped, p.Families, p.Services = true, "", nil, nil
	}
	if r.Noise > 0 {
		p.Noise = wording.Number(r.Noise, w.lang)
	}
	if r.Ongoing > 0 {
		p.Ongoing = wording.Number(r.Ongoing, w.lang)
	}
	return p
}

func instantOf(t, now time.Time, w words) instant {
	if t.IsZero() {
		return instant{}
	}
	return instant{wording.Moment(t, now, w.lang), t.UTC().Format(time.RFC3339)}
}

// dated is an instant with its whole date, for what may be read long after or stands on paper.
func dated(t, now time.Time, w words) instant {
	if t.IsZero() {
		return instant{}
	}
	local := t.In(now.Location())
	return instant{wording.LongDay(local, w.lang) + " " + local.Format("2006") + ", " + wording.Clock(local, w.lang), t.UTC().Format(time.RFC3339)}
}

func daysOf(days []weather.Day, w words) []dayRow {
	var rows []dayRow
	for _, d := range days {
		rows = append(rows, dayRow{
			Name: wording.LongDay(wording.DayTime(d.Day), w.lang), Sky: weather.SkyName(d.Sky, w.lang),
			Points:  unlessUnseen(d, wording.Number(uint64(max(0, d.Points)), w.lang)),
			Attacks: unlessUnseen(d, wording.Number(d.Attacks, w.lang)), Stopped: unlessUnseen(d, wording.Number(d.Neutralised, w.lang)),
		})
	}
	return rows
}

// familiesOf shows every danger, so that the reader learns what is watched for.
func familiesOf(r weather.Report, w words) []share {
	var rows []share
	for _, f := range r.Families {
		rows = append(rows, shareOf(weather.FamilyName(f.Family, w.lang), f.Attacks, f.Neutralised, r.Attacks, w))
	}
	return rows
}

// servicesOf shows the targets that were aimed at.
func servicesOf(r weather.Report, w words) []share {
	var rows []share
	for _, s := range r.Services {
		if s.Attacks > 0 {
			rows = append(rows, shareOf(weather.ServiceName(s.Service, w.lang), s.Attacks, s.Neutralised, r.Attacks, w))
		}
	}
	return rows
}

// shares is a table of them; Caption and Column are keys of the phrases.
type shares struct {
	Rows            []share
	Caption, Column string
}

func shareOf(name string, attacks, stopped, all uint64, w words) share {
	return share{
		Name: wording.Capital(name), Attacks: wording.Number(attacks, w.lang), Stopped: wording.Number(stopped, w.lang),
		Percent: percent(attacks, all), StoppedPercent: percent(stopped, all),
	}
}

// percent is at least 1 for a part that is there, and never above 100.
func percent(part, all uint64) int {
	if part == 0 || all == 0 {
		return 0
	}
	return min(100, max(1, int(100*float64(part)/float64(all))))
}

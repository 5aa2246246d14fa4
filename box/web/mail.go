package web

import (
	"cmp"
	"context"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/session"
	"abri.example/abri/geo"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// Mails is what the page of the mail asks of the box. It must be safe for concurrent use.
type Mails interface {
	Mail(ctx context.Context) (Mail, error)
}

// Mail is what was tried against the mail of the site at one instant: who tried what, and never a letter, a name or a
// password. Attacks are those of MailDays days that aimed at mail, the latest first; More says that there were others.
type Mail struct {
	View    View
	Attacks []abri.Attack
	More    bool
}

// MailDays is how many days the page of the mail looks back, MaxMail how many attacks it counts.
const (
	MailDays = 30
	MaxMail  = 5000
)

// mailView is the page, in words.
type mailView struct {
	Chart     template.HTML
	Hours     []mailRow // of the last 24, those with an attack
	Countries []mailRow
	Kinds     []mailRow
	Attacks   []attackRow
	More      bool
}

// mailRow is one row of figures.
type mailRow struct{ Name, Attacks, Stopped string }

// mailRows is a table of them; Caption and Column are keys of the phrases.
type mailRows struct {
	Rows            []mailRow
	Caption, Column string
}

// mail answers with the page of the mail, to those who are signed in.
func (h *house) mail(w http.ResponseWriter, r *http.Request, _ session.Session) {
	if h.options.Mails == nil {
		h.notFound(w, r)
		return
	}
	m, err := h.options.Mails.Mail(r.Context())
	status := http.StatusOK
	if err != nil {
		h.complain(r.Context(), err)
		m, status = Mail{View: blind()}, http.StatusServiceUnavailable
	}
	wording.Remember(w, r)
	words := words{wording.Language(r, m.View.Language)}
	p := pageOf(m.View, words, "/messagerie")
	p.SignedIn, p.Title = true, words.say("mail")
	view := mailOf(m, words)
	p.Mail = &view
	h.draw(w, r, "mail", status, p)
}

// counted is how many attacks there were, and how many of them were stopped.
type counted struct{ attacks, stopped uint64 }

func (c *counted) add(a abri.Attack) {
	n := max(a.Rest, 1)
	c.attacks += n
	if a.Neutralised() {
		c.stopped += n
	}
}

func (c counted) row(name string, w words) mailRow {
	return mailRow{name, wording.Number(c.attacks, w.lang), wording.Number(c.stopped, w.lang)}
}

func mailOf(m Mail, w words) mailView {
	now := m.View.Now.In(m.View.place())
	begun := now.Truncate(time.Hour).Add(-23 * time.Hour)
	hours := make([]counted, 24)
	countries, kinds := map[string]*counted{}, map[abri.Kind]*counted{}
	for _, a := range m.Attacks {
		of(kinds, a.Kind).add(a)
		if a.Direction == abri.In {
			of(countries, geo.Country(a.Outside)).add(a)
		}
		if h := int(a.First.Sub(begun) / time.Hour); !a.First.Before(begun) && h < len(hours) {
			hours[h].add(a)
		}
	}
	v := mailView{More: m.More, Attacks: attacksOf(m.Attacks, m.View, w)}
	var bars []hourBars
	for i, h := range hours {
		at := begun.Add(time.Duration(i) * time.Hour)
		bars = append(bars, hourBars{start: at, on: h.stopped, aside: h.attacks - h.stopped})
		if h.attacks > 0 {
			v.Hours = append(v.Hours, h.row(wording.Moment(at, now, w.lang), w))
		}
	}
	v.Chart = hourChart("mail.chart", bars, now.Location(), w)
	for _, c := range most(countries) {
		v.Countries = append(v.Countries, countries[c].row(wording.Capital(countryName(c, w)), w))
	}
	for _, k := range most(kinds) {
		v.Kinds = append(v.Kinds, kinds[k].row(wording.Capital(nameOr(weather.KindName(k, w.lang), string(k))), w))
	}
	return v
}

// of gives the count of a key, new when there was none.
func of[K comparable](all map[K]*counted, k K) *counted {
	if all[k] == nil {
		all[k] = &counted{}
	}
	return all[k]
}

// most gives the keys, those with most attacks first.
func most[K cmp.Ordered](all map[K]*counted) []K {
	return slices.SortedFunc(maps.Keys(all), func(a, b K) int {
		return cmp.Or(cmp.Compare(all[b].attacks, all[a].attacks), cmp.Compare(a, b))
	})
}

// countryName is the name of a country, or that it is not known.
func countryName(code string, w words) string {
	if code == "" {
		return w.say("country.unknown")
	}
	return geo.Name(code, w.lang)
}

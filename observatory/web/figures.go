package web

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/wording"
)

// figuresView is the page of figures: counts by day, month or year between two days.
type figuresView struct {
	By, From, To string
	Ways         []choice
	Rows         []figure
	Caption      string // from when to when the chart goes, and its highest bar
	Chart        template.HTML
	Attacks      string
	Stopped      string
	Trend        string // against the time as long before, "" where there was nothing
	Services     []figure
	Families     []figure
	Countries    []figure
}

// spans are the ways to count, each with how many days it looks back.
var spans = []struct {
	word string
	by   ledger.By
	days int
}{{"jour", ledger.ByDay, 30}, {"mois", ledger.ByMonth, 365}, {"annee", ledger.ByYear, 3 * 365}}

func (h *house) figures(w http.ResponseWriter, r *http.Request, who *visitor) {
	at, err := h.lookingAt(r, who)
	if err != nil {
		h.fault(w, r, err)
		return
	}
	p := h.page(r, "/chiffres")
	words := words{p.Lang}
	p.Query, p.Scopes, p.Title = at.query(), at.choices(words), words.say("nav.figures")
	if p.Figures, err = h.countOf(r, who, at.Scope, words); err != nil {
		h.fault(w, r, err)
		return
	}
	h.draw(w, r, "figures", http.StatusOK, p)
}

// countOf counts what a request asks for: ?par=jour|mois|annee, &de= and &a= days.
func (h *house) countOf(r *http.Request, who *visitor, scope ledger.Scope, w words) (*figuresView, error) {
	span := spans[0]
	for _, s := range spans {
		if s.word == r.URL.Query().Get("par") {
			span = s
		}
	}
	to := abri.DayOf(h.Now(), h.Location)
	from := to.Add(-span.days + 1)
	var err error
	if from, err = dayIn(r, "de", from); err != nil {
		return nil, err
	}
	if to, err = dayIn(r, "a", to); err != nil {
		return nil, err
	}
	v := &figuresView{By: span.word, From: string(from), To: string(to)}
	for _, s := range spans {
		v.Ways = append(v.Ways, choice{w.say("by." + s.word), s.word, s.word == span.word})
	}
	q := ledger.Question{Scope: scope, From: from, To: to, By: span.by}
	rows, err := who.Count(r.Context(), q)
	if err != nil {
		return nil, err
	}
	rows = whole(rows, q)
	v.Rows, v.Chart, v.Caption = figuresOf(rows, func(s string) string { return spanName(s, w) }, w), bars(rows, w), captionOf(rows, w)
	var attacks, stopped uint64
	for _, f := range rows {
		attacks, stopped = attacks+f.Attacks, stopped+f.Neutralised
	}
	v.Attacks, v.Stopped = wording.Number(attacks, w.lang), wording.Number(stopped, w.lang)
	if v.Trend, err = h.trend(r, who, q, attacks, w); err != nil {
		return nil, err
	}
	return v, h.split(r, who, q, v, w)
}

// split tells the figures apart by service, family and country.
func (h *house) split(r *http.Request, who *visitor, q ledger.Question, v *figuresView, w words) error {
	for by, put := range map[ledger.By]func([]ledger.Figure){
		ledger.ByService: func(f []ledger.Figure) { v.Services = servicesOf(f, w) },
		ledger.ByKind:    func(f []ledger.Figure) { v.Families = familiesOf(f, w) },
		ledger.ByCountry: func(f []ledger.Figure) { v.Countries = countriesOf(f, w) },
	} {
		q.By = by
		f, err := who.Count(r.Context(), q)
		if err != nil {
			return err
		}
		put(f)
	}
	return nil
}

// trend compares with the time as long before, in words: "12 % de plus que les 30 jours d'avant".
func (h *house) trend(r *http.Request, who *visitor, q ledger.Question, now uint64, w words) (string, error) {
	days := int(q.To.Start(time.UTC).Sub(q.From.Start(time.UTC))/(24*time.Hour)) + 1
	q.To, q.By = q.From.Add(-1), ledger.ByAll
	q.From = q.From.Add(-days)
	before, err := who.Count(r.Context(), q)
	if err != nil || len(before) == 0 || before[0].Attacks == 0 {
		return "", err
	}
	was := before[0].Attacks
	percent := (int64(now) - int64(was)) * 100 / int64(was)
	key := "trend.same"
	switch {
	case percent > 0:
		key = "trend.more"
	case percent < 0:
		key, percent = "trend.less", -percent
	}
	return strings.NewReplacer("%1", wording.Number(uint64(percent), w.lang), "%2", wording.Number(uint64(days), w.lang)).Replace(w.say(key)), nil
}

// dayIn reads a day of a request, or gives the one that is meant without. CodeInvalid for what is no day.
func dayIn(r *http.Request, key string, without abri.Day) (abri.Day, error) {
	word := r.URL.Query().Get(key)
	if word == "" {
		return without, nil
	}
	if _, err := time.Parse(time.DateOnly, word); err != nil {
		return "", &abri.Error{Code: abri.CodeInvalid, Place: key, What: "this is no day", Remedy: "such as 2026-03-05"}
	}
	return abri.Day(word), nil
}

// spanName names a day, a month or a year.
func spanName(word string, w words) string {
	switch len(word) {
	case len(time.DateOnly):
		return wording.LongDay(wording.DayTime(abri.Day(word)), w.lang) + " " + word[:4]
	case len("2026-03"):
		t, err := time.Parse("2006-01", word)
		if err != nil {
			return word
		}
		return wording.MonthName(t.Month(), w.lang) + " " + word[:4]
	}
	return word
}

// whole puts the days, months or years without an attack between those that had one: a chart that left them out would
// bring together what lies apart. Where there was no attack at all there is nothing to draw.
func whole(rows []ledger.Figure, q ledger.Question) []ledger.Figure {
	long := map[ledger.By]int{ledger.ByDay: len(time.DateOnly), ledger.ByMonth: len("2026-03"), ledger.ByYear: len("2026")}[q.By]
	if long == 0 || len(rows) == 0 {
		return rows
	}
	var out []ledger.Figure
	for d := q.From; d <= q.To; d = d.Add(1) {
		word := string(d)[:long]
		if n := len(out); n > 0 && out[n-1].Word == word {
			continue
		}
		f := ledger.Figure{Word: word}
		if i := slices.IndexFunc(rows, func(r ledger.Figure) bool { return r.Word == word }); i >= 0 {
			f = rows[i]
		}
		out = append(out, f)
	}
	return out
}

// captionOf says from when to when a chart goes, and what its highest bar is.
func captionOf(rows []ledger.Figure, w words) string {
	if len(rows) == 0 {
		return ""
	}
	most := slices.MaxFunc(rows, func(a, b ledger.Figure) int { return cmp.Compare(a.Attacks, b.Attacks) })
	return spanName(rows[0].Word, w) + " – " + spanName(rows[len(rows)-1].Word, w) + ". " + w.say("chart.most") + " " + wording.Number(most.Attacks, w.lang) + ", " + spanName(most.Word, w) + "."
}

// bars draws figures as SVG, one bar each: all of them, and in its lower part those that were neutralised. The table
// beside it says the same.
func bars(rows []ledger.Figure, w words) template.HTML {
	const width, height, ground = 720, 180, 160
	if len(rows) == 0 {
		return ""
	}
	most := uint64(1)
	for _, f := range rows {
		most = max(most, f.Attacks)
	}
	var b strings.Builder
	b.WriteString(`<svg class="bars" viewBox="0 0 ` + strconv.Itoa(width) + ` ` + strconv.Itoa(height) + `" role="img" aria-label="` + template.HTMLEscapeString(w.say("chart")) + `" focusable="false">`)
	step := float64(width) / float64(len(rows))
	for i, f := range rows {
		all, stopped := float64(f.Attacks)/float64(most)*(ground-10), float64(f.Neutralised)/float64(most)*(ground-10)
		for _, bar := range []struct {
			class  string
			height float64
		}{{"all", all}, {"stopped", stopped}} {
			b.WriteString(`<rect class="` + bar.class + `" x="` + decimal(float64(i)*step+step*.1) + `" y="` + decimal(ground-bar.height) + `" width="` + decimal(step*.8) + `" height="` + decimal(bar.height) + `"/>`)
		}
	}
	b.WriteString(`<path class="axis" d="M0 160.5h720"/></svg>`)
	return template.HTML(b.String()) // numbers, and a phrase that is escaped
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

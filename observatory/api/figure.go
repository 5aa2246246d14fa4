package api

import (
	"context"

	"abri.example/abri"
	"abri.example/abri/observatory/ledger"
	"abri.example/abri/observatory/people"
)

// Figures are counts of the attacks that began between two days.
type Figures struct {
	From    abri.Day `json:"from" format:"date"`
	To      abri.Day `json:"to" format:"date"`
	By      string   `json:"by"`
	Figures []Figure `json:"figures"`
	Rule    string   `json:"rule" doc:"The page that says how it is counted." example:"/regle"`
}

// Figure is one of them. The console prints the same.
type Figure struct {
	Word        string `json:"word" doc:"A day, a month as 2026-03, a year, a kind, a family, a service, a country, or nothing."`
	Attacks     uint64 `json:"attacks" doc:"That began. Each is counted once, on its first day."`
	Neutralised uint64 `json:"neutralised" doc:"Of which something was really dropped."`
	WouldBlock  uint64 `json:"would_block" doc:"That watch-only would have dropped; never in neutralised."`
}

// FigureOf is a figure in these words.
func FigureOf(f ledger.Figure) Figure { return Figure{f.Word, f.Attacks, f.Neutralised, f.WouldBlock} }

// byFamily is told apart here: each kind belongs to one family.
const byFamily = "family"

// figures are the operations that count.
func figures(a *api) {
	type question struct {
		Scope
		Span
		By string `query:"by" enum:"all,day,month,year,kind,family,service,country" default:"all" doc:"What the figures are told apart by. Where there was no attack there is no figure."`
	}
	add(a, operation{id: "count-attacks", method: "GET", path: "/figures", summary: "How many attacks, by day, month, year, kind, family, service or country", tag: "Figures", need: people.Read},
		func(ctx context.Context, c *caller, in *question) (Figures, error) {
			which, err := in.of(ctx, c)
			if err != nil {
				return Figures{}, err
			}
			from, to := in.days(a.today(), 365)
			by := ledger.By(in.By)
			if in.By == byFamily {
				by = ledger.ByKind
			}
			found, err := c.Count(ctx, ledger.Question{Scope: which, From: from, To: to, By: by})
			out := Figures{From: from, To: to, By: in.By, Figures: []Figure{}, Rule: "/regle"}
			if in.By == byFamily {
				found = families(found)
			}
			for _, f := range found {
				out.Figures = append(out.Figures, FigureOf(f))
			}
			return out, err
		})
	type days struct {
		AtSite
		Span
	}
	add(a, operation{id: "list-days", method: "GET", path: "/sites/{site}/days", summary: "The weather of a site, day by day", tag: "Figures", need: people.Read},
		func(ctx context.Context, c *caller, in *days) (Days, error) {
			from, to := in.Span.days(a.today(), 30)
			if err := ledger.CheckDays(from, to); err != nil {
				return Days{}, err
			}
			found, err := c.Days(ctx, in.Site, from, to)
			out := Days{Days: []Day{}}
			for _, d := range found {
				out.Days = append(out.Days, Day{d.Day, d.Sky, d.Points, d.Attacks, d.Neutralised, d.Noise, int64(d.Watched.Seconds())})
			}
			return out, err
		})
}

// Span are two days; without them the last so many.
type Span struct {
	From abri.Day `query:"from" format:"date" doc:"The first day, such as 2026-03-05."`
	To   abri.Day `query:"to" format:"date" doc:"The last day; today when left out."`
}

func (s Span) days(today abri.Day, back int) (from, to abri.Day) {
	if from, to = s.From, s.To; to == "" {
		to = today
	}
	if from == "" {
		from = to.Add(1 - back)
	}
	return from, to
}

// families adds up the kinds of each family, in the order in which families are told.
func families(kinds []ledger.Figure) (out []ledger.Figure) {
	at := map[string]int{}
	for _, f := range kinds {
		family := string(abri.Kind(f.Word).Family())
		i, ok := at[family]
		if !ok {
			i = len(out)
			at[family], out = i, append(out, ledger.Figure{Word: family})
		}
		out[i].Attacks, out[i].Neutralised, out[i].WouldBlock = out[i].Attacks+f.Attacks, out[i].Neutralised+f.Neutralised, out[i].WouldBlock+f.WouldBlock
	}
	return out
}

// Days are days of a site, the first first; one of which nothing was told is not there.
type Days struct {
	Days []Day `json:"days"`
}

// Day is one of them, as its box told it.
type Day struct {
	Day         abri.Day `json:"day" format:"date"`
	Sky         abri.Sky `json:"sky" enum:"clear,light-rain,rain,storm,tornado,fog"`
	Points      int      `json:"points"`
	Attacks     uint64   `json:"attacks"`
	Neutralised uint64   `json:"neutralised"`
	Noise       uint64   `json:"noise"`
	Watched     int64    `json:"watched" doc:"Seconds for which the filter was proven to work."`
}

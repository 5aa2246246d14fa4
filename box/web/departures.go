package web

import (
	"context"
	"net/http"
	"net/netip"

	"abri.example/abri"
	"abri.example/abri/box/session"
	"abri.example/abri/geo"
	"abri.example/abri/wording"
)

// Departures is what the page « Ce qui est parti » asks of the box. It must be safe for concurrent use.
type Departures interface {
	// Departures are the sheets of the last attacks on their way out, latest activity first.
	Departures(context.Context) ([]abri.Departed, error)
	// Departed is the sheet of one attack, by its id; abri.CodeNotFound where none has it.
	Departed(ctx context.Context, id string) (abri.Departed, error)
}

// departuresView is the page, in words: one sheet, or the list of them.
type departuresView struct {
	Sheet  *sheetView
	Sheets []sheetView
}

// sheetView is what left by one attack.
type sheetView struct {
	ID, What, Why, Outcome, Class string
	Device                        []string
	Destination                   []string
	Country                       string
	First, Last                   instant
	Sent, Received, Flows         string
	Hours                         []sheetHour
}

type sheetHour struct {
	Hour                  instant
	Destination           []string
	Sent, Received, Flows string
}

// departures answers with what left, to those who are signed in: it names devices.
func (h *house) departures(w http.ResponseWriter, r *http.Request, _ session.Session) {
	if h.options.Departures == nil {
		h.notFound(w, r)
		return
	}
	v, err := h.site.View(r.Context())
	if err != nil {
		h.complain(r.Context(), err)
		v = blind()
	}
	wording.Remember(w, r)
	words := words{wording.Language(r, v.Language)}
	view, err := h.departed(r.Context(), r.URL.Query().Get("id"), v, words)
	switch {
	case abri.CodeOf(err) == abri.CodeNotFound || abri.CodeOf(err) == abri.CodeInvalid:
		h.notFound(w, r)
		return
	case err != nil:
		h.refuse(w, r, err)
		return
	}
	p := pageOf(v, words, "/parti")
	p.SignedIn, p.Title, p.Departures = true, words.say("left"), &view
	h.draw(w, r, "departures", http.StatusOK, p)
}

func (h *house) departed(ctx context.Context, id string, v View, w words) (departuresView, error) {
	if id != "" {
		d, err := h.options.Departures.Departed(ctx, id)
		sheet := sheetOf(d, v, w)
		return departuresView{Sheet: &sheet}, err
	}
	all, err := h.options.Departures.Departures(ctx)
	var view departuresView
	for _, d := range all {
		view.Sheets = append(view.Sheets, sheetOf(d, v, w))
	}
	return view, err
}

func sheetOf(d abri.Departed, v View, w words) sheetView {
	a, t, now := d.Attack, d.Total(), v.Now.In(v.place())
	row := attackOf(a, now, w)
	s := sheetView{
		ID: a.ID, What: row.What, Why: wording.Capital(a.Why.Sentence(w.lang)), Outcome: row.Outcome, Class: row.Class,
		Device: row.device, Destination: destination(a.Outside), Country: row.Country,
		First: dated(a.First, now, w), Last: dated(a.Last, now, w),
		Sent: abri.Bytes(t.Sent, w.lang), Received: abri.Bytes(t.Received, w.lang), Flows: wording.Number(t.Flows, w.lang),
	}
	for _, hour := range d.Hours {
		s.Hours = append(s.Hours, sheetHour{
			Hour: dated(hour.Hour, now, w), Destination: destination(hour.Outside),
			Sent: abri.Bytes(hour.Sent, w.lang), Received: abri.Bytes(hour.Received, w.lang), Flows: wording.Number(hour.Flows, w.lang),
		})
	}
	return s
}

// destination is an address in pieces between which a line may break, with its country.
func destination(a netip.Addr) []string {
	if code := geo.Country(a); code != "" {
		return append(pieces(address(a)), " "+code)
	}
	return pieces(address(a))
}

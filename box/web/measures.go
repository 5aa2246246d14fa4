package web

import (
	"fmt"
	"net/http"
	"net/netip"

	"abri.example/abri"
	"abri.example/abri/box/session"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// measureRow is one rule of the detectors, in words.
type measureRow struct {
	Kind   abri.Kind
	Name   string
	Acts   bool
	Does   string
	Since  instant
	Next   string // what happens with one that observes
	Ripe   instant
	Would  string
	Lately []string // of whom it would have stopped
	Doubts string   // "" for none
}

func measuresOf(v View, w words) []measureRow {
	now := v.Now.In(v.place())
	var rows []measureRow
	for _, m := range v.Measures {
		row := measureRow{
			Kind: m.Kind, Name: wording.Capital(nameOr(weather.KindName(m.Kind, w.lang), string(m.Kind))), Acts: m.Acts,
			Since: dated(m.Since, now, w), Would: wording.Number(m.Would, w.lang), Does: w.say("measures.acts"),
		}
		if m.Cuts {
			row.Does = w.say("measures.cuts")
		}
		for _, p := range m.Lately {
			row.Lately = append(row.Lately, placeOf(p))
		}
		if !m.Acts {
			row.Does, row.Next, row.Ripe = w.say("measures.watches"), w.say("measures.ripe"), dated(m.Ripe, now, w)
			if m.Ripe.IsZero() {
				row.Next = w.say("measures.person")
			}
		}
		if m.Doubts > 0 {
			row.Doubts = fmt.Sprintf(w.say("measures.doubts"), wording.Number(m.Doubts, w.lang))
		}
		rows = append(rows, row)
	}
	return rows
}

// placeOf is an address, or a network as CIDR.
func placeOf(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// isolatedRow is a device that is isolated, in words.
type isolatedRow struct {
	Device, Name string
	Since        instant
}

func isolatedOf(v View, w words) []isolatedRow {
	now := v.Now.In(v.place())
	var rows []isolatedRow
	for _, d := range v.Isolated {
		rows = append(rows, isolatedRow{d.Device, d.Name, dated(d.Since, now, w)})
	}
	return rows
}

// measures answers with what is done about what the detectors see. Devices are named to those who are signed in only.
func (h *house) measures(w http.ResponseWriter, r *http.Request) {
	h.show(w, r, "measures", "/mesures")
}

// promote answers « Faire agir » and « Faire observer ».
func (h *house) promote(w http.ResponseWriter, r *http.Request, who session.Session) {
	h.do(w, r, func() error {
		return h.options.Hands.Promote(r.Context(), who.By, abri.Kind(r.PostFormValue("kind")), r.PostFormValue("undo") != "")
	})
}

// isolate answers « Isoler ce poste » and « Rétablir ».
func (h *house) isolate(w http.ResponseWriter, r *http.Request, who session.Session) {
	h.do(w, r, func() error {
		return h.options.Hands.Isolate(r.Context(), who.By, r.PostFormValue("device"), r.PostFormValue("undo") != "")
	})
}

// do does what was asked on the page of measures, and shows it again.
func (h *house) do(w http.ResponseWriter, r *http.Request, what func() error) {
	err := error(&abri.Error{Code: abri.CodeUnavailable, What: "these pages only show"})
	if h.options.Hands != nil {
		err = what()
	}
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	http.Redirect(w, r, "/mesures", http.StatusSeeOther)
}

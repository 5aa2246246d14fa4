package web

import (
	"encoding/json"
	"net/http"
	"time"

	"abri.example/abri"
	"abri.example/abri/weather"
)

// apiWeather is the answer of /api/weather. The form is a contract: fields are added, none renamed. Times are RFC 3339
// in UTC, days local. It names no address.
type apiWeather struct {
	Type          string            `json:"type"` // "weather"
	Site          string            `json:"site"`
	Mode          abri.Mode         `json:"mode"`
	Now           time.Time         `json:"now"`
	LastContact   time.Time         `json:"last_contact,omitzero"`
	CountingSince time.Time         `json:"counting_since,omitzero"`
	Verified      time.Time         `json:"verified,omitzero"` // when the filter was last proven
	Sky           abri.Sky          `json:"sky"`
	Because       weather.Because   `json:"because"`
	Sentence      map[string]string `json:"sentence"` // by language
	Points        int               `json:"points"`
	Bounds        [4]int            `json:"bounds"`
	Learning      bool              `json:"learning"`
	Since         time.Time         `json:"since"`
	Attacks       uint64            `json:"attacks"`
	Neutralised   uint64            `json:"neutralised"`
	WouldBlock    uint64            `json:"would_block"`
	Observed      uint64            `json:"observed"`
	Ongoing       uint64            `json:"ongoing"`
	Noise         uint64            `json:"noise"`
	Families      []apiCount        `json:"families"`
	Services      []apiCount        `json:"services"`
	Days          []apiDay          `json:"days"`
	Wanted        int               `json:"lists_wanted"`
	Enforced      int               `json:"lists_enforced"`
	Troubles      []string          `json:"troubles"` // codes
}

type apiCount struct {
	Name        string `json:"name"`
	Attacks     uint64 `json:"attacks"`
	Neutralised uint64 `json:"neutralised"`
	Ongoing     uint64 `json:"ongoing"`
}

type apiDay struct {
	Day         abri.Day `json:"day"`
	Sky         abri.Sky `json:"sky"`
	Points      int      `json:"points"`
	Attacks     uint64   `json:"attacks"`
	Neutralised uint64   `json:"neutralised"`
}

// api answers with the weather of the view as JSON; 503 and {"type":"error"} when the view cannot be had.
func (h *house) api(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	v, err := h.site.View(r.Context())
	if err != nil {
		h.complain(r.Context(), err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"type":"error","code":"unavailable","sentence":"the view cannot be had; the box's log says why"}` + "\n"))
		return
	}
	// The reader may leave while it is written; nothing in the value can fail to encode.
	_ = json.NewEncoder(w).Encode(apiOf(v))
}

func apiOf(v View) apiWeather {
	r := v.Report
	out := apiWeather{
		Type: "weather", Site: v.Site, Mode: v.Mode, Now: v.Now.UTC(), LastContact: v.LastContact.UTC(),
		CountingSince: v.CountingSince.UTC(), Verified: v.Verified.UTC(), Sky: r.Sky, Because: r.Because,
		Sentence: map[string]string{"fr": weather.Sentence(r, abri.French), "en": weather.Sentence(r, abri.English)},
		Points:   r.Points, Bounds: r.Bounds, Learning: r.Learning, Since: r.Since.UTC(), Attacks: r.Attacks,
		Neutralised: r.Neutralised, WouldBlock: r.WouldBlock, Observed: r.Observed, Ongoing: r.Ongoing, Noise: r.Noise,
		Families: []apiCount{}, Services: []apiCount{}, Days: []apiDay{}, Troubles: []string{},
		Wanted: v.Lists.Wanted, Enforced: v.Lists.Enforced,
	}
	for _, f := range r.Families {
		out.Families = append(out.Families, apiCount{string(f.Family), f.Attacks, f.Neutralised, f.Ongoing})
	}
	for _, s := range r.Services {
		out.Services = append(out.Services, apiCount{string(s.Service), s.Attacks, s.Neutralised, s.Ongoing})
	}
	for _, d := range v.Days {
		out.Days = append(out.Days, apiDay{d.Day, d.Sky, d.Points, d.Attacks, d.Neutralised})
	}
	for _, t := range v.Troubles {
		out.Troubles = append(out.Troubles, t.Code)
	}
	return out
}

package web

import (
	"net/http"
	"strconv"
	"time"

	"abri.example/abri/observatory/audit"
)

// journal is the audit log, the last entry first.
type journal struct {
	Rows  []journalRow
	Older uint64 // the number before which older entries are, 0 for none
}

type journalRow struct {
	Number                        uint64
	When, Who, From, Act, On, End string
	Exact                         string
	Refused                       bool
}

// mostEntries is how many a page shows.
const mostEntries = 100

// journal answers /journal.
func (h *house) journal(w http.ResponseWriter, r *http.Request, _ *visitor) {
	before, _ := strconv.ParseUint(r.URL.Query().Get("avant"), 10, 63)
	entries, err := h.ledger.Audit(r.Context(), before, mostEntries)
	if err != nil {
		h.fault(w, r, err)
		return
	}
	p := h.page(r, "/journal")
	words := words{p.Lang}
	p.Title, p.Journal = words.say("nav.audit"), &journal{}
	for _, e := range entries {
		p.Journal.Rows = append(p.Journal.Rows, journalRow{Number: e.Number, When: e.At.In(h.Location).Format("02/01/2006 15:04:05"), Exact: e.At.Format(time.RFC3339Nano), Who: e.Who, From: e.From,
			Act: words.say("act." + string(e.Act)), On: e.On, End: words.say("result." + string(e.Result)), Refused: e.Result == audit.Refused})
	}
	if n := len(entries); n == mostEntries && entries[n-1].Number > 1 {
		p.Journal.Older = entries[n-1].Number
	}
	h.draw(w, r, "journal", http.StatusOK, p)
}

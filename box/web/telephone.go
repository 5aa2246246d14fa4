package web

import (
	"context"
	"html/template"
	"net/http"
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/session"
	"abri.example/abri/geo"
	"abri.example/abri/wording"
)

// Telephones is what the page of the telephone asks of the box. It must be safe for concurrent use.
type Telephones interface {
	Telephone(ctx context.Context) (Telephone, error)
}

// Telephone is the telephone line of the site at one instant: numbers of calls, and no voice, no whole number, nobody's name.
type Telephone struct {
	View       View          // of the site, for the frame and the attacks
	Hours      []CallHour    // the last 24, the oldest first
	Countries  []CallCountry // of the last seven days, the most called first
	Calls      []CallRow     // of the last seven days, the latest first; the page shows at most MaxCalls
	Guard      CallGuard     // the night's budget
	Operators  []netip.Addr  // who carries the calls, as it was learnt
	Extensions int           // telephones that registered
	Secure     []SecurePeer  // with whom SIP is spoken over TLS
	Attacks    []abri.Attack // on the telephone, or by it, the latest first
}

// MaxCalls is how many rows of calls the page shows.
const MaxCalls = 60

// CallHour is how many calls there were in one hour, by way, and how many of those from inside were refused.
type CallHour struct {
	Start            time.Time
	Out, In, Refused uint64
}

// CallCountry is how many calls there were with one country ("ZZ" is none, "" an extension), and how long from inside in all.
// Attempted are strangers' tries to call there through the site's exchange.
type CallCountry struct {
	Country                     string
	Out, In, Refused, Attempted uint64
	Spoken                      time.Duration
}

// CallRow is the calls of one hour to the same beginning of a number.
type CallRow struct {
	Hour     time.Time
	Outward  bool
	Country  string
	Prefix   string
	Outcome  string // answered, vain, refused or attempted
	Calls    uint64
	Duration time.Duration
}

// CallGuard is the budget of a night. Acts says that calls beyond it are really refused: somebody chose so, and the box protects.
type CallGuard struct {
	Abroad, Premium           time.Duration
	SpentAbroad, SpentPremium time.Duration
	Refuse, Acts, Open        bool
}

// SecurePeer is somebody with whom SIP is spoken over TLS, and how many bytes.
type SecurePeer struct {
	Address netip.Addr
	Bytes   uint64
}

// phoneView is the page, in words.
type phoneView struct {
	Chart      template.HTML
	Hours      []phoneHour
	Countries  []phoneCountry
	Calls      []phoneCall
	Guard      phoneGuard
	Operators  []string
	Extensions string
	Secure     []phonePeer
	Attacks    []attackRow
}

type (
	phoneHour    struct{ Hour, Out, In, Refused string }
	phoneCountry struct{ Name, Out, In, Refused, Attempted, Spoken string }
	phoneCall    struct{ When, Way, Number, Country, Outcome, Calls, Duration string }
	phoneGuard   struct{ Abroad, Premium, SpentAbroad, SpentPremium, Does string }
	phonePeer    struct{ Address, Country, Bytes string }
)

// telephone answers with the page of the telephone, to those who are signed in.
func (h *house) telephone(w http.ResponseWriter, r *http.Request, _ session.Session) {
	if h.options.Telephones == nil {
		h.notFound(w, r)
		return
	}
	t, err := h.options.Telephones.Telephone(r.Context())
	status := http.StatusOK
	if err != nil {
		h.complain(r.Context(), err)
		t, status = Telephone{View: blind()}, http.StatusServiceUnavailable
	}
	wording.Remember(w, r)
	words := words{wording.Language(r, t.View.Language)}
	p := pageOf(t.View, words, "/telephone")
	p.SignedIn, p.Title = true, words.say("phone")
	view := phoneOf(t, words)
	p.Telephone = &view
	h.draw(w, r, "telephone", status, p)
}

func phoneOf(t Telephone, w words) phoneView {
	now := t.View.Now.In(t.View.place())
	p := phoneView{
		Chart: hourChart("phone.chart", callBars(t.Hours), now.Location(), w), Guard: guardOf(t.Guard, w), Extensions: wording.Number(uint64(max(0, t.Extensions)), w.lang),
		Attacks: attacksOf(t.Attacks, t.View, w),
	}
	for _, h := range t.Hours {
		if h.Out+h.In+h.Refused > 0 {
			p.Hours = append(p.Hours, phoneHour{wording.Moment(h.Start, now, w.lang), wording.Number(h.Out, w.lang), wording.Number(h.In, w.lang), wording.Number(h.Refused, w.lang)})
		}
	}
	for _, c := range t.Countries {
		p.Countries = append(p.Countries, phoneCountry{wording.Capital(callCountry(c.Country, w)), wording.Number(c.Out, w.lang), wording.Number(c.In, w.lang),
			wording.Number(c.Refused, w.lang), wording.Number(c.Attempted, w.lang), spoken(c.Spoken, w)})
	}
	for _, c := range t.Calls[:min(len(t.Calls), MaxCalls)] {
		way := w.say("phone.in")
		if c.Outward {
			way = w.say("phone.out")
		}
		p.Calls = append(p.Calls, phoneCall{wording.Moment(c.Hour, now, w.lang), way, c.Prefix, callCountry(c.Country, w),
			w.say("call." + c.Outcome), wording.Number(c.Calls, w.lang), spoken(c.Duration, w)})
	}
	for _, a := range t.Operators {
		p.Operators = append(p.Operators, a.String())
	}
	for _, s := range t.Secure {
		p.Secure = append(p.Secure, phonePeer{s.Address.String(), geo.Name(geo.Country(s.Address), w.lang), wording.Number(s.Bytes>>10, w.lang)})
	}
	return p
}

// callBars are the calls of each hour: those from inside, the refused ones on top of them, and those from outside beside.
func callBars(hours []CallHour) []hourBars {
	var bars []hourBars
	for _, h := range hours {
		bars = append(bars, hourBars{h.Start, h.Out, h.Refused, h.In})
	}
	return bars
}

// callCountry names the country of a number: none, or an extension, are named as such.
func callCountry(code string, w words) string {
	switch code {
	case "":
		return w.say("phone.inside")
	case "ZZ":
		return w.say("phone.nowhere")
	}
	return geo.Name(code, w.lang)
}

func guardOf(g CallGuard, w words) phoneGuard {
	budget := func(d time.Duration) string {
		if d == 0 {
			return w.say("phone.unbounded")
		}
		return spoken(d, w)
	}
	does := "phone.tells"
	switch {
	case g.Acts:
		does = "phone.refuses"
	case g.Refuse:
		does = "phone.would"
	}
	return phoneGuard{budget(g.Abroad), budget(g.Premium), spoken(g.SpentAbroad, w), spoken(g.SpentPremium, w), w.say(does)}
}

// spoken is a time in minutes, rounded up, "—" for none.
func spoken(d time.Duration, w words) string {
	if d <= 0 {
		return "—"
	}
	return wording.Number(uint64((d+time.Minute-1)/time.Minute), w.lang) + "\u00a0min"
}

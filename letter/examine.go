package letter

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"abri.example/abri"
	"abri.example/abri/names/lookalike"
)

// Judge is what the box knows of names and addresses. A nil function knows nothing. Its functions are called from one
// goroutine.
type Judge struct {
	// Name and Address name the list that holds one, of those that may stop something.
	Name    func(name string) (abri.Why, bool)
	Address func(netip.Addr) (abri.Why, bool)
	// Likeness says whom a name imitates.
	Likeness func(name string) lookalike.Likeness
	// Owner is whose a name really is, of the large services and the State that everybody writes with; "" for others.
	Owner func(name string) string
	// Brand is whose name stands in words that people read, such as a sender's, with the domains that are really theirs.
	Brand func(words string) (name string, domains []string)
}

// Advice is what a person is told to do.
type Advice string

// The advice, from the worst on.
const (
	Danger  Advice = "danger"  // do not click, do not answer
	Doubt   Advice = "doubt"   // ask the sender by telephone first
	Nothing Advice = "nothing" // nothing is known against it, which proves nothing
)

// Opinion is what speaks against a letter or a link, the worst first.
type Opinion struct {
	Advice    Advice   `json:"advice"`
	Subject   string   `json:"subject,omitempty"`
	From      Party    `json:"from,omitzero"`
	Reasons   []Reason `json:"reasons"`
	Links     int      `json:"links"` // examined
	Attached  int      `json:"attached"`
	Confirmed bool     `json:"confirmed"` // the receiving server confirmed the sender's domain (DMARC, or SPF and DKIM)
	More      bool     `json:"more"`      // it held more than was examined
}

// Examine says what speaks against a letter.
func Examine(l Letter, j Judge) Opinion {
	e := examination{judge: j, opinion: Opinion{Subject: cut(l.Subject), From: Party{cut(l.From.Name), cut(l.From.Address)}, Reasons: []Reason{}, Links: len(l.Links), Attached: len(l.Attachments), More: l.More}}
	e.sender(l)
	for _, k := range l.Links {
		e.link(k)
	}
	for _, a := range l.Attachments {
		e.attachment(a)
	}
	if l.Form {
		e.say(Doubt, FormInside, "", "")
	}
	for _, a := range l.Relays {
		if why, listed := e.address(a); listed {
			e.add(Reason{Advice: Doubt, Kind: ListedRelay, Subject: a.String(), Why: why})
		}
	}
	return e.end()
}

// ExamineLink says what speaks against an address of the web, as people paste it: with or without its scheme, with
// spaces around it. The error is an *abri.Error with CodeInvalid for what is no address.
func ExamineLink(text string, j Judge) (Opinion, error) {
	t, ok := targetOf(strings.Trim(strings.TrimSpace(text), "<>\"'"))
	if !ok {
		return Opinion{}, &abri.Error{Code: abri.CodeInvalid, What: "this is no link", Remedy: "paste an address such as https://www.impots.gouv.fr, or drop the e-mail itself"}
	}
	e := examination{judge: j, opinion: Opinion{Links: 1, Reasons: []Reason{}}}
	e.target(t, 0)
	return e.end(), nil
}

// examination gathers reasons.
type examination struct {
	judge   Judge
	opinion Opinion
}

func (e *examination) say(a Advice, k Kind, subject, other string) {
	e.add(Reason{Advice: a, Kind: k, Subject: subject, Other: other})
}

// maxReasons bounds what a person is shown.
const maxReasons = 20

func (e *examination) add(r Reason) {
	r.Subject, r.Other = cut(r.Subject), cut(r.Other)
	if len(e.opinion.Reasons) >= 10*maxReasons || slices.ContainsFunc(e.opinion.Reasons, func(x Reason) bool {
		return x.Kind == r.Kind && x.Subject == r.Subject && x.Other == r.Other
	}) {
		return
	}
	e.opinion.Reasons = append(e.opinion.Reasons, r)
}

// end puts the worst first and gives the advice.
func (e *examination) end() Opinion {
	o := e.opinion
	slices.SortStableFunc(o.Reasons, func(x, y Reason) int { return weight(x.Advice) - weight(y.Advice) })
	o.Advice = Nothing
	if len(o.Reasons) > 0 {
		o.Advice = o.Reasons[0].Advice
	}
	doubts := 0
	for _, r := range o.Reasons {
		if r.Advice == Doubt {
			doubts++
		}
	}
	if o.Advice == Doubt && doubts >= tooManyDoubts {
		o.Advice = Danger
	}
	if len(o.Reasons) > maxReasons {
		o.Reasons, o.More = o.Reasons[:maxReasons], true
	}
	return o
}

// tooManyDoubts is how many different doubts are as good as a danger: an honest letter may answer elsewhere, or be sent
// by a server that is not its own, and hardly ever does four such things at once.
const tooManyDoubts = 4

func weight(a Advice) int { return slices.Index([]Advice{Danger, Doubt, Nothing}, a) }

// cut keeps what is shown short enough for a page.
func cut(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:119]) + "…"
	}
	return s
}

func (e *examination) address(a netip.Addr) (abri.Why, bool) {
	if e.judge.Address == nil {
		return abri.Why{}, false
	}
	return e.judge.Address(a)
}

func (e *examination) owner(name string) string {
	if e.judge.Owner == nil {
		return ""
	}
	return e.judge.Owner(name)
}

// registered is the part of a name that somebody registered: impots.gouv.fr of www.impots.gouv.fr.
func registered(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if r, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return r
	}
	return name
}

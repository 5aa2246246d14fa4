package abri

import (
	"net/netip"
	"strings"
	"time"
)

// Rule names what spoke in a Why.
type Rule string

// The rules of the box itself; a detector's rule is the name of its kind.
const (
	RuleList    Rule = "list"    // an entry of a threat list
	RuleBan     Rule = "ban"     // a ban by a person or a detector
	RuleTrusted Rule = "trusted" // a person's choice: nothing applies
	RuleExempt  Rule = "exempt"  // a person's choice: lists don't apply
	RuleGuarded Rule = "guarded" // never taken from a list
	RuleOwn     Rule = "own"     // a new connection from outside to the box itself
	RuleAnswer  Rule = "answer"  // an answer that nobody at the site asked for
	RuleName    Rule = "name"    // a listed name was asked for; the names and the list are evidence
	RuleProbe   Rule = "probe"   // a lone knock that nobody answered
	RuleScanner Rule = "scanner" // a research scanner that says who it is

	RuleIsolated Rule = "isolated"    // a device that a person isolated
	RuleLooked   Rule = "looked-back" // the list names what was spoken with long before; the day, and the name or entry, are told
)

// Why is the reason that every verdict carries: the rule with its evidence, or the list, its publisher, the entry that
// matched and the day of the list. The zero Why gives no reason.
type Why struct {
	Rule      Rule         `json:"rule"`
	List      string       `json:"list,omitempty"`
	Publisher string       `json:"publisher,omitempty"`
	Entry     netip.Prefix `json:"entry,omitzero"`
	Dated     time.Time    `json:"dated,omitzero"`
	Evidence  []Evidence   `json:"evidence,omitempty"`
	Deed      Rule         `json:"deed,omitempty"` // of a ban by a detector: the rule that saw what was done
}

// The evidence of RuleLooked: the first day of the conversation, the name that was asked for, and the day of looking back.
const (
	EvidenceSpoke  = "spoke"
	EvidenceAsked  = "asked"
	EvidenceLooked = "looked-back"
)

// Sentence says the reason to a person, in one sentence of the given language, without a closing point.
func (w Why) Sentence(l Lang) string {
	say := func(french, english string) string {
		if l == French {
			return french
		}
		return english
	}
	switch w.Rule {
	case "":
		return ""
	case RuleList:
		return w.listed(w.entry(), say)
	case RuleLooked:
		return w.lookedBack(say)
	case RuleBan:
		s := w.entry() + say(" est bannie", " is banned")
		if said, ok := deeds[w.Deed]; ok {
			s += say(" : "+said.french, ": it "+said.english)
		}
		return s + w.facts(l)
	case RuleOwn:
		return say("une connexion venue de dehors vers le boîtier lui-même", "a new connection from outside to the box itself")
	case RuleAnswer:
		return say("une réponse que personne ici n'a demandée, souvent à un message envoyé au nom du site", "an answer that nobody here asked for, often to a message sent in the site's name")
	case RuleProbe:
		return say("un essai isolé, resté sans réponse", "a lone probe that nobody answered")
	case RuleScanner:
		return say("un scanner de recherche qui dit son nom", "a research scanner that says who it is") + w.facts(l)
	case RuleIsolated:
		return say("un appareil isolé, par le choix d'une personne", "an isolated device, by a person's choice")
	case RuleTrusted:
		return say("adresse de confiance, par le choix d'une personne", "a trusted address, by a person's choice")
	case RuleExempt:
		return say("adresse débloquée, par le choix d'une personne", "a released address, by a person's choice")
	case RuleGuarded:
		return say("adresse d'un grand service ou réservée, jamais prise d'une liste", "an address of a large service or a reserved one, never taken from a list")
	}
	if said, ok := deeds[w.Rule]; ok {
		return say(said.french, said.english) + w.facts(l)
	}
	return string(w.Rule) + w.facts(l)
}

// lookedBack says of a conversation of earlier days what only a later list knew. The name that was asked for is evidence.
func (w Why) lookedBack(say func(french, english string) string) string {
	when, what := "", w.entry()
	for _, e := range w.Evidence {
		switch e.Name {
		case EvidenceSpoke:
			if day, err := time.Parse(time.DateOnly, e.Value); err == nil {
				when = say(" le "+day.Format("02/01/2006"), " on "+e.Value)
			}
		case EvidenceAsked:
			what = e.Value
		}
	}
	return say("a parlé"+when+" avec un hôte que l'on ne savait pas encore dangereux : ", "spoke"+when+" with a host that nobody knew yet to be dangerous: ") + w.listed(what, say)
}

// listed names what stands there, the list, its publisher and its day, as far as they are known. An entry without a list was
// withdrawn while the kernel still held it.
func (w Why) listed(what string, say func(french, english string) string) string {
	if w.List == "" {
		return what + say(" était sur une liste", " was on a list")
	}
	s := what + say(" est sur la liste ", " is on the list ") + w.List
	if w.Publisher != "" && w.Publisher != w.List {
		s += " (" + w.Publisher + ")"
	}
	if !w.Dated.IsZero() {
		s += say(w.Dated.Format(" du 02/01/2006"), w.Dated.Format(" of 2006-01-02"))
	}
	return s
}

// entry is what matched: an address, or a network as CIDR.
func (w Why) entry() string {
	if w.Entry.IsSingleIP() {
		return w.Entry.Addr().String()
	}
	return w.Entry.String()
}

// facts are the numbers that the reason rests on, in parentheses.
func (w Why) facts(l Lang) string {
	if len(w.Evidence) == 0 {
		return ""
	}
	parts := make([]string, len(w.Evidence))
	for i, e := range w.Evidence {
		parts[i] = e.sentence(l)
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

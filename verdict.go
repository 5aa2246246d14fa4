package abri

import (
	"fmt"
	"net/netip"
	"time"
)

// Mode says whether the box acts or only watches.
type Mode string

// Observe is the mode of a new box: everything passes, and what would have been stopped is told. Protect drops.
const (
	Observe Mode = "observe"
	Protect Mode = "protect"
)

// Valid reports whether m is Observe or Protect.
func (m Mode) Valid() bool { return m == Observe || m == Protect }

// Action is what is done with a packet, a flow or an address.
type Action string

// The actions, from the mildest. ActObserve is watch-only: it would have blocked. ActBlock is for this packet or flow,
// ActBan for an address, until a time.
const (
	ActPass    Action = "pass"
	ActObserve Action = "observe"
	ActBlock   Action = "block"
	ActBan     Action = "ban"
)

// Finding is what a detector saw, with its evidence. Outside and Inside are the two ends as seen from the box; Port is
// the server's port (0 for protocols without ports) and Proto the IANA protocol name in lower case ("tcp", "udp",
// "icmp", "ipv6-icmp", or the decimal number). Noise marks what leads to nothing: a lone probe, a research scanner
// that says who it is; it never becomes an attack.
type Finding struct {
	Kind      Kind
	Service   Service
	Direction Direction
	Outside   netip.Addr
	Inside    netip.Addr
	Port      uint16
	Proto     string
	At        time.Time
	Noise     bool
	Why       Why
}

// Verdict is what policy decided, and why. Until is the end of a ban and zero otherwise.
type Verdict struct {
	Action Action
	Until  time.Time
	Why    Why
}

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
	RuleProbe   Rule = "probe"   // a lone knock that nobody answered
	RuleScanner Rule = "scanner" // a research scanner that says who it is
)

// Evidence is one number or name that a rule rests on, such as {"ports", "34"}.
type Evidence struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Why is the reason that every verdict carries: the rule with its evidence, or the list, its publisher, the entry that
// matched and the day of the list. The zero Why gives no reason.
type Why struct {
	Rule      Rule         `json:"rule"`
	List      string       `json:"list,omitempty"`
	Publisher string       `json:"publisher,omitempty"`
	Entry     netip.Prefix `json:"entry,omitzero"`
	Dated     time.Time    `json:"dated,omitzero"`
	Evidence  []Evidence   `json:"evidence,omitempty"`
}

// Sentence says the reason to a person, in one sentence of the given language, without a closing point.
func (w Why) Sentence(l Lang) string {
	fr := l == French
	switch w.Rule {
	case RuleList:
		day := ""
		if !w.Dated.IsZero() {
			day = w.Dated.Format("2006-01-02")
		}
		by := ""
		if w.Publisher != "" && w.Publisher != w.List {
			by = w.Publisher
		}
		switch {
		case fr && by != "" && day != "":
			return fmt.Sprintf("l'adresse %s est sur la liste %s de %s, du %s", w.Entry, w.List, by, day)
		case fr && day != "":
			return fmt.Sprintf("l'adresse %s est sur la liste %s, du %s", w.Entry, w.List, day)
		case fr:
			return fmt.Sprintf("l'adresse %s est sur la liste %s", w.Entry, w.List)
		case by != "" && day != "":
			return fmt.Sprintf("%s is on the list %s by %s of %s", w.Entry, w.List, by, day)
		case day != "":
			return fmt.Sprintf("%s is on the list %s of %s", w.Entry, w.List, day)
		}
		return fmt.Sprintf("%s is on the list %s", w.Entry, w.List)
	case RuleBan:
		if fr {
			return fmt.Sprintf("%s a été bannie", w.Entry) + facts(w.Evidence)
		}
		return fmt.Sprintf("%s was banned", w.Entry) + facts(w.Evidence)
	case RuleOwn:
		return pick(fr, "une connexion venue de dehors vers le boîtier lui-même", "a new connection from outside to the box itself")
	case RuleProbe:
		return pick(fr, "un essai isolé, resté sans réponse", "a lone probe that nobody answered")
	case RuleScanner:
		return pick(fr, "un scanner de recherche qui dit son nom", "a research scanner that says who it is") + facts(w.Evidence)
	case RuleTrusted:
		return pick(fr, "adresse de confiance, par le choix d'une personne", "a trusted address, by a person's choice")
	case RuleExempt:
		return pick(fr, "adresse débloquée, par le choix d'une personne", "a released address, by a person's choice")
	case RuleGuarded:
		return pick(fr, "adresse d'un grand service ou réservée, jamais prise d'une liste", "an address of a large service or a reserved one, never taken from a list")
	case "":
		return ""
	}
	return string(w.Rule) + facts(w.Evidence)
}

func pick(fr bool, french, english string) string {
	if fr {
		return french
	}
	return english
}

func facts(es []Evidence) string {
	if len(es) == 0 {
		return ""
	}
	s := " ("
	for i, e := range es {
		if i > 0 {
			s += ", "
		}
		s += e.Name + " " + e.Value
	}
	return s + ")"
}

// Lang is a language of the pages.
type Lang string

// French comes first, then English.
const (
	French  Lang = "fr"
	English Lang = "en"
)

package letter

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// sender examines who a letter says that it is from: whether the receiving server confirms it, whether the name that is
// shown is that of somebody else, and where an answer would go.
func (e *examination) sender(l Letter) {
	domain := domainOf(l.From.Address)
	if domain != "" {
		e.name(domain)
	}
	spf, dkim, dmarc := outcomeOf(l.Results, "spf"), outcomeOf(l.Results, "dkim"), outcomeOf(l.Results, "dmarc")
	e.opinion.Confirmed = dmarc == "pass" || dmarc == "" && spf == "pass" && dkim == "pass"
	failed := dmarc == "fail"
	pretends := e.pretends(l.From, domain)
	switch {
	case failed && (pretends || e.owner(domain) != ""):
		e.say(Danger, Unconfirmed, domain, "")
	case failed:
		e.say(Doubt, Unconfirmed, domain, "")
	case dmarc != "pass" && (spf == "fail" || spf == "softfail") && dkim != "pass":
		e.say(Doubt, WrongServer, domain, "")
	case dmarc != "pass" && dkim == "fail" && spf != "pass":
		e.say(Doubt, BrokenSeal, domain, "")
	}
	if to := domainOf(l.ReplyTo.Address); to != "" && domain != "" && registered(to) != registered(domain) {
		e.say(Doubt, AnswersElsewhere, l.ReplyTo.Address, domain)
		e.name(to)
	}
}

// pretends tells a name that is shown and belongs to somebody else than the address: « Ameli <x@mail.example> », or
// another address in the name.
func (e *examination) pretends(from Party, domain string) bool {
	if i := strings.IndexByte(from.Name, '@'); i >= 0 && domain != "" {
		if shown := domainOf(strings.ToLower(strings.Trim(from.Name, `'" <>`))); shown != "" && publicName(shown) && registered(shown) != registered(domain) {
			e.say(Danger, NamesAnother, from.Name, domain)
			return true
		}
	}
	if e.judge.Brand == nil || domain == "" {
		return false
	}
	brand, theirs := e.judge.Brand(from.Name)
	if brand == "" || slices.ContainsFunc(theirs, func(d string) bool { return domain == d || strings.HasSuffix(domain, "."+d) }) {
		return false
	}
	if free(domain) {
		e.say(Danger, Pretends, brand, from.Address)
		return true
	}
	e.say(Doubt, Pretends, brand, from.Address) // their own sender of newsletters, or a firm of the same name
	return true
}

// brand is whose a shown name is; "" for nobody's that is known.
func (e *examination) brand(name string) string {
	if e.judge.Likeness == nil || e.judge.Brand == nil {
		return ""
	}
	for _, label := range strings.Split(name, ".") {
		if b, theirs := e.judge.Brand(label); b != "" && slices.ContainsFunc(theirs, func(d string) bool { return name == d || strings.HasSuffix(name, "."+d) }) {
			return b
		}
	}
	return ""
}

// free reports whether anybody may have an address of a domain: no bank and no administration writes from there.
func free(domain string) bool {
	return slices.Contains(mailboxes, registered(domain))
}

var mailboxes = strings.Fields(`gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com yahoo.com
	yahoo.fr ymail.com aol.com gmx.com gmx.fr gmx.net mail.com mail.ru yandex.com yandex.ru proton.me protonmail.com icloud.com me.com
	orange.fr wanadoo.fr free.fr sfr.fr laposte.net bbox.fr neuf.fr numericable.fr tutanota.com zoho.com onmicrosoft.com`)

func domainOf(address string) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(strings.Trim(address[i+1:], " >")), ".")
}

// publicName reports whether a name ends in a suffix that is delegated: "facture.pdf" is not one.
func publicName(name string) bool {
	suffix, managed := publicsuffix.PublicSuffix(strings.ToLower(name))
	return managed || strings.Contains(suffix, ".")
}

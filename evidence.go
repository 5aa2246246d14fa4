package abri

import (
	"fmt"
	"strconv"
	"strings"
)

// Evidence is one number or name that a rule rests on, such as {"ports", "34"}. A name that begins with "bytes" or ends in
// "-bytes" is of a number of bytes, one with "seconds" of a time.
type Evidence struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// facts are what evidence is called in both languages, where it is not called by its name. What stands in parentheses is
// said of many; behind a bar stands what is said of one: "tr(ies|y)".
var facts = map[string]struct{ french, english string }{
	"machines": {"machine(s)", "machine(s)"}, "ports": {"port(s)", "port(s)"}, "sources": {"source(s)", "source(s)"}, "pages": {"page(s)", "page(s)"},
	"by": {"par", "by"}, "tries": {"essai(s)", "tr(ies|y)"}, "names": {"nom(s)", "name(s)"}, "passwords": {"mot(s) de passe", "password(s)"},
	"users": {"compte(s)", "user(s)"}, "countries": {"pays", "countr(ies|y)"}, "calls": {"appel(s)", "call(s)"}, "numbers": {"numéro(s)", "number(s)"},
	"openings": {"ouverture(s) de connexion", "connection(s) asked for"}, "datagrams": {"datagramme(s)", "datagram(s)"}, "echoes": {"ping(s)", "ping(s)"},
	"strays": {"segment(s) sans connexion", "segment(s) without a connection"}, "queries": {"question(s) DNS", "DNS question(s)"},
	"answers": {"réponse(s)", "answer(s)"}, "worst-second": {"dans la pire seconde", "in the worst second"},
	"returned": {"visiteur(s) admis à (leur|son) second essai", "visitor(s) let in when (they|he) asked again"},
	"packets":  {"paquet(s)", "packet(s)"}, "servers": {"serveur(s)", "server(s)"}, "requests": {"demande(s)", "request(s)"}, "browsers": {"navigateur(s)", "browser(s)"},
	"connections": {"connexion(s)", "connection(s)"}, "characters": {"caractère(s)", "character(s)"}, "domain": {"domaine", "domain"}, "domains": {"domaine(s)", "domain(s)"},
	"replies": {"réponse(s)", "repl(ies|y)"}, "network": {"réseau", "network"}, "door": {"porte", "door"}, "decoy": {"leurre", "decoy"},
	"points": {"point(s)", "point(s)"}, "program": {"programme", "program"},
	"sign": {"signe", "sign"}, "times": {"fois", "time(s)"}, "last": {"dernier", "last"}, "jitter-percent": {"% d'écart", "% of jitter"},
	"asked": {"demandé", "asked"}, "listed": {"inscrit", "listed"}, "list": {"liste", "list"}, "imitates": {"imite", "imitates"}, "because": {"car", "because"},
	"who": {"qui", "who"}, "exchanges": {"standard(s)", "exchange(s)"}, "country": {"pays", "country"}, "prefix": {"préfixe", "prefix"},
	"bytes": {"", ""}, "usual-bytes": {"en un jour d'habitude", "in a usual day"}, "usual-hour-bytes": {"d'habitude à cette heure", "usually at this hour"},
	"seconds": {"en", "in"}, "every-seconds": {"entre deux appels", "between calls"},
	"night-calls":   {"appel(s) lointain(s) ou cher(s) hors des heures d'ouverture", "far or dear call(s) outside opening hours"},
	"burst-calls":   {"appel(s) d'affilée vers des pays qu'on n'appelle pas d'ici", "call(s) in a row to countries that nobody calls from here"},
	"short-calls":   {"appel(s) court(s) vers un même préfixe", "short call(s) to one prefix"},
	"over-minutes":  {"minute(s) cette nuit, plus que le budget", "minute(s) this night, beyond the budget"},
	"refused-calls": {"appel(s) refusé(s)", "call(s) refused"},
	"strayed-to":    {"poste inscrit pour la première fois depuis", "telephone registered for the first time from"},
}

// words are values of evidence that are words of ours, in French.
var words = map[string]string{
	"sessions of one shape": "sessions toutes pareilles", "short sessions": "sessions courtes", "other words and one answer": "mots toujours autres et même réponse", "protocol": "numéros de protocole", "forms": "formulaires", "refused forms": "formulaires refusés", "refused": "refus du serveur",
	"sign-ins": "connexions à des comptes", "unknown-recipients": "destinataires inconnus", "relay-test": "courrier à faire suivre",
	"cipher-form": "formulaire chiffré", "self-signed": "certificat que personne ne garantit", "endless-certificate": "certificat sans fin",
	"several-such-servers": "plusieurs serveurs de la sorte", "no-name-asked": "sans nom demandé", "no-protocol-offered": "sans protocole proposé", "disguised-program": "programme déguisé", "program-as-text": "programme donné pour un texte",
	"programs-from-many": "programmes pris à plusieurs endroits", "double-name": "nom à double extension", "named-as-document": "nom de document",
	"asked-by-shell": "demandé par un script ou un document", "bare-address": "adresse sans nom", "free-name": "nom gratuit", "feigned-browser": "faux navigateur",
	"asked-by-script": "demandé par un script", "asked-by-tool": "demandé par un outil", "new-host": "machine jamais vue", "no-page-led-there": "aucune page n'y menait",
	"unnamed-file": "fichier sans nom de programme", "odd-port": "port inhabituel", "by-ftp": "par FTP", "borrowed-name": "nom d'un logiciel connu", "given-for-a-form": "donné en réponse à un formulaire",
}

// named are facts whose value is a name, even where it begins with a digit.
var named = map[string]bool{"port": true, "network": true, "last": true, "domain": true, "prefix": true, "by": true}

// Label is what many of the fact are called in a language.
func (e Evidence) Label(l Lang) string { return e.called(l, false) }

func (e Evidence) called(l Lang, one bool) string {
	said, ok := facts[e.Name]
	switch {
	case !ok:
		return e.Name
	case l == French:
		return number(said.french, one)
	}
	return number(said.english, one)
}

// number reads text for many or for one: see facts.
func number(text string, one bool) string {
	var b strings.Builder
	for {
		before, after, more := strings.Cut(text, "(")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		forms, rest, _ := strings.Cut(after, ")")
		many, single, _ := strings.Cut(forms, "|")
		if one {
			many = single
		}
		b.WriteString(many)
		text = rest
	}
}

// sentence is the fact as a person says it: a number before its name, a word after it.
func (e Evidence) sentence(l Lang) string {
	n, err := strconv.ParseUint(e.Value, 10, 64)
	switch {
	case e.Value == "" || e.Value[0] < '0' || e.Value[0] > '9' || named[e.Name]:
		return e.Label(l) + " " + e.word(l)
	case err != nil:
		return e.Value + " " + e.Label(l)
	case e.Name == "seconds":
		return e.Label(l) + " " + lasting(n, l)
	case strings.HasSuffix(e.Name, "-seconds"):
		return lasting(n, l) + " " + e.Label(l)
	case strings.HasSuffix(e.Name, "bytes"):
		return strings.TrimSpace(Bytes(n, l) + " " + e.Label(l))
	}
	return e.Value + " " + e.called(l, n < 2)
}

// word is the value in a language, where it is a word of ours.
func (e Evidence) word(l Lang) string {
	if said, ok := words[e.Value]; ok && l == French {
		return said
	}
	return e.Value
}

// units of time, and in how many seconds one is over.
var units = []struct {
	seconds         uint64
	french, english string
}{{24 * 3600, "jour(s)", "day(s)"}, {3600, "heure(s)", "hour(s)"}, {60, "minute(s)", "minute(s)"}, {1, "seconde(s)", "second(s)"}}

// lasting is a time in whole seconds as a person says it: in the largest unit of which there are two.
func lasting(seconds uint64, l Lang) string {
	for _, u := range units {
		if seconds < 2*u.seconds && u.seconds > 1 {
			continue
		}
		n, name := (seconds+u.seconds/2)/u.seconds, u.english
		if l == French {
			name = u.french
		}
		return fmt.Sprint(n, " ", number(name, n < 2))
	}
	return ""
}

package abri

// deeds say what a detector saw somebody do, by its rule, which is the name of its kind. The facts follow in parentheses.
var deeds = map[Rule]struct{ french, english string }{
	Rule(Scan):              {"cherche des portes ouvertes", "looks for open doors"},
	Rule(Bruteforce):        {"essaie des mots de passe l'un après l'autre", "tries one password after the other"},
	Rule(Exploit):           {"essaie d'entrer par une faille connue", "tries to get in by a known hole"},
	Rule(LateralMovement):   {"prend la main sur d'autres machines", "takes over other machines"},
	Rule(Exfiltration):      {"envoie des données volées au dehors", "sends stolen data out"},
	Rule(Tunnel):            {"cache des données dans des questions anodines", "hides data in harmless-looking questions"},
	Rule(CommandAndControl): {"parle à ceux qui le commandent à distance", "speaks to those who control it from afar"},
	Rule(Beacon):            {"appelle la même machine à intervalles réguliers", "calls the same machine at regular intervals"},
	Rule(MalwareDownload):   {"télécharge un programme suspect", "downloads a suspicious program"},
	Rule(DGA):               {"cherche des noms de domaine fabriqués par une machine", "looks for domain names made by a machine"},
	Rule(Lookalike):         {"demande un nom qui en imite un autre", "asks for a name that imitates another"},
	RuleName:                {"demande un nom qui est sur une liste", "asks for a name that is on a list"},
	Rule(Worm):              {"cherche d'autres machines à infecter", "looks for other machines to infect"},
	Rule(Spambot):           {"envoie du courrier à de nombreux serveurs", "sends mail to many servers"},
	Rule(Flood):             {"noie une machine sous les demandes", "drowns a machine in requests"},
	Rule(Amplification):     {"noie une machine sous des réponses que personne n'a demandées", "drowns a machine in answers that nobody asked for"},
	Rule(SlowDoS):           {"occupe un serveur par des demandes sans fin", "keeps a server busy with requests that never end"},
	Rule(SIPScan):           {"cherche des standards téléphoniques", "looks for telephone exchanges"},
	Rule(TollFraud):         {"essaie de téléphoner aux frais du site", "tries to telephone at the site's expense"},
}

// factNames are the French names of evidence, where they differ from the English.
var factNames = map[string]string{
	"by": "par", "seconds": "secondes", "tries": "essais", "names": "noms", "passwords": "mots de passe", "users": "comptes", "countries": "pays", "calls": "appels", "numbers": "numéros",
	"openings": "ouvertures de connexion", "datagrams": "datagrammes", "echoes": "pings", "strays": "segments sans connexion", "queries": "questions DNS", "answers": "réponses", "worst-second": "dans la pire seconde", "returned": "visiteurs admis à leur second essai",
	"packets": "paquets", "servers": "serveurs", "requests": "demandes", "browsers": "navigateurs", "connections": "connexions",
	"characters": "caractères", "domain": "domaine", "domains": "domaines", "replies": "réponses", "bytes": "octets",
	"network": "réseau", "door": "porte", "decoy": "leurre", "sign": "signe", "times": "fois", "last": "dernier", "every-seconds": "secondes entre deux appels",
	"jitter-percent": "% d'écart", "asked": "demandé", "listed": "inscrit", "list": "liste", "imitates": "imite", "because": "car", "who": "qui", "exchanges": "standards", "country": "pays", "prefix": "préfixe",
	"night-calls": "appels lointains ou chers hors des heures d'ouverture", "burst-calls": "appels d'affilée vers des pays qu'on n'appelle pas d'ici",
	"short-calls": "appels courts vers un même préfixe", "over-minutes": "minutes cette nuit, plus que le budget", "refused-calls": "appel refusé",
	"strayed-to":  "poste inscrit pour la première fois depuis",
	"usual-bytes": "octets en un jour d'habitude", "usual-hour-bytes": "octets d'habitude à cette heure",
}

// englishFacts are the English names of evidence that don't read as they stand.
var englishFacts = map[string]string{
	"openings": "connections asked for", "echoes": "pings", "strays": "segments without a connection", "queries": "DNS questions",
	"worst-second": "in the worst second", "returned": "visitors let in when they asked again",
	"every-seconds": "seconds between calls", "jitter-percent": "% of jitter", "usual-bytes": "bytes in a usual day", "usual-hour-bytes": "bytes at this hour as usual",
	"night-calls": "far or dear calls outside opening hours", "burst-calls": "calls in a row to countries that nobody calls from here",
	"short-calls": "short calls to one prefix", "over-minutes": "minutes this night, beyond the budget", "refused-calls": "call refused",
	"strayed-to": "telephone registered for the first time from",
}

// Label is the name of the fact in a language.
func (e Evidence) Label(l Lang) string {
	name := e.Name
	if l == French && factNames[name] != "" {
		name = factNames[name]
	} else if l != French && englishFacts[name] != "" {
		name = englishFacts[name]
	}
	return name
}

// sentence is the fact as a person says it: a number before its name, a word after it.
func (e Evidence) sentence(l Lang) string {
	name := e.Label(l)
	if e.Value != "" && e.Value[0] >= '0' && e.Value[0] <= '9' && e.Name != "port" && e.Name != "network" && e.Name != "last" && e.Name != "domain" && e.Name != "prefix" {
		return e.Value + " " + name
	}
	return name + " " + e.Value
}

package web

import (
	"abri.example/abri"
	"abri.example/abri/wording"
)

// words says the pages' own words in one language. The names of skies, families and kinds are weather's, those of
// countries geo's.
type words struct{ lang abri.Lang }

// say gives the words under a key of the phrases, and the key itself when there are none: a test sees to it that none is
// missing.
func (w words) say(key string) string {
	p, ok := phrases[key]
	if !ok {
		if p, ok = peoplePhrases[key]; !ok {
			return key
		}
	}
	return wording.Pick(w.lang, p[0], p[1])
}

// phrases are the words of the pages of sites and figures, French then English; peoplePhrases are the others.
var phrases = map[string][2]string{
	"title":       {"Observatoire", "Observatory"},
	"skip":        {"Aller au contenu", "Skip to content"},
	"nav":         {"Pages", "Pages"},
	"nav.map":     {"Carte", "Map"},
	"nav.figures": {"Chiffres", "Figures"},
	"nav.rollout": {"Déploiement", "Roll-out"},
	"nav.rule":    {"Comment on compte", "How it is counted"},
	"nav.release": {"Débloquer", "Release"},
	"nav.people":  {"Personnes", "People"},
	"nav.audit":   {"Journal", "Audit log"},
	"language":    {"Langue", "Language"},
	"colon":       {" : ", ": "},
	"asof":        {"Page du", "Page as of"},
	"stale":       {"Cette page ne reçoit plus de nouvelles de l'observatoire : ce qu'elle montre n'est peut-être plus vrai.", "This page gets no more news from the observatory: what it shows may no longer be true."},
	"show":        {"Afficher", "Show"},

	"nav.programs":        {"Programmes", "Programs"},
	"programs.lead":       {"Des clés pour que vos programmes lisent et agissent, et des programmes que l'observatoire prévient. Ni les unes ni les autres ne voient plus que vous.", "Keys for your programs to read and act, and programs that the observatory tells. Neither sees more than you do."},
	"programs.word":       {"Le secret de", "The secret of"},
	"programs.once":       {"Copiez-le maintenant : il n'est montré qu'une fois.", "Copy it now: it is shown this once."},
	"programs.keys":       {"Clés", "Keys"},
	"programs.keys.lead":  {"Un programme montre sa clé à chaque demande.", "A program shows its key with each request."},
	"programs.document":   {"Ce qu'il peut demander (en anglais)", "What it may ask"},
	"programs.until":      {"jusqu'au", "until"},
	"programs.used":       {"servie", "used"},
	"programs.never":      {"jamais", "never"},
	"programs.drop":       {"Retirer", "Take away"},
	"programs.make":       {"Faire une clé", "Make a key"},
	"programs.name":       {"Pour quel programme", "For which program"},
	"programs.part":       {"Sans groupe ni site : votre propre périmètre. Une clé de moindre rôle d'un administrateur en nomme au moins un.", "Without group and site: your own part. An administrator's key of a lesser role names at least one."},
	"programs.long":       {"Bonne pour", "Good for"},
	"programs.month":      {"un mois", "a month"},
	"programs.year":       {"un an", "a year"},
	"programs.hooks":      {"Programmes prévenus (webhooks)", "Programs that are told (webhooks)"},
	"programs.hooks.lead": {"Chaque message est signé (Standard Webhooks). Tant qu'il n'est pas pris, il est dit de nouveau, pendant trois jours.", "Each message is signed (Standard Webhooks). Until it is taken it is told again, for three days."},
	"programs.waiting":    {"en attente", "waiting"},
	"programs.dropped":    {"laissés de côté, trop attendaient", "left out, too many waited"},
	"programs.last":       {"dernière réponse :", "last answer:"},
	"programs.stopped":    {"N'est plus prévenu depuis :", "Told no more since:"},
	"programs.failing":    {"Ne prend rien depuis :", "Takes nothing since:"},
	"programs.test":       {"Essayer", "Test"},
	"programs.tell":       {"Faire prévenir un programme", "Have a program told"},
	"programs.address":    {"Son adresse", "Its address"},
	"programs.topics":     {"De quoi", "Of what"},
	"programs.severity":   {"Attaques à partir de", "Attacks from"},
	"programs.near":       {"Il est dans notre propre réseau", "It lies in our own network"},
	"topic.attack":        {"une attaque", "an attack"},
	"topic.site.silent":   {"un boîtier muet", "a silent box"},
	"topic.site.back":     {"un boîtier de nouveau entendu", "a box that is heard again"},
	"topic.box.enrolled":  {"un boîtier inscrit", "a box taken in"},
	"topic.box.revoked":   {"un boîtier retiré", "a box taken out"},
	"topic.box.cloned":    {"un certificat copié", "a copied certificate"},
	"severity.serious":    {"grave (dit aussitôt)", "serious (told at once)"},
	"severity.outward":    {"ce qui part du site", "what leaves the site"},
	"severity.all":        {"toutes", "all"},
	"chart.most":          {"Le plus :", "The most:"},

	"fault.invalid":  {"L'adresse de cette page demande quelque chose qui n'existe pas.", "The address of this page asks for something that does not exist."},
	"fault.lost":     {"Cela n'existe pas, ou plus.", "That does not exist, or no longer."},
	"fault.database": {"La base ne répond pas. Réessayez dans une minute.", "The database does not answer. Try again in a minute."},

	"scope":      {"Groupe", "Group"},
	"scope.all":  {"Tous les sites", "All sites"},
	"scope.mine": {"Tous mes sites", "All my sites"},

	"map.title":      {"Carte des ciels", "Map of skies"},
	"map.lead":       {"Le ciel de chaque site, tel que son boîtier l'a dit. Le brouillard : rien entendu depuis une heure.", "The sky of each site, as its box told it. Fog: nothing heard for an hour."},
	"map.all":        {"Tous les départements", "All departments"},
	"map.department": {"Département", "Department"},
	"map.worst":      {"au pire", "at worst"},
	"map.bare":       {"sans boîtier, ou hors de cette vue", "without a box, or not in this view"},
	"map.table":      {"Les mêmes sites en tableau, les plus troublés d'abord", "The same sites as a table, the most troubled first"},
	"map.more":       {"autres sites ne sont pas dans ce tableau", "more sites are not in this table"},
	"map.none":       {"Aucun site encore. Entrez-en avec « abri-observatory invite ».", "No site yet. Enter some with “abri-observatory invite”."},
	"skies":          {"Les ciels", "The skies"},

	"today":           {"Aujourd'hui", "Today"},
	"year":            {"365 jours", "365 days"},
	"attacks":         {"attaques", "attacks"},
	"stopped":         {"neutralisées", "neutralised"},
	"once":            {"Une attaque est comptée une fois, à son premier jour.", "An attack is counted once, on its first day."},
	"lag":             {"Les sommes ont jusqu'à une minute de retard.", "Sums are up to a minute late."},
	"thirty":          {"Trente jours", "Thirty days"},
	"services":        {"Par cible", "By target"},
	"families":        {"Par danger", "By danger"},
	"countries":       {"Par pays d'origine", "By country of origin"},
	"country.unknown": {"pays inconnu", "unknown country"},
	"none":            {"Rien à montrer.", "Nothing to show."},
	"chart":           {"Toutes les attaques, et en bas de chaque barre celles qui ont été neutralisées. Le tableau qui suit a les chiffres.", "All attacks, and in the lower part of each bar those that were neutralised. The table that follows has the figures."},

	"column.name":     {"Nom", "Name"},
	"column.sky":      {"Ciel", "Sky"},
	"column.attacks":  {"Attaques", "Attacks"},
	"column.stopped":  {"Neutralisées", "Neutralised"},
	"column.stage":    {"Étape", "Stage"},
	"column.heard":    {"Dernières nouvelles", "Last news"},
	"column.troubles": {"Ennuis", "Troubles"},
	"column.sites":    {"Sites", "Sites"},
	"column.day":      {"Jour", "Day"},
	"column.span":     {"Période", "Period"},
	"column.points":   {"Points", "Points"},
	"column.when":     {"Quand", "When"},
	"column.what":     {"Quoi", "What"},
	"column.way":      {"Sens", "Way"},
	"column.outside":  {"Dehors", "Outside"},
	"column.attempts": {"Essais", "Attempts"},
	"column.outcome":  {"Résultat", "Result"},

	"by":       {"Compter par", "Count by"},
	"by.jour":  {"jour", "day"},
	"by.mois":  {"mois", "month"},
	"by.annee": {"année", "year"},
	"from":     {"Du", "From"},
	"to":       {"au", "to"},

	"trend.more": {"%1 % de plus que les %2 jours d'avant.", "%1 % more than the %2 days before."},
	"trend.less": {"%1 % de moins que les %2 jours d'avant.", "%1 % less than the %2 days before."},
	"trend.same": {"Autant que les %2 jours d'avant.", "As many as the %2 days before."},

	"silent":      {"Boîtiers muets", "Silent boxes"},
	"silent.lead": {"Rien entendu depuis une heure : personne ne sait quel temps il y fait. Leur contact a été prévenu une fois.", "Nothing heard for an hour: nobody knows what the weather is there. Their contact was told once."},
	"silent.none": {"Aucun : tous ceux qui observent ou protègent donnent des nouvelles.", "None: all who observe or protect send news."},

	"stage.entered":    {"inscrit", "entered"},
	"stage.invited":    {"invité", "invited"},
	"stage.shipped":    {"expédié", "shipped"},
	"stage.installed":  {"installé", "installed"},
	"stage.observing":  {"observe", "observing"},
	"stage.protecting": {"protège", "protecting"},
	"stage.silent":     {"muet", "silent"},
	"rollout.lead":     {"Où en est chaque site : de l'inscription à la protection.", "How far each site is: from its entry to protection."},
	"rollout.all":      {"toutes les étapes", "all stages"},
	"waiting":          {"Boîtiers qui attendent qu'une personne compare quatre mots", "Boxes that wait for a person to compare four words"},
	"waiting.how":      {"Appelez le site, faites-vous lire les quatre mots que montre son boîtier, et tapez-les ici. D'autres mots, c'est un autre boîtier.", "Call the site, have the four words read to you that its box shows, and type them here. Other words are another box."},
	"waiting.none":     {"Demandez à un technicien ou à un administrateur de l'observatoire.", "Ask a technician or an administrator of the observatory."},

	"sort.commune":     {"commune", "commune"},
	"sort.firm":        {"entreprise", "firm"},
	"sort.association": {"association", "association"},
	"place.before":     {"devant la traduction d'adresses", "before the translation of addresses"},
	"place.behind":     {"derrière la traduction d'adresses", "behind the translation of addresses"},
	"site.code":        {"Numéro", "Number"},
	"site.place":       {"Place du boîtier", "Place of the box"},
	"site.contact":     {"Contact", "Contact"},
	"site.software":    {"Logiciel", "Software"},
	"site.lists":       {"Entrées de listes, voulues et appliquées", "List entries, wanted and enforced"},
	"site.gap":         {"écart : tout n'est pas appliqué", "gap: not all is enforced"},
	"site.suspicion":   {"À vérifier", "To be checked"},
	"site.days":        {"Trente jours de météo", "Thirty days of weather"},
	"site.incidents":   {"Incidents", "Incidents"},
	"site.private":     {"Ce qui est dans le réseau du site n'est pas ici : son boîtier ne le dit pas.", "What is inside the site's network is not here: its box does not tell."},
	"way.in":           {"vers le réseau", "inward"},
	"way.out":          {"vers l'extérieur", "outward"},
	"way.lan":          {"dans le réseau", "inside the network"},

	"outcome.blocked":     {"arrêtée", "stopped"},
	"outcome.would-block": {"aurait été arrêtée", "would have been stopped"},
	"outcome.observed":    {"vue, pas arrêtée", "seen, not stopped"},
}

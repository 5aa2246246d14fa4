package web

import (
	"strings"

	"abri.example/abri"
)

// words says the pages' own words in one language. The names of skies, families and kinds are weather's, those of
// countries geo's.
type words struct{ lang abri.Lang }

// say gives the words under a key of the phrases, and the key itself when there are none: a test sees to it that none is
// missing.
func (w words) say(key string) string {
	p, ok := phrases[key]
	if !ok {
		return key
	}
	return w.pick(p[0], p[1])
}

// pick chooses between French and English, with the spaces that French puts before its tall punctuation.
func (w words) pick(french, english string) string {
	if w.lang == abri.English {
		return english
	}
	return spaced.Replace(french)
}

// spaced puts those spaces into a sentence that is in the reader's language already.
func (w words) spaced(sentence string) string { return w.pick(sentence, sentence) }

// spaced keeps French punctuation on the line of its word: a no-break space before « : » and inside the quotation marks,
// a narrow one before the others (Imprimerie nationale, Lexique des règles typographiques).
var spaced = strings.NewReplacer(
	" : ", "\u00a0: ", "« ", "«\u00a0", " »", "\u00a0»", " ?", "\u202f?", " !", "\u202f!", " ;", "\u202f;",
)

// phrases are the words of the first page and of every page's frame, French then English.
var phrases = map[string][2]string{
	"name":        {"Abri", "Abri"},
	"colon":       {" : ", ": "},
	"skip":        {"Aller au contenu", "Skip to content"},
	"nav":         {"Pages", "Pages"},
	"nav.weather": {"Météo", "Weather"},
	"nav.why":     {"Pourquoi ce temps ?", "Why this weather?"},
	"nav.help":    {"Aide", "Help"},
	"nav.door":    {"Se connecter", "Sign in"},
	"nav.leave":   {"Se déconnecter", "Sign out"},
	"language":    {"Langue", "Language"},

	"mode.protect":      {"Protection active", "Protection on"},
	"mode.unproven":     {"Protection à vérifier", "Protection to be checked"},
	"mode.observe":      {"Mode observation", "Watch-only mode"},
	"mode.observe.long": {"Observation : rien n'est coupé, voici ce qui l'aurait été.", "Watch-only: nothing is cut; here is what would have been."},

	"stopped":         {"Arrêtées aujourd'hui", "Stopped today"},
	"stopped.observe": {"Auraient été arrêtées", "Would have been stopped"},
	"todo":            {"Que faire ?", "What to do?"},
	"contact":         {"Dernier contact", "Last contact"},
	"contact.none":    {"aucun", "none"},
	"credits":         {"Listes de menaces de :", "Threat lists by:"},
	"verified":        {"Filtre vérifié", "Filter verified"},
	"contact.note":    {"dernier passage vu par le boîtier", "last traffic seen by the box"},
	"asof":            {"Page du", "Page as of"},
	"since":           {"Compté depuis le", "Counting since"},
	"stale":           {"Cette page ne reçoit plus de nouvelles du boîtier : ce qu'elle montre n'est peut-être plus vrai.", "This page gets no more news from the box: what it shows may no longer be true."},

	"week":            {"Sept jours", "Seven days"},
	"week.title":      {"Attaques des sept derniers jours", "Attacks of the last seven days"},
	"week.desc":       {"Une barre par jour : toutes les attaques, et en bas de la barre celles qui ont été arrêtées. Les chiffres sont dans le tableau qui suit.", "One bar a day: all attacks, and in its lower part those that were stopped. The table that follows has the figures."},
	"week.today":      {"auj.", "today"},
	"week.table":      {"Les chiffres des sept jours", "The figures of the seven days"},
	"week.none":       {"Pas encore de jour à montrer.", "No day to show yet."},
	"legend.all":      {"toutes les attaques", "all attacks"},
	"legend.stopped":  {"arrêtées", "stopped"},
	"column.day":      {"Jour", "Day"},
	"column.weather":  {"Temps", "Weather"},
	"column.points":   {"Points", "Points"},
	"column.attacks":  {"Attaques", "Attacks"},
	"column.stopped":  {"Arrêtées", "Stopped"},
	"column.family":   {"Danger", "Danger"},
	"column.service":  {"Cible", "Target"},
	"column.when":     {"Quand", "When"},
	"column.what":     {"Quoi, et pourquoi", "What, and why"},
	"column.way":      {"Sens", "Way"},
	"column.outside":  {"Dehors", "Outside"},
	"column.inside":   {"Dedans", "Inside"},
	"column.attempts": {"Essais", "Attempts"},
	"column.outcome":  {"Résultat", "Result"},

	"families":      {"Aujourd'hui, par danger", "Today, by danger"},
	"services":      {"Aujourd'hui, par cible", "Today, by target"},
	"services.none": {"Rien n'a été visé aujourd'hui.", "Nothing was aimed at today."},
	"unseen":        {"Dans le brouillard, personne ne le sait.", "In fog, nobody knows."},
	"found":         {"Retrouvé après coup", "Found by looking back"},
	"found.note":    {"Des appareils d'ici ont parlé avec des adresses que l'on ne savait pas encore dangereuses : une liste les nomme depuis. Rien n'a été coupé alors. Faites vérifier ces appareils.", "Devices here spoke with addresses that nobody knew yet to be dangerous: a list names them since. Nothing was cut then. Have these devices checked."},
	"attacks":       {"Dernières attaques", "Last attacks"},
	"attacks.none":  {"Aucune attaque n'est écrite ici.", "No attack is written here."},
	"attacks.more":  {"Les attaques d'avant", "The attacks before"},
	"attacks.note":  {"Sans connexion, cette page ne nomme jamais un appareil du réseau d'où part une attaque.", "Without a login, this page never names a device of the network from which an attack leaves."},
	"ongoing":       {"Commencées avant aujourd'hui et encore actives :", "Begun before today and still active:"},
	"noise":         {"Essais isolés ou de recherche, sans suite, non comptés :", "Lone or research probes that led to nothing, not counted:"},

	"way.in":  {"vers le réseau", "inward"},
	"way.out": {"vers l'extérieur", "outward"},
	"way.lan": {"dans le réseau", "inside the network"},

	"outcome.blocked":     {"arrêtée", "stopped"},
	"outcome.would-block": {"aurait été arrêtée", "would have been stopped"},
	"outcome.observed":    {"vue, pas arrêtée", "seen, not stopped"},

	"through-dns":     {"par votre serveur DNS", "through your DNS server"},
	"device":          {"un appareil du réseau", "a device of the network"},
	"country.unknown": {"pays inconnu", "unknown country"},
	"sources":         {"adresses différentes", "different addresses"},
	"rest":            {"autres attaques de la même heure, réunies en une ligne", "more attacks of the same hour, in one row"},

	"troubles":         {"Le boîtier a besoin d'aide", "The box needs help"},
	"trouble.detail":   {"Pour le technicien", "For the technician"},
	"lists":            {"Entrées de listes", "List entries"},
	"lists.wanted":     {"voulues", "wanted"},
	"lists.enforced":   {"appliquées", "enforced"},
	"lists.gap":        {"écart : les listes ne sont pas toutes appliquées", "gap: the lists are not all enforced"},
	"nav.verify":       {"Vérifier un lien", "Check a link"},
	"verify":           {"Vérifier un lien ou un courriel", "Check a link or an e-mail"},
	"verify.lead":      {"Un doute ? N'ouvrez rien. Collez ici le lien, ou déposez le courriel.", "In doubt? Open nothing. Paste the link here, or drop the e-mail."},
	"verify.link":      {"Le lien (clic droit, « Copier l'adresse du lien »)", "The link (right click, “Copy link address”)"},
	"verify.mail":      {"Le courriel, enregistré en .eml ou .msg : déposez-le ici", "The e-mail, saved as .eml or .msg: drop it here"},
	"verify.how":       {"Dans Thunderbird ou Outlook : « Enregistrer sous… ». Dans une messagerie web : « Télécharger le message ». 10 Mo au plus.", "In Thunderbird or Outlook: “Save as…”. In webmail: “Download message”. 10 MB at most."},
	"verify.ask":       {"Vérifier", "Check"},
	"verify.kept":      {"Rien n'est gardé, rien ne sort d'ici, rien n'est ouvert : le boîtier compare avec ce qu'il sait déjà.", "Nothing is kept, nothing leaves this place, nothing is opened: the box compares with what it knows already."},
	"verify.danger":    {"Danger", "Danger"},
	"verify.doubt":     {"Doute", "Doubt"},
	"verify.nothing":   {"Ce n'est ni un lien ni un courriel. Collez une adresse comme https://www.impots.gouv.fr, ou déposez un fichier .eml ou .msg.", "This is neither a link nor an e-mail. Paste an address such as https://www.impots.gouv.fr, or drop a file .eml or .msg."},
	"verify.none":      {"Rien de connu", "Nothing known"},
	"verify.reasons":   {"Ce qui parle contre", "What speaks against it"},
	"verify.from":      {"Il se dit de", "It says it is from"},
	"verify.subject":   {"Objet", "Subject"},
	"verify.links":     {"Liens examinés", "Links examined"},
	"verify.attached":  {"Pièces jointes", "Attachments"},
	"verify.confirmed": {"Votre serveur de messagerie confirme le domaine de l'expéditeur, pas qui se cache derrière.", "Your mail server confirms the sender's domain, not who is behind it."},
	"verify.more":      {"Il contenait plus que ce qui a été examiné.", "It held more than was examined."},
	"verify.busy":      {"D'autres vérifications sont en cours. Réessayez dans quelques secondes.", "Others are being checked. Try again in a few seconds."},
	"verify.large":     {"Ce courriel fait plus de 10 Mo. Collez plutôt son lien.", "This e-mail has more than 10 MB. Paste its link instead."},
	"verify.unread":    {"Ce fichier n'est pas un courriel, ou il est abîmé. Enregistrez-le depuis la messagerie en .eml ou .msg, ou collez son lien.", "This file is no e-mail, or it is damaged. Save it from the mail program as .eml or .msg, or paste its link."},

	"nav.mail":        {"Messagerie", "Mail"},
	"mail":            {"Messagerie", "Mail"},
	"mail.lead":       {"Ce qui a été essayé contre la messagerie : quand, d'où, et ce qui a été arrêté. Ni courriel, ni nom de compte, ni mot de passe n'est gardé.", "What was tried against the mail: when, from where, and what was stopped. No letter, no account's name and no password is kept."},
	"mail.doubt":      {"Un courriel vous paraît étrange ? Faites-le vérifier ici.", "An e-mail looks strange? Have it checked here."},
	"mail.chart":      {"Les attaques des dernières 24 heures", "The attacks of the last 24 hours"},
	"mail.chart.desc": {"Par heure, une barre des attaques arrêtées et à côté celles qui ne l'ont pas été. Les chiffres sont dans le tableau qui suit.", "For each hour a bar of the attacks that were stopped, and beside it of those that were not. The table that follows has the figures."},
	"mail.passed":     {"pas arrêtées", "not stopped"},
	"mail.table":      {"Les chiffres, heure par heure", "The figures, hour by hour"},
	"mail.hour":       {"Heure", "Hour"},
	"mail.none":       {"Rien n'a été essayé depuis 24 heures.", "Nothing was tried for 24 hours."},
	"mail.kinds":      {"Trente jours, par genre d'attaque", "Thirty days, by kind of attack"},
	"mail.countries":  {"Trente jours, par pays d'origine", "Thirty days, by country of origin"},
	"mail.country":    {"Pays", "Country"},
	"mail.attacks":    {"Les dernières attaques contre la messagerie", "The last attacks on the mail"},
	"mail.more":       {"Il y en a eu d'autres : seules les 5 000 dernières sont comptées ici.", "There were others: only the last 5,000 are counted here."},
	"mail.limits":     {"Ce que le boîtier ne fait pas", "What the box does not do"},
	"mail.senders":    {"Il n'écarte pas le courrier d'un serveur parce qu'il est sur une liste d'expéditeurs, à moins que quelqu'un l'ait choisi : une lettre perdue en silence est pire qu'un indésirable.", "It does not turn a server's mail away because it is on a list of senders, unless somebody chose so: a letter lost in silence is worse than junk."},
	"mail.tls":        {"Dans une messagerie chiffrée, il voit combien de fois et à quel rythme on essaie, pas les mots de passe.", "Within enciphered mail it sees how often and at what pace somebody tries, not the passwords."},
	"mail.elsewhere":  {"Une messagerie hébergée ailleurs n'est pas derrière lui : il n'en voit que les connexions d'ici.", "Mail that is hosted elsewhere is not behind it: it sees only the connections from here."},

	"nav.phone":        {"Téléphone", "Telephone"},
	"phone":            {"Téléphone", "Telephone"},
	"phone.lead":       {"Les appels qui passent par le boîtier : quand, avec quel pays, combien de temps. Ni voix, ni texte, ni numéro entier, ni nom.", "The calls that cross the box: when, with which country, for how long. No voice, no text, no whole number, no name."},
	"phone.chart":      {"Les appels des dernières 24 heures", "The calls of the last 24 hours"},
	"phone.chart.desc": {"Par heure, une barre des appels partis d'ici, ceux refusés au-dessus, et une barre des appels reçus. Les chiffres sont dans le tableau qui suit.", "For each hour a bar of the calls made from here, those refused above it, and a bar of the calls received. The table that follows has the figures."},
	"phone.table":      {"Les chiffres, heure par heure", "The figures, hour by hour"},
	"phone.none":       {"Aucun appel n'a été vu.", "No call was seen."},
	"phone.hour":       {"Heure", "Hour"},
	"phone.out":        {"émis", "made"},
	"phone.in":         {"reçus", "received"},
	"phone.countries":  {"Sept jours, par pays", "Seven days, by country"},
	"phone.country":    {"Pays", "Country"},
	"phone.inside":     {"un poste", "an extension"},
	"phone.nowhere":    {"hors de tout pays (satellite, service)", "no country (satellite, service)"},
	"phone.spoken":     {"Durée", "Time"},
	"phone.count":      {"Appels", "Calls"},
	"phone.number":     {"Début du numéro", "Beginning of the number"},
	"phone.calls":      {"Sept jours d'appels, les derniers d'abord", "Seven days of calls, the latest first"},
	"phone.kept":       {"Du numéro n'est gardé que l'indicatif et deux chiffres, et d'un appel l'heure et la durée, réunies par heure.", "Of a number only the country code and two digits are kept, and of a call its hour and length, put together by the hour."},
	"call.answered":    {"abouti", "answered"},
	"call.vain":        {"sans réponse", "not answered"},
	"call.refused":     {"refusés par la garde", "refused by the guard"},
	"call.attempted":   {"tentés par des inconnus", "tried by strangers"},
	"phone.guard":      {"La garde des appels", "The call guard"},
	"phone.guard.lead": {"Une fraude téléphone la nuit, loin et cher. La garde compte les minutes hors des heures d'ouverture, de midi à midi ; au-delà du budget elle prévient aussitôt.", "Fraud telephones at night, far and dear. The guard counts the minutes outside opening hours, from noon to noon; beyond the budget it tells at once."},
	"phone.kind":       {"Appels", "Calls"},
	"phone.budget":     {"Budget de la nuit", "Budget of a night"},
	"phone.spent":      {"Cette nuit", "This night"},
	"phone.abroad":     {"vers l'étranger", "abroad"},
	"phone.premium":    {"surtaxés et par satellite", "premium and by satellite"},
	"phone.unbounded":  {"sans limite", "no bound"},
	"phone.tells":      {"La garde prévient, et ne coupe rien : c'est un choix de la configuration.", "The guard tells, and cuts nothing: that is a choice of the configuration."},
	"phone.would":      {"La garde refuserait, mais le boîtier est en observation : elle prévient seulement.", "The guard would refuse, but the box only watches: it only tells."},
	"phone.refuses":    {"La garde refuse un à un les appels de trop, jamais la ligne.", "The guard refuses the calls beyond it one by one, never the line."},
	"phone.help":       {"Le 15, le 17, le 18, le 112, le 114, le 115, le 119, le 191, le 196, les 116 000 et les numéros courts comme le 3114 passent toujours.", "15, 17, 18, 112, 114, 115, 119, 191, 196, the 116 000 numbers and short ones such as 3114 always pass."},
	"phone.attacks":    {"Les attaques contre le téléphone", "The attacks on the telephone"},
	"phone.line":       {"La ligne", "The line"},
	"phone.operators":  {"Serveurs de l'opérateur, appris", "The operator's servers, as learnt"},
	"phone.unknown":    {"aucun encore", "none yet"},
	"phone.extensions": {"Postes qui se sont inscrits", "Telephones that registered"},
	"phone.spared":     {"Les serveurs de l'opérateur ne sont jamais bloqués ni bannis : sans eux, personne ne joint les secours.", "The operator's servers are never blocked or banned: without them nobody reaches the numbers of help."},
	"phone.tls":        {"Téléphonie chiffrée (TLS)", "Enciphered telephony (TLS)"},
	"phone.tls.lead":   {"D'une téléphonie chiffrée, le boîtier ne connaît que les correspondants et le volume : ni appels, ni pays, ni fraude. La garde n'y peut rien, et refuse seulement des appels par UDP.", "Of enciphered telephony the box knows the peers and the volume only: no calls, no countries, no fraud. The guard can do nothing there, and refuses calls by UDP only."},
	"phone.volume":     {"Ko", "KB"},

	"nav.measures":     {"Mesures", "Measures"},
	"measures":         {"Ce qui est fait de ce que le boîtier voit", "What is done about what the box sees"},
	"measures.lead":    {"Les listes disent qui est connu. Le boîtier voit aussi lui-même des attaques, par des règles. Une règle qui n'est pas sûre dès le premier jour observe sept jours sans rien couper, et dit ici qui elle aurait arrêté ; puis elle agit, d'elle-même ou sur le mot d'une personne.", "Lists say who is known. The box also sees attacks by itself, by rules. A rule that is not sure from the first day observes for seven days and cuts nothing, and says here whom it would have stopped; then it acts, by itself or by a person's word."},
	"measures.observe": {"Le boîtier est en observation : aucune règle ne coupe quoi que ce soit.", "The box only watches: no rule cuts anything."},
	"measures.table":   {"Les règles", "The rules"},
	"measures.rule":    {"Règle", "Rule"},
	"measures.does":    {"Ce qu'elle fait", "What it does"},
	"measures.would":   {"Aurait arrêté", "Would have stopped"},
	"measures.doubts":  {"dont connus du site", "of these known to the site"},
	"measures.acts":    {"Bannit depuis le", "Bans since"},
	"measures.watches": {"Observe depuis le", "Observes since"},
	"measures.ripe":    {"agira d'elle-même le", "acts by itself on"},
	"measures.person":  {"attend une personne", "waits for a person"},
	"measures.promote": {"Faire agir", "Have it act"},
	"measures.demote":  {"Faire observer", "Have it observe"},
	"measures.how":     {"Un bannissement dure une heure, puis quatre, un jour, sept jours pour qui recommence, et deux fois moins pour chaque déblocage récent de la même règle. Seules sont bannies les adresses qui ont prouvé être là ; une adresse que d'autres partagent ne l'est que pour le service attaqué. La passerelle, les serveurs de noms et l'opérateur téléphonique ne le sont jamais.", "A ban lasts an hour, then four, a day, seven days for those who begin again, and half as long for each recent release from the same rule. Only addresses that proved to be there are banned; one that others share only at the service that was attacked. The gateway, the name servers and the telephone operator never are."},
	"isolate":          {"Isoler un poste", "Isolate a device"},
	"isolate.lead":     {"Un poste isolé n'atteint plus que ce qui sert à le réparer : le boîtier, les serveurs de noms, et ce que la configuration nomme. Personne d'autre ne l'atteint à travers le boîtier. Ce qui ne traverse pas le boîtier, comme un voisin sur le même commutateur, n'est pas coupé.", "An isolated device reaches only what repairs it: the box, the name servers, and what the configuration names. Nobody else reaches it across the box. What does not cross the box, such as a neighbour on the same switch, is not cut."},
	"isolate.device":   {"Le poste : son adresse, celle de sa carte, ou son nom", "The device: its address, that of its card, or its name"},
	"isolate.do":       {"Isoler ce poste", "Isolate this device"},
	"isolate.undo":     {"Rétablir", "Let it back"},
	"isolate.none":     {"Aucun poste n'est isolé.", "No device is isolated."},
	"isolate.since":    {"isolé depuis le", "isolated since"},
	"isolate.door":     {"Connectez-vous pour isoler un poste ou changer une règle.", "Sign in to isolate a device or change a rule."},

	"door":             {"Se connecter", "Sign in"},
	"door.lead":        {"La météo se lit sans connexion. Se connecter sert à voir les appareils et à débloquer.", "The weather needs no sign-in. Signing in is for seeing devices and for releasing what is blocked."},
	"door.enter":       {"Entrer", "Enter"},
	"door.leave":       {"Se déconnecter", "Sign out"},
	"door.code":        {"Code de connexion", "Sign-in code"},
	"door.how":         {"Il n'y a pas de mot de passe. La personne qui s'occupe du boîtier vous donne un code, valable un quart d'heure, en tapant sur celui-ci :", "There is no password. Whoever looks after the box gives you a code, good for a quarter of an hour, by typing on it:"},
	"door.refused":     {"Ce code est inconnu, a déjà servi ou a plus d'un quart d'heure. Demandez-en un autre.", "This code is unknown, was used, or is older than a quarter of an hour. Ask for another."},
	"door.in":          {"Vous êtes connecté.", "You are signed in."},
	"door.note":        {"Une connexion dure douze heures au plus, deux sans rien faire, et finit quand le boîtier redémarre. Ce navigateur garde un cookie jusque-là.", "A session lasts at most twelve hours, two when nothing is done, and ends when the box starts again. This browser keeps a cookie until then."},
	"refused":          {"Ce n'est pas fait", "It was not done"},
	"release":          {"Débloquer", "Release"},
	"lost":             {"Cette page n'existe pas.", "There is no such page."},
	"lost.back":        {"Retour à la météo", "Back to the weather"},
	"why.today":        {"Aujourd'hui, ici", "Today, here"},
	"why.points":       {"Points depuis minuit", "Points since midnight"},
	"why.because":      {"Ce qui fait ce temps", "What makes this weather"},
	"why.bounds":       {"Les seuils de ce site, en points", "The bounds of this site, in points"},
	"why.learning":     {"Le boîtier apprend encore : il a moins de sept jours d'histoire, et emploie les seuils de départ.", "The box is still learning: it has less than seven days of history, and uses the starting bounds."},
	"why.own":          {"Seuils propres à ce site, d'après ses 28 derniers jours entiers.", "Bounds of this site's own, from its last 28 whole days."},
	"because.none":     {"aucune attaque comptée aujourd'hui", "no attack counted today"},
	"because.points":   {"les points comptés depuis minuit", "the points counted since midnight"},
	"because.answered": {"un appareil a reçu une réponse d'un serveur de commande connu", "a device got an answer from a listed command server"},
	"because.kept":     {"il a fait ce temps plus tôt aujourd'hui, et dans une journée le temps ne s'améliore pas", "it was like this earlier today, and within a day the weather does not improve"},
	"because.no-data":  {"le boîtier ne reçoit rien : le silence n'est jamais du soleil", "the box receives nothing: silence is never sun"},
	"because.no-proof": {"rien ne prouve que le filtre fonctionne : le silence n'est jamais du soleil", "nothing proves that the filter works: silence is never sun"},
}

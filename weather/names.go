package weather

import "abri.example/abri"

// word is one thing in the two languages of the pages.
type word struct{ fr, en string }

// in is the word in the given language; French for one that is not known.
func (w word) in(l abri.Lang) string {
	if l == abri.English {
		return w.en
	}
	return w.fr
}

var skyNames = map[abri.Sky]word{
	abri.Clear:     {"plein soleil", "full sun"},
	abri.LightRain: {"pluie fine", "light rain"},
	abri.Rain:      {"pluie", "rain"},
	abri.Storm:     {"orage", "storm"},
	abri.Tornado:   {"tornade", "tornado"},
	abri.Fog:       {"brouillard", "fog"},
}

// SkyName names a sky in lower case, and gives "" for an unknown one.
func SkyName(s abri.Sky, l abri.Lang) string { return skyNames[s].in(l) }

var familyNames = map[abri.Family]word{
	abri.Intrusion:  {"piratage", "intrusion"},
	abri.Theft:      {"vol de données", "data theft"},
	abri.Ransomware: {"rançongiciel", "ransomware"},
	abri.Phishing:   {"hameçonnage", "phishing"},
	abri.Denial:     {"déni de service", "denial of service"},
	abri.Telephone:  {"fraude téléphonique", "telephone fraud"},
}

// FamilyName names a family in lower case, and gives "" for an unknown one.
func FamilyName(f abri.Family, l abri.Lang) string { return familyNames[f].in(l) }

var serviceNames = map[abri.Service]word{
	abri.Mail:         {"messagerie", "mail"},
	abri.TelephoneSvc: {"téléphone", "telephone"},
	abri.Web:          {"web", "web"},
	abri.RemoteAccess: {"accès à distance", "remote access"},
	abri.FileSharing:  {"partage de fichiers", "file sharing"},
	abri.Database:     {"base de données", "database"},
	abri.DNS:          {"noms de domaine (DNS)", "domain names (DNS)"},
	abri.Camera:       {"caméra", "camera"},
	abri.Other:        {"autre", "other"},
}

// ServiceName names a service in lower case, and gives "" for an unknown one.
func ServiceName(s abri.Service, l abri.Lang) string { return serviceNames[s].in(l) }

var kindNames = map[abri.Kind]word{
	abri.KnownAttacker:     {"attaquant connu", "known attacker"},
	abri.Scan:              {"repérage de portes ouvertes", "search for open doors"},
	abri.Bruteforce:        {"essais de mots de passe", "password guessing"},
	abri.Exploit:           {"exploitation d'une faille", "use of a flaw"},
	abri.LateralMovement:   {"propagation d'une machine à l'autre", "movement between machines"},
	abri.KnownDestination:  {"envoi vers une adresse malveillante connue", "contact with a known malicious address"},
	abri.Exfiltration:      {"sortie massive de données", "large removal of data"},
	abri.Tunnel:            {"tunnel caché", "hidden tunnel"},
	abri.CommandAndControl: {"appel à un serveur de pirates", "call to a command server"},
	abri.Beacon:            {"appels réguliers et suspects", "regular suspicious calls"},
	abri.MalwareDownload:   {"téléchargement d'un logiciel malveillant", "download of malicious software"},
	abri.DGA:               {"noms de domaine fabriqués par un virus", "domain names made by a virus"},
	abri.Worm:              {"ver qui se propage", "spreading worm"},
	abri.Spambot:           {"envoi de courriers indésirables", "sending of junk mail"},
	abri.PhishingSite:      {"site d'hameçonnage", "phishing site"},
	abri.Lookalike:         {"nom de site imité", "imitated site name"},
	abri.Flood:             {"inondation de requêtes", "flood of requests"},
	abri.Amplification:     {"inondation par rebond", "reflected flood"},
	abri.SlowDoS:           {"saturation lente", "slow saturation"},
	abri.SIPScan:           {"repérage du téléphone", "search for telephones"},
	abri.TollFraud:         {"appels frauduleux", "fraudulent calls"},
}

// KindName names a kind of attack in plain words and lower case, and gives "" for an unknown one.
func KindName(k abri.Kind, l abri.Lang) string { return kindNames[k].in(l) }

package abri

// deeds say what a detector saw somebody do, by its rule, which is the name of its kind. The facts follow in parentheses.
var deeds = map[Rule]struct{ french, english string }{
	Rule(Scan):              {"cherche des portes ouvertes", "looks for open doors"},
	Rule(Bruteforce):        {"essaie des mots de passe l'un après l'autre", "tries one password after the other"},
	Rule(Exploit):           {"essaie d'entrer par une faille connue", "tries to get in by a known hole"},
	Rule(LateralMovement):   {"cherche à prendre la main sur d'autres machines", "tries to take over other machines"},
	Rule(Exfiltration):      {"envoie au dehors des données, comme le ferait un voleur", "sends data out as a thief would"},
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

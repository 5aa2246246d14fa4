package weather

import (
	"fmt"
	"strings"

	"abri.example/abri"
)

// french is the sentence in French. Thousands are parted by a narrow no-break space, as the Imprimerie nationale does.
func french(r Report) string {
	var parts []string
	switch r.Because {
	case BecauseNoData:
		parts = append(parts, "le boîtier ne voit passer aucun trafic et ne peut rien dire")
	case BecauseNoProof:
		parts = append(parts, "rien ne prouve que le filtre travaille en ce moment")
	}
	if r.Answered {
		parts = append(parts, "un appareil du réseau a obtenu une réponse d'un serveur de pirates")
	}
	if r.Sky != abri.Fog || r.Attacks+r.Ongoing > 0 {
		parts = append(parts, frenchFigures(r))
	}
	head := SkyName(r.Sky, abri.French)
	if head != "" {
		head = strings.ToUpper(head[:1]) + head[1:]
	}
	if r.Because == BecauseKept {
		head += ", comme plus tôt aujourd'hui"
	}
	return head + "\u00a0: " + strings.Join(parts, "\u00a0; ") + "."
}

// frenchFigures tells what came and what became of it.
func frenchFigures(r Report) string {
	n := func(v uint64) string { return number(v, "\u202f") }
	var s string
	switch {
	case r.Attacks > 0:
		s = n(r.Attacks) + one(r.Attacks, " attaque", " attaques") + " " + frenchSince(r) + ", " + frenchOutcome(r, n)
	case r.Ongoing > 0:
		s = "aucune nouvelle attaque " + frenchSince(r)
	case r.Noise == 0 && r.Because == BecauseNone:
		return "rien n'est venu " + frenchSince(r)
	default:
		s = "aucune attaque en cours"
	}
	if r.Ongoing > 0 {
		s += ", et " + n(r.Ongoing) +
			one(r.Ongoing, " attaque commencée avant continue", " attaques commencées avant continuent")
	}
	if r.Attacks+r.Ongoing == 0 && r.Noise > 0 {
		s = "aucune attaque " + frenchSince(r) + ", " + n(r.Noise) + one(r.Noise, " essai isolé sans suite", " essais isolés sans suite")
	}
	return s
}

// frenchSince tells since when the box counts today.
func frenchSince(r Report) string {
	if r.Late == 0 {
		return "depuis minuit"
	}
	at := r.Since.Add(r.Late)
	return fmt.Sprintf("depuis %d\u00a0h\u00a0%02d", at.Hour(), at.Minute())
}

// frenchOutcome tells what became of today's attacks.
func frenchOutcome(r Report, n func(uint64) string) string {
	switch r.Attacks {
	case r.Neutralised:
		return one(r.Attacks, "arrêtée", "toutes arrêtées")
	case r.WouldBlock:
		return one(r.Attacks, "observée sans être arrêtée (la protection l'aurait arrêtée)",
			"observées sans être arrêtées (la protection les aurait arrêtées)")
	case r.Observed:
		return one(r.Attacks, "vue sans être arrêtée", "vues sans être arrêtées")
	}
	var parts []string
	if r.Neutralised > 0 {
		parts = append(parts, n(r.Neutralised)+one(r.Neutralised, " arrêtée", " arrêtées"))
	}
	if r.WouldBlock > 0 {
		parts = append(parts, n(r.WouldBlock)+
			one(r.WouldBlock, " que la protection aurait arrêtée", " que la protection aurait arrêtées"))
	}
	if r.Observed > 0 {
		parts = append(parts, n(r.Observed)+one(r.Observed, " vue sans être arrêtée", " vues sans être arrêtées"))
	}
	return "dont " + list(parts, "et")
}

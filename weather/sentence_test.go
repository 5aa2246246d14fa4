package weather

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"abri.example/abri"
)

func was(o abri.Outcome) func(*abri.Attack) { return func(a *abri.Attack) { a.Outcome = o } }

func TestSentence(t *testing.T) {
	before := []abri.Attack{attack(20*time.Hour, time.Hour)}
	rest := func(a *abri.Attack) { a.Rest = 1_234_567 }
	mixed := append(append(some(2), some(1, was(abri.WouldBlock))...), some(4, was(abri.Observed))...)
	for _, tt := range []struct {
		report Report
		fr, en string
	}{
		{today(nil), "Plein soleil : rien n'est venu depuis minuit.", "Full sun: nothing came since midnight."},
		{today(nil, late(9*time.Hour+7*time.Minute)), "Plein soleil : rien n'est venu depuis 9 h 07.", "Full sun: nothing came since 09:07."},
		{today(some(1), late(9*time.Hour)), "Pluie fine : 1 attaque depuis 9 h 00, arrêtée.", "Light rain: 1 attack since 09:00, stopped."},
		{today(before, late(9*time.Hour)), "Pluie fine : aucune nouvelle attaque depuis 9 h 00, et 1 attaque commencée avant continue.",
			"Light rain: no new attack since 09:00, and 1 attack that began before goes on."},
		{today(nil, late(9*time.Hour), noise(1)), "Plein soleil : aucune attaque depuis 9 h 00, 1 essai isolé sans suite.",
			"Full sun: no attack since 09:00, 1 lone probe that led to nothing."},
		{today(nil, noise(1)), "Plein soleil : aucune attaque depuis minuit, 1 essai isolé sans suite.",
			"Full sun: no attack since midnight, 1 lone probe that led to nothing."},
		{today(nil, noise(1200)), "Plein soleil : aucune attaque depuis minuit, 1 200 essais isolés sans suite.",
			"Full sun: no attack since midnight, 1,200 lone probes that led to nothing."},
		{today(some(1)), "Pluie fine : 1 attaque depuis minuit, arrêtée.", "Light rain: 1 attack since midnight, stopped."},
		{today(some(12)), "Orage : 12 attaques depuis minuit, toutes arrêtées.", "Storm: 12 attacks since midnight, all stopped."},
		{today(some(1, rest)), "Tornade : 1 234 567 attaques depuis minuit, toutes arrêtées.",
			"Tornado: 1,234,567 attacks since midnight, all stopped."},
		{today(some(1, was(abri.WouldBlock))),
			"Pluie fine : 1 attaque depuis minuit, observée sans être arrêtée (la protection l'aurait arrêtée).",
			"Light rain: 1 attack since midnight, watched and not stopped (protection would have stopped it)."},
		{today(some(6, was(abri.WouldBlock))),
			"Pluie : 6 attaques depuis minuit, observées sans être arrêtées (la protection les aurait arrêtées).",
			"Rain: 6 attacks since midnight, watched and not stopped (protection would have stopped them)."},
		{today(some(2, was(abri.Observed))), "Pluie fine : 2 attaques depuis minuit, vues sans être arrêtées.",
			"Light rain: 2 attacks since midnight, seen and not stopped."},
		{today(mixed),
			"Pluie : 7 attaques depuis minuit, dont 2 arrêtées, 1 que la protection aurait arrêtée et 4 vues sans être arrêtées.",
			"Rain: 7 attacks since midnight, 2 stopped, 1 that protection would have stopped and 4 seen and not stopped."},
		{today(before), "Pluie fine : aucune nouvelle attaque depuis minuit, et 1 attaque commencée avant continue.",
			"Light rain: no new attack since midnight, and 1 attack that began before goes on."},
		{today(some(1), earlier(abri.Storm)), "Orage, comme plus tôt aujourd'hui : 1 attaque depuis minuit, arrêtée.",
			"Storm, as earlier today: 1 attack since midnight, stopped."},
		{today(nil, earlier(abri.Rain)), "Pluie, comme plus tôt aujourd'hui : aucune attaque en cours.",
			"Rain, as earlier today: no attack under way."},
		{today(some(1, calls, answers)),
			"Orage : un appareil du réseau a obtenu une réponse d'un serveur de pirates ; 1 attaque depuis minuit, vue sans être arrêtée.",
			"Storm: a device of the network got an answer from a criminals' server; 1 attack since midnight, seen and not stopped."},
		{today(nil, proof(Proof{})), "Brouillard : le boîtier ne voit passer aucun trafic et ne peut rien dire.",
			"Fog: the box sees no traffic and cannot tell."},
		{today(some(1), proof(Proof{Data: true})),
			"Brouillard : rien ne prouve que le filtre travaille en ce moment ; 1 attaque depuis minuit, arrêtée.",
			"Fog: nothing proves that the filter works at this moment; 1 attack since midnight, stopped."},
	} {
		plain := strings.Map(func(r rune) rune { // the no-break spaces of French typography
			if r == '\u00a0' || r == '\u202f' {
				return ' '
			}
			return r
		}, Sentence(tt.report, abri.French))
		if plain != tt.fr {
			t.Errorf("in French:\n%s\nwant\n%s", plain, tt.fr)
		}
		if got := Sentence(tt.report, abri.English); got != tt.en {
			t.Errorf("in English:\n%s\nwant\n%s", got, tt.en)
		}
	}
}

// Every word of the vocabulary has its name in both languages, and no two the same.
func TestNames(t *testing.T) {
	for _, l := range []abri.Lang{abri.French, abri.English} {
		var skies, families, services, kinds []string
		for _, s := range append(abri.Skies, abri.Fog) {
			skies = append(skies, SkyName(s, l))
		}
		for _, f := range abri.Families {
			families = append(families, FamilyName(f, l))
		}
		for _, s := range abri.Services {
			services = append(services, ServiceName(s, l))
		}
		for _, k := range abri.Kinds {
			kinds = append(kinds, KindName(k, l))
		}
		for _, names := range [][]string{skies, families, services, kinds} {
			seen := map[string]bool{}
			for _, n := range names {
				if n == "" || seen[n] || unicode.IsUpper([]rune(n)[0]) {
					t.Errorf("in %s the name %q is empty, twice, or not in lower case", l, n)
				}
				seen[n] = true
			}
		}
	}
	if SkyName("hail", abri.French)+FamilyName("", abri.French)+ServiceName("x", abri.English)+KindName("x", abri.English) != "" {
		t.Error("an unknown word has a name")
	}
	if SkyName(abri.Clear, abri.French) != "plein soleil" || FamilyName(abri.Ransomware, abri.French) != "rançongiciel" {
		t.Error("the words of the published vocabulary have changed")
	}
}

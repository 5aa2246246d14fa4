package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/geo"
	"abri.example/abri/siege"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

const saturationPath = "/saturation"

// saturation answers with the sheets for the operator.
func (h *house) saturation(w http.ResponseWriter, r *http.Request) {
	h.show(w, r, "saturation", saturationPath)
}

// sheet is one saturation in words.
type sheet struct {
	ID    string
	Began instant
	Lines []SheetLine
}

// SheetLine is one line of a sheet.
type SheetLine struct{ What, Value string }

func sheetsOf(v View, w words) []sheet {
	now := v.Now.In(v.place())
	var all []sheet
	for _, s := range v.Saturations {
		all = append(all, sheet{s.ID, dated(s.Began, now, w), SheetLines(s, v.Site, v.place(), w.lang)})
	}
	return all
}

// SheetLines say a saturation in the words of an operator: when, how much, what, from where, what stood. Of the site it names
// services only; its machines have addresses that the operator does not know.
func SheetLines(s siege.Sheet, site string, place *time.Location, l abri.Lang) []SheetLine {
	w := words{l}
	var all []SheetLine
	say := func(french, english, value string) {
		if value != "" {
			all = append(all, SheetLine{w.pick(french, english), w.spaced(value)})
		}
	}
	n := func(x uint64) string { return wording.Number(x, l) }
	say("Site", "Site", site)
	say("Début", "Began", clock(s.Began, place))
	say("Dernier paquet", "Last packet", clock(s.Last, place))
	if s.Full.Since.IsZero() {
		say("La ligne", "The line", w.pick("non saturée : le boîtier a retenu l'attaque", "not full: the box held the attack back"))
	} else {
		say("La ligne", "The line", w.pick("la ligne est saturée, le boîtier ne peut pas l'empêcher ; appelez votre opérateur", "the line is full, the box cannot prevent it; call your operator"))
		say("Saturée", "Full", clock(s.Full.Since, place)+" – "+clock(s.Full.Until, place))
		say("Comment on le sait", "How it is known", howFull(s.Full, w))
	}
	say("Au plus, retenu par le boîtier", "At most, held back by the box", fmt.Sprintf(w.pick("%s paquets/s, %s", "%s packets/s, %s"), n(s.Worst), bits(s.WorstBit)))
	say("Au plus, arrivé par la ligne", "At most, came by the line", bits(s.Came))
	if s.Capacity > 0 {
		say("Ce que la ligne porte", "What the line carries", bits(s.Capacity))
	}
	say("En tout, retenu", "In all, held back", fmt.Sprintf(w.pick("%s paquets, %s Mo", "%s packets, %s MB"), n(s.Packets), n(s.Bytes/1_000_000)))
	for _, t := range s.Targets {
		say("Attaque", "Attack", fmt.Sprintf(w.pick("%s, visant : %s ; %s ; %s", "%s, aimed at: %s; %s; %s"),
			weather.KindName(t.Kind, l), weather.ServiceName(t.Service, l), sources(t.Sources, w), pressing(t, w)))
	}
	say("Réseaux des sources", "Networks of the sources", origins(s.Networks, func(name string) string { return name }))
	say("Pays des sources", "Countries of the sources", origins(s.Countries, func(code string) string { return geo.Name(code, l) }))
	if len(s.Networks) > 0 {
		say("À savoir", "Mind", w.pick("compté sur un échantillon ; les adresses d'une inondation sont souvent falsifiées", "counted in a sample; the addresses of a flood are often forged"))
	}
	if s.Observed {
		say("Ce qui a tenu", "What stood", w.pick("le boîtier observe : il n'a rien retenu", "the box only watches: it held nothing back"))
	} else {
		say("Ce qui a tenu", "What stood", w.pick("les conversations en cours, et qui a prouvé son adresse, sont passés", "conversations under way, and whoever proved his address, passed"))
	}
	return all
}

func clock(t time.Time, place *time.Location) string {
	return t.In(place).Format("2006-01-02 15:04:05 MST")
}

func howFull(f siege.Full, w words) string {
	var how []string
	if f.Rate {
		how = append(how, w.pick("il arrive autant que la ligne porte", "as much comes as the line carries"))
	}
	if f.Lost > 0 {
		how = append(how, fmt.Sprintf(w.pick("%d %% des questions du boîtier à la passerelle et aux résolveurs restent sans réponse", "%d %% of the box's questions to the gateway and the resolvers get no answer"), f.Lost))
	}
	return strings.Join(how, w.pick(" ; ", "; "))
}

// sources is about how many they were.
func sources(n uint64, w words) string {
	if n <= 1 {
		return w.pick("une source", "one source")
	}
	return fmt.Sprintf(w.pick("environ %s sources", "about %s sources"), wording.Number(n, w.lang))
}

// bits is a rate in Mbit/s, in kbit/s where it is small.
func bits(rate uint64) string {
	if rate < 10_000_000 {
		return fmt.Sprintf("%d kbit/s", rate/1000)
	}
	return fmt.Sprintf("%d Mbit/s", rate/1_000_000)
}

// pressing is what of each sort was held back, in the words of the root.
func pressing(t siege.Target, w words) string {
	var all []string
	for _, p := range abri.Pressures {
		if n := t.Pressing[p]; n > 0 {
			all = append(all, wording.Number(n, w.lang)+" "+abri.Evidence{Name: string(p)}.Label(w.lang))
		}
	}
	return strings.Join(all, ", ")
}

func origins(all []siege.Origin, name func(string) string) string {
	var out []string
	for _, o := range all {
		out = append(out, fmt.Sprintf("%s (%d)", name(o.Name), o.Samples))
	}
	return strings.Join(out, ", ")
}

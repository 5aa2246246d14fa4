package web

import (
	"bytes"
	"fmt"
	"html/template"
	"time"

	"abri.example/abri"
	"abri.example/abri/weather"
	"abri.example/abri/wording"
)

// Stopped is what somebody at the site is told whose browser asked for a listed name in the clear.
type Stopped struct {
	Site    string // as its people call it
	Finding abri.Finding
	At      time.Time // in the site's own time
}

// stoppedPage is the one page that is not the box's own to serve: it is said in the other server's name, so it stands by
// itself, with both languages.
var stoppedPage = template.Must(template.ParseFS(files, "pages/stopped.html"))

// longestShown is how many characters of a name are shown: more does not fit a page, and names may be long on purpose.
const longestShown = 120

// Response is the whole answer of HTTP/1, head and page: 403, not to be kept, nothing loaded from anywhere.
func (s Stopped) Response() []byte {
	var page bytes.Buffer
	if err := stoppedPage.Execute(&page, s.words()); err != nil { // it was parsed, and is given strings
		panic(err)
	}
	head := fmt.Sprintf("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nContent-Language: fr, en\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n", page.Len())
	return append([]byte(head), page.Bytes()...)
}

// stoppedWords are the words of the page in one language.
type stoppedWords struct {
	Lang                                                                                     abri.Lang
	Title, What, Calm, WhyTitle, Why, Danger, PasswordTitle, Password, ReleaseTitle, Release string
}

type stoppedView struct {
	Name      string
	Languages []stoppedWords
}

func (s Stopped) words() stoppedView {
	v := stoppedView{Name: shown(s.fact("asked"))}
	for _, l := range []abri.Lang{abri.French, abri.English} {
		v.Languages = append(v.Languages, s.in(words{l}))
	}
	return v
}

func (s Stopped) in(w words) stoppedWords {
	when := wording.LongDay(s.At, w.lang) + ", " + wording.Clock(s.At, w.lang)
	return stoppedWords{
		Lang:     w.lang,
		Title:    w.pick("Cette page a été arrêtée", "This page was stopped"),
		What:     w.pick("Le boîtier Abri qui protège votre réseau ("+s.Site+") a arrêté l'accès à", "The Abri box that protects your network ("+s.Site+") stopped the way to"),
		Calm:     w.pick("Rien de cette page n'est arrivé jusqu'à vous : vous pouvez la fermer.", "Nothing of that page came to you: you can close it."),
		WhyTitle: w.pick("Pourquoi ?", "Why?"),
		Why:      s.why(w),
		Danger:   s.danger(w),

		PasswordTitle: w.pick("Vous avez tapé un mot de passe ou un numéro de carte ?", "Did you type a password or a card number?"),
		Password: w.pick(
			"Changez ce mot de passe tout de suite, depuis un autre appareil, partout où il sert, et prévenez votre responsable informatique. Pour une carte : appelez votre banque. Conseils gratuits : 17Cyber (17cyber.gouv.fr).",
			"Change that password at once, from another device, wherever it is used, and tell whoever looks after your computers. For a card: call your bank. Free advice: 17Cyber (17cyber.gouv.fr)."),
		ReleaseTitle: w.pick("C'est une erreur ?", "Is it a mistake?"),
		Release: w.pick(
			"Demandez à votre responsable informatique de le débloquer : dites-lui ce nom et l'heure ("+when+"). Lui seul peut le faire, en une seconde. N'essayez pas par un autre chemin.",
			"Ask whoever looks after your computers to release it: tell them this name and the time ("+when+"). They alone can do so, in a second. Do not try by another way."),
	}
}

// danger says the kind, and in plain words what such sites do.
func (s Stopped) danger(w words) string {
	does := w.pick(
		"Un tel site se fait passer pour un autre, pour prendre des mots de passe, des numéros de carte ou de l'argent.",
		"Such a site passes itself off as another, to take passwords, card numbers or money.")
	switch s.Finding.Kind {
	case abri.MalwareDownload:
		does = w.pick(
			"Un tel site dépose des logiciels qui volent ou bloquent les documents.",
			"Such a site leaves programs that steal or lock documents.")
	case abri.CommandAndControl:
		does = w.pick(
			"Par un tel serveur, des pirates commandent les appareils qu'ils ont pris : signalez cette page à votre responsable informatique.",
			"By such a server criminals command the devices that they took: tell whoever looks after your computers of this page.")
	}
	return w.pick("Danger : ", "Danger: ") + weather.KindName(s.Finding.Kind, w.lang) + ". " + does
}

// why says the list with its publisher and day, or whom the name imitates.
func (s Stopped) why(w words) string {
	reason := s.Finding.Why
	if brand := s.fact("imitates"); brand != "" {
		return w.pick("Ce nom imite celui de « "+shown(brand)+" ».", "This name imitates that of “"+shown(brand)+"”.")
	}
	list := reason.List
	if reason.Publisher != "" && reason.Publisher != reason.List {
		list += " (" + reason.Publisher + ")"
	}
	if !reason.Dated.IsZero() {
		list += w.pick(reason.Dated.Format(", du 02/01/2006"), reason.Dated.Format(", of 2006-01-02"))
	}
	entry := shown(s.fact("listed"))
	return w.pick(
		"Le nom « "+entry+" » est sur la liste "+list+".",
		"The name “"+entry+"” is on the list "+list+".")
}

// fact is the evidence of a name, "" where there is none.
func (s Stopped) fact(name string) string {
	for _, e := range s.Finding.Why.Evidence {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}

func shown(name string) string {
	if len(name) > longestShown {
		return name[:longestShown] + "…"
	}
	return name
}

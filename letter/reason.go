package letter

import (
	"strings"

	"abri.example/abri"
	"abri.example/abri/program"
)

// Kind is one thing that speaks against a letter or a link.
type Kind string

// The kinds. What Subject and Other are stands beside each.
const (
	ListedName       Kind = "listed-name"       // name; Why says the list
	ListedAddress    Kind = "listed-address"    // address; Why says the list
	ListedRelay      Kind = "listed-relay"      // address of a server on the letter's way; Why says the list
	Imitates         Kind = "imitates"          // name; whom
	Mismatch         Kind = "mismatch"          // the name that is shown; the one it goes to
	BareAddress      Kind = "bare-address"      // address
	OddScheme        Kind = "odd-scheme"        // scheme
	NameBefore       Kind = "name-before"       // link; the real name
	Shortened        Kind = "shortened"         // name
	LinksProgram     Kind = "links-program"     // file; name
	Unconfirmed      Kind = "unconfirmed"       // the sender's domain (DMARC)
	WrongServer      Kind = "wrong-server"      // the sender's domain (SPF)
	BrokenSeal       Kind = "broken-seal"       // the sender's domain (DKIM)
	NamesAnother     Kind = "names-another"     // the name that is shown; the domain of the address
	Pretends         Kind = "pretends"          // brand; address
	AnswersElsewhere Kind = "answers-elsewhere" // where an answer goes; the sender's domain
	Program          Kind = "program"           // file; attachment
	Macro            Kind = "macro"             // file
	Disguised        Kind = "disguised"         // file
	LockedArchive    Kind = "locked-archive"    // file
	AttachedForm     Kind = "attached-form"     // file
	FormInside       Kind = "form-inside"
)

// Reason is one thing that speaks against it, and how much.
type Reason struct {
	Advice  Advice   `json:"advice"`
	Kind    Kind     `json:"kind"`
	Subject string   `json:"subject,omitempty"`
	Other   string   `json:"other,omitempty"`
	Why     abri.Why `json:"why,omitzero"` // of what is listed
}

// attachment examines a file that came with a letter.
func (e *examination) attachment(a Attachment) {
	name := a.Name
	if program.Disguised(name) {
		e.say(Danger, Disguised, name, "")
	}
	for _, w := range a.Within {
		if program.Disguised(w) {
			e.say(Danger, Disguised, w, name)
		}
	}
	switch file, macro := a.program(), a.macro(); {
	case file != "":
		e.say(Danger, Program, file, name)
	case macro != "":
		e.say(Doubt, Macro, macro, "")
	case a.Locked:
		e.say(Doubt, LockedArchive, name, "")
	case a.Form:
		e.say(Danger, AttachedForm, name, "")
	}
}

// Sentence says a reason to a person.
func (r Reason) Sentence(l abri.Lang) string {
	said := sentences[r.Kind]
	text := said[0]
	if l == abri.English {
		text = said[1]
	}
	text = strings.NewReplacer("%1", r.Subject, "%2", r.Other).Replace(text)
	return text + listOf(r.Why, l)
}

// listOf names the list behind a reason, its publisher and its day, as far as they are known.
func listOf(w abri.Why, l abri.Lang) string {
	if w.List == "" {
		return ""
	}
	said, day := "liste ", "02/01/2006"
	if l == abri.English {
		said, day = "list ", "2006-01-02"
	}
	parts := []string{said + w.List}
	if w.Publisher != "" && w.Publisher != w.List {
		parts = append(parts, w.Publisher)
	}
	if !w.Dated.IsZero() {
		parts = append(parts, w.Dated.Format(day))
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// sentences are the reasons in French, then in English.
var sentences = map[Kind][2]string{
	ListedName:       {"%1 est connu pour des attaques", "%1 is known for attacks"},
	ListedAddress:    {"le lien mène à %1, connue pour des attaques", "the link leads to %1, known for attacks"},
	ListedRelay:      {"le courriel est passé par %1, connue pour des attaques", "the e-mail came by way of %1, known for attacks"},
	Imitates:         {"%1 imite %2", "%1 imitates %2"},
	Mismatch:         {"un lien montre %1 et mène à %2", "a link shows %1 and leads to %2"},
	BareAddress:      {"un lien mène à une adresse sans nom, %1 : un service honnête a un nom", "a link leads to an address without a name, %1: an honest service has a name"},
	OddScheme:        {"un lien n'ouvre pas une page : il fait exécuter quelque chose (%1)", "a link opens no page: it has something executed (%1)"},
	NameBefore:       {"un lien fait croire à un autre nom : il mène à %2", "a link pretends another name: it leads to %2"},
	Shortened:        {"%1 raccourcit les liens : on ne voit pas où il mène", "%1 shortens links: one does not see where it leads"},
	LinksProgram:     {"un lien fait télécharger un programme, %1, chez %2", "a link downloads a program, %1, from %2"},
	Unconfirmed:      {"votre serveur de messagerie dit que ce courriel ne vient pas de %1 (DMARC)", "your mail server says that this e-mail is not from %1 (DMARC)"},
	WrongServer:      {"il vient d'un serveur que %1 ne reconnaît pas (SPF)", "it comes from a server that %1 does not acknowledge (SPF)"},
	BrokenSeal:       {"la signature de %1 n'est pas bonne (DKIM)", "the signature of %1 is not right (DKIM)"},
	NamesAnother:     {"l'expéditeur montre « %1 » et écrit d'une adresse de %2", "the sender shows “%1” and writes from an address of %2"},
	Pretends:         {"il se dit %1 et écrit de %2, qui n'est pas une adresse connue de %1", "it claims to be %1 and writes from %2, which is no known address of %1"},
	AnswersElsewhere: {"une réponse irait à %1, ailleurs que chez %2", "an answer would go to %1, elsewhere than %2"},
	Program:          {"la pièce jointe %2 contient un programme : %1", "the attachment %2 holds a program: %1"},
	Macro:            {"%1 peut contenir un programme (macros)", "%1 may hold a program (macros)"},
	Disguised:        {"%1 cache ce qu'il est : un programme déguisé en document", "%1 hides what it is: a program disguised as a document"},
	LockedArchive:    {"%1 est fermé par un mot de passe : aucun filtre ne peut voir ce qu'il contient", "%1 is locked by a password: no filter can see what it holds"},
	AttachedForm:     {"%1 est une page à remplir : ce qu'on y écrit part ailleurs", "%1 is a page to fill in: what one writes there goes elsewhere"},
	FormInside:       {"le courriel contient un formulaire à remplir", "the e-mail holds a form to fill in"},
}

// Sentence says what to do, to a person who wants to know just that.
func (o Opinion) Sentence(l abri.Lang) string {
	say := func(french, english string) string {
		if l == abri.English {
			return english
		}
		return french
	}
	switch {
	case o.Advice == Danger:
		return say("Ne cliquez pas : ", "Do not click: ") + o.Reasons[0].Sentence(l) + "."
	case o.Advice == Doubt:
		return say("Méfiez-vous : ", "Beware: ") + o.Reasons[0].Sentence(l) + say(". Appelez l'expéditeur à un numéro que vous connaissez déjà.", ". Call the sender at a number that you know already.")
	}
	return say("Rien n'est connu contre lui, ce qui ne prouve pas qu'il soit honnête. Un doute ? Appelez l'expéditeur à un numéro que vous connaissez déjà.",
		"Nothing is known against it, which does not prove that it is honest. In doubt? Call the sender at a number that you know already.")
}

package letter

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"abri.example/abri"
	"abri.example/abri/names/lookalike"
)

// town is what the box of these tests knows.
func town() Judge {
	imitations := lookalike.New(lookalike.Brands())
	return Judge{
		Name: func(name string) (abri.Why, bool) {
			if name == "listed.example.net" {
				return abri.Why{Rule: abri.RuleName, List: "phishing"}, true
			}
			return abri.Why{}, false
		},
		Address: func(a netip.Addr) (abri.Why, bool) {
			return abri.Why{Rule: abri.RuleList, List: "drop", Entry: netip.PrefixFrom(a, 32)}, a.String() == "45.155.205.10"
		},
		Likeness: imitations.Judge,
		Owner: func(name string) string {
			if name == "gouv.fr" || strings.HasSuffix(name, ".gouv.fr") {
				return "État"
			}
			return ""
		},
		Brand: Brands(lookalike.Brands()),
	}
}

// eml is an e-mail of these headers, besides the usual ones, and this body.
func eml(headers, body string) []byte {
	all := "Date: Thu, 5 Mar 2026 10:00:00 +0100\r\nSubject: =?utf-8?Q?Votre_dossier_=C3=A0_jour?=\r\n"
	if !strings.Contains(headers, "From:") {
		all += "From: Claire <claire@mairie-sury.fr>\r\n"
	}
	return []byte(all + strings.ReplaceAll(headers, "\n", "\r\n") + "\r\n" + strings.ReplaceAll(body, "\n", "\r\n"))
}

func page(body string) []byte { return eml("Content-Type: text/html; charset=utf-8\n", body) }

func file(name, kind, content string) []byte {
	return eml("Content-Type: multipart/mixed; boundary=b\n", "--b\nContent-Type: text/plain\n\nBonjour,\n--b\nContent-Type: "+kind+"\nContent-Disposition: attachment; filename=\""+name+"\"\nContent-Transfer-Encoding: 8bit\n\n"+content+"\n--b--\n")
}

func TestWhatSpeaksAgainstALetter(t *testing.T) {
	for name, c := range map[string]struct {
		letter []byte
		advice Advice
		kinds  []Kind
	}{
		"a colleague's":                {eml("", "Voir https://www.mairie-sury.fr/conseil\n"), Nothing, nil},
		"the State's own":              {eml("From: Impots <ne-pas-repondre@dgfip.finances.gouv.fr>\nAuthentication-Results: mx; dmarc=pass\n", "https://www.impots.gouv.fr\n"), Nothing, nil},
		"a listed name":                {page(`<a href="https://listed.example.net/x">ici</a>`), Danger, []Kind{ListedName}},
		"a listed name, broken lines":  {eml("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n", "<a href=3D\"https://list=\ned.example.net/\">ici</a>"), Danger, []Kind{ListedName}},
		"a listed address":             {page(`<a href="http://45.155.205.10/x">ici</a>`), Danger, []Kind{ListedAddress}},
		"a listed address, odd":        {page(`<a href="http://0x2d9bcd0a/x">ici</a>`), Danger, []Kind{ListedAddress}},
		"an address":                   {eml("", "http://192.0.2.1/x\n"), Doubt, []Kind{BareAddress}},
		"an imitation":                 {page(`<a href="https://impots-gouv-remboursement.info/">ici</a>`), Danger, []Kind{Imitates}},
		"in base64":                    {eml("Content-Type: text/html\nContent-Transfer-Encoding: base64\n", "PGEgaHJlZj0iaHR0cHM6Ly9s\naXN0ZWQuZXhhbXBsZS5uZXQvIj5pY2k8L2E+\n"), Danger, []Kind{ListedName}},
		"shows another":                {page(`<a href="https://click.sender.example.org/1">www.mairie-sury.fr</a>`), Doubt, []Kind{Mismatch}},
		"shows the State":              {page(`<a href="https://click.sender.example.org/1">https://www.impots.gouv.fr/compte</a>`), Danger, []Kind{Mismatch}},
		"a redirector to what it says": {page(`<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.impots.gouv.fr%2F&data=1">www.impots.gouv.fr</a>`), Nothing, nil},
		"a redirector to a listed one": {page(`<a href="https://www.google.com/url?q=https://listed.example.net/">ici</a>`), Danger, []Kind{ListedName}},
		"shows a file":                 {page(`<a href="https://files.mairie-sury.fr/1">facture.pdf</a>`), Nothing, nil},
		"a name before":                {page(`<a href="https://www.impots.gouv.fr@evil.example.org/">ici</a>`), Danger, []Kind{NameBefore}},
		"a script":                     {page(`<a href="javascript:alert(1)">ici</a>`), Danger, []Kind{OddScheme}},
		"a spaced script":              {page("<a href=\"java\tscript:alert(1)\">ici</a>"), Danger, []Kind{OddScheme}},
		"a program to download":        {page(`<a href="https://files.example.org/facture.exe?x=1">ici</a>`), Danger, []Kind{LinksProgram}},
		"shortened":                    {page(`<a href="https://bit.ly/3abc">ici</a>`), Doubt, []Kind{Shortened}},
		"a form":                       {page(`<form action="https://listed.example.net/p"><input type=password></form>`), Danger, []Kind{ListedName, FormInside}},
		"a refresh":                    {page(`<meta http-equiv=refresh content="0; url=https://listed.example.net/">`), Danger, []Kind{ListedName}},
		"not confirmed":                {eml("Authentication-Results: mx; dmarc=fail\n", "x"), Doubt, []Kind{Unconfirmed}},
		"not confirmed, the State":     {eml("From: x <a@impots.gouv.fr>\nAuthentication-Results: mx; spf=fail; dmarc=fail\n", "x"), Danger, []Kind{Unconfirmed}},
		"an own result below":          {eml("Authentication-Results: mx; spf=fail; dkim=none; dmarc=fail\nAuthentication-Results: x; dmarc=pass; spf=pass; dkim=pass\n", "x"), Doubt, []Kind{Unconfirmed}},
		"a result in a comment":        {eml("Authentication-Results: mx (sender says; dmarc=pass); dmarc=fail (p=none)\n", "x"), Doubt, []Kind{Unconfirmed}},
		"a wrong server":               {eml("Authentication-Results: mx; spf=softfail; dkim=none\n", "x"), Doubt, []Kind{WrongServer}},
		"forwarded, still sealed":      {eml("Authentication-Results: mx; spf=fail; dkim=pass; dmarc=pass\n", "x"), Nothing, nil},
		"a broken seal":                {eml("Authentication-Results: mx; dkim=fail; spf=none\n", "x"), Doubt, []Kind{BrokenSeal}},
		"pretends":                     {eml("From: =?utf-8?B?QW1lbGkgLSBBc3N1cmFuY2UgbWFsYWRpZQ==?= <x12@gmail.com>\n", "x"), Danger, []Kind{Pretends}},
		"names another":                {eml("From: \"service@impots.gouv.fr\" <x@somebody.example.org>\n", "x"), Danger, []Kind{NamesAnother}},
		"answers elsewhere":            {eml("Reply-To: boss@gmail.com\n", "x"), Doubt, []Kind{AnswersElsewhere}},
		"a relay":                      {eml("Received: from x ([45.155.205.10]) by mx; Thu, 5 Mar 2026 10:00:00 +0100\n", "x"), Doubt, []Kind{ListedRelay}},
		"a document":                   {file("facture.pdf", "application/pdf", "%PDF-1.4"), Nothing, nil},
		"a program":                    {file("facture.scr", "application/octet-stream", "MZ"), Danger, []Kind{Program}},
		"a program by its bytes":       {file("facture", "application/pdf", "MZ\x90"), Danger, []Kind{Program}},
		"disguised":                    {file("facture.pdf.exe", "application/pdf", "x"), Danger, []Kind{Disguised, Program}},
		"turned round":                 {file("facture\u202efdp.exe", "application/pdf", "x"), Danger, []Kind{Disguised, Program}},
		"macros":                       {file("devis.docm", "application/msword", "x"), Doubt, []Kind{Macro}},
		"a page to fill in":            {file("connexion.html", "text/html", "<form><input></form>"), Danger, []Kind{AttachedForm}},
		"a page to read":               {file("article.html", "text/html", "<p>Bonjour</p>"), Nothing, nil},
		"four doubts":                  {eml("Reply-To: boss@gmail.com\nAuthentication-Results: mx; dmarc=fail\n", "http://192.0.2.1/x https://bit.ly/3\n"), Danger, []Kind{Unconfirmed, AnswersElsewhere, BareAddress, Shortened}},
		"a letter in a letter":         {eml("Content-Type: multipart/mixed; boundary=b\n", "--b\nContent-Type: message/rfc822\n\nFrom: a@b.fr\nContent-Type: text/html\n\n<a href=https://listed.example.net>x</a>\n--b--\n"), Danger, []Kind{ListedName}},
	} {
		l, err := Read(c.letter)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		o := Examine(l, town())
		var kinds []Kind
		for _, r := range o.Reasons {
			kinds = append(kinds, r.Kind)
		}
		if o.Advice != c.advice || fmt.Sprint(kinds) != fmt.Sprint(c.kinds) {
			t.Errorf("%s: %s %v, want %s %v (%+v)", name, o.Advice, kinds, c.advice, c.kinds, l)
		}
		if o.Subject != "Votre dossier à jour" {
			t.Errorf("%s: the subject is %q", name, o.Subject)
		}
	}
}

func TestALinkAsPeoplePasteIt(t *testing.T) {
	for link, c := range map[string]struct {
		advice Advice
		says   string
	}{
		"  <https://impots-gouv-remboursement.info/> ": {Danger, "Ne cliquez pas : impots-gouv-remboursement.info imite impots.gouv.fr."},
		"impots-gouv-remboursement.info":               {Danger, "imite"},
		"LISTED.Example.NET.":                          {Danger, "listed.example.net est connu pour des attaques"},
		"https://www.impots.gouv.fr/":                  {Nothing, "ne prouve pas"},
		"http:\\\\listed.example.net\\x":               {Danger, "listed"},
		"hxxp":                                         {"", ""},
		"bonjour tout le monde":                        {"", ""},
		"":                                             {"", ""},
		"https://":                                     {"", ""},
		"tel:+33400000000":                             {"", ""},
		"data:text/html;base64,AAAA":                   {Danger, "exécuter"},
		"https://bit.ly/x":                             {Doubt, "Méfiez-vous : bit.ly raccourcit"},
		"http://user:pw@192.0.2.7/":                    {Danger, "autre nom"},
		"https://a.example.org/?u=https://bit.ly/x&v=1": {Doubt, "bit.ly"},
	} {
		o, err := ExamineLink(link, town())
		if c.advice == "" {
			if abri.CodeOf(err) != abri.CodeInvalid {
				t.Errorf("%q is taken for a link: %+v, %v", link, o, err)
			}
			continue
		}
		if err != nil || o.Advice != c.advice || !strings.Contains(o.Sentence(abri.French), c.says) {
			t.Errorf("%q: %s %q, %v", link, o.Advice, o.Sentence(abri.French), err)
		}
	}
}

func TestEveryReasonIsSaidInBothLanguages(t *testing.T) {
	for kind, said := range sentences {
		for i, lang := range []abri.Lang{abri.French, abri.English} {
			r := Reason{Kind: kind, Subject: "un", Other: "deux"}
			if s := r.Sentence(lang); said[i] == "" || strings.Contains(s, "%") {
				t.Errorf("%s in %s: %q", kind, lang, s)
			}
		}
	}
	o := Opinion{Advice: Danger, Reasons: []Reason{{Advice: Danger, Kind: ListedName, Subject: "x.fr", Why: abri.Why{Rule: abri.RuleList, List: "phishing", Entry: netip.MustParsePrefix("192.0.2.1/32")}}}}
	if s := o.Sentence(abri.English); s != "Do not click: x.fr is known for attacks (list phishing)." {
		t.Error(s)
	}
}

package web_test

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/communes"
	"abri.example/abri/observatory/ledger"
)

func TestNobodyReadsAPageWithoutASession(t *testing.T) {
	c := open(t)
	c.commune("42304", "Sury-le-Comtal")
	c.cookie = nil
	for _, path := range []string{"/", "/fragment", "/events", "/chiffres", "/site?numero=42304", "/deploiement", "/regle"} {
		if w := c.ask(path); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "Sury") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := c.ask("/premier?cle=" + c.link); w.Code != http.StatusForbidden || len(w.Result().Cookies()) != 0 {
		t.Errorf("the link is good twice: %d", w.Code)
	}
	if w := c.ask("/healthz"); w.Code != http.StatusOK {
		t.Errorf("healthz: %d", w.Code)
	}
}

func TestTheMapShowsSkiesBySignWordAndColour(t *testing.T) {
	c := open(t)
	c.must(c.ledger.PutCommunes(t.Context(), []ledger.CommuneShape{square("42304", "Sury-le-Comtal", 4, 45), square("42044", "Chalain", 4.01, 45), square("42001", "Aboën", 4.02, 45)}))
	c.commune("42304", "Sury-le-Comtal")
	c.commune("42044", "Chalain")
	c.report("42304", 1, abri.Storm, 3)
	c.report("42044", 1, abri.Clear, 0)
	body := c.says("/", `<a href="/site?numero=42304" aria-label="Sury-le-Comtal : orage"><path class="sky-storm" d="M`, `<use href="#sky-storm"`, `class="sky-clear"`, `class="bare"`,
		"Messagerie", "Téléphone", "Allemagne", "Brouillard")
	if strings.Index(body, ">Messagerie<") > strings.Index(body, ">Téléphone<") {
		t.Error("mail does not come first")
	}
	c.says("/?lang=en", "Map of skies", "aria-label=\"Sury-le-Comtal : storm\"", "Germany")
	c.wait(2 * time.Hour)
	c.says("/", `aria-label="Sury-le-Comtal : brouillard"`, "Boîtiers muets", "muet")
}

func TestWithoutContoursThereIsAGridOfTiles(t *testing.T) {
	c := open(t)
	c.commune("42304", "Sury-le-Comtal")
	c.report("42304", 1, abri.Rain, 2)
	c.says("/", `<ul class="tiles"><li class="tile sky-rain"><a href="/site?numero=42304">`, ">Sury-le-Comtal<")
	c.commune("86194", "Poitiers")
	c.says("/", `<a href="/?departement=42">`, `<a href="/?departement=86">`)
	c.says("/?departement=86", ">Poitiers<")
}

func TestAGroupSeesItsOwn(t *testing.T) {
	c := open(t)
	for code, name := range map[string]string{"42304": "Sury-le-Comtal", "42044": "Chalain"} {
		c.commune(code, name)
		c.report(code, 1, abri.Rain, 2)
	}
	group, err := c.ledger.PutGroup(t.Context(), ledger.Group{Sort: ledger.EPCI, Code: "200065886", Name: "Loire Forez"})
	c.must(err)
	c.must(c.ledger.Join(t.Context(), group, ledger.SiteNumber(ledger.Commune, "42304")))
	_, err = c.ledger.Sum(t.Context())
	c.must(err)
	path := "/?groupe=" + strconv.FormatInt(group, 10)
	if body := c.says(path, "Sury-le-Comtal", `selected>Loire Forez`); strings.Contains(body, "Chalain") {
		t.Error("the group shows a site that is not in it")
	}
	if w := c.ask("/?groupe=1"); w.Code != http.StatusNotFound {
		t.Errorf("a group that is not there: %d", w.Code)
	}
}

func TestFiguresByDayMonthAndYear(t *testing.T) {
	c := open(t)
	c.commune("42304", "Sury-le-Comtal")
	c.report("42304", 1, abri.Rain, 4)
	c.says("/chiffres", `<p class="figure">4</p>`, "1 neutralisées", "Jeudi 5 mars 2026", `<svg class="bars"`)
	c.says("/chiffres?par=mois", "Mars 2026")
	c.says("/chiffres?par=annee&lang=en", ">2026<", `<p class="figure">4</p>`)
	c.says("/chiffres?de=2026-01-01&a=2026-01-31", `<p class="figure">0</p>`)
	for _, bad := range []string{"/chiffres?de=hier", "/chiffres?de=2026-03-05&a=2026-03-01", "/chiffres?de=1900-01-01", "/site", "/site?numero=x"} {
		if w := c.ask(bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
	c.says("/regle", "jamais une attaque", "à son premier jour")
	c.says("/regle?lang=en", "never an attack")
}

func TestASitesPage(t *testing.T) {
	c := open(t)
	c.commune("42304", "Sury-le-Comtal")
	c.report("42304", 1, abri.Rain, 2)
	c.says("/site?numero=42304", "Sury-le-Comtal", "Pluie", "protège", "45.155.205.7", "Essais de mots de passe", "arrêtée", "son boîtier ne le dit pas")
	if w := c.ask("/site?numero=42999"); w.Code != http.StatusNotFound {
		t.Errorf("no such site: %d", w.Code)
	}
}

func TestTheRollOut(t *testing.T) {
	c := open(t)
	c.commune("42304", "Sury-le-Comtal")
	c.must(c.ledger.PutSites(t.Context(), ledger.Site{Sort: ledger.Commune, Code: "42044", Name: "Chalain", Place: ledger.Behind, Created: noon}))
	c.says("/deploiement", "installé", "inscrit", "Chalain", "Sury-le-Comtal")
	if body := c.says("/deploiement?etape=entered", "Chalain"); strings.Contains(body, "Sury-le-Comtal") {
		t.Error("a stage shows sites of another")
	}
}

// The Loire as it is: 320 communes and more, drawn small enough for a slow line.
func TestTheLoireIsDrawn(t *testing.T) {
	f, err := os.Open(loire())
	if err != nil {
		t.Skip("the communes of the Loire are not here: ", err)
	}
	defer f.Close()
	all, err := communes.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	c := open(t)
	c.must(c.ledger.PutCommunes(t.Context(), all))
	c.commune("42304", "Sury-le-Comtal")
	body := c.says("/", "Sury-le-Comtal")
	if n := strings.Count(body, "<path class="); n < len(all) {
		t.Errorf("%d communes are drawn of %d", n, len(all))
	}
	if len(body) > 600<<10 {
		t.Errorf("the page has %d KB", len(body)>>10)
	}
}

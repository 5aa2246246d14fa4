package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/observatory/key"
	"abri.example/abri/observatory/people"
)

// A key is made on a page, shown once, speaks for who made it, and is taken away on the page.
func TestAKeyIsMadeShownOnceAndTakenAway(t *testing.T) {
	c, cookies, _, _ := two(t)
	technician := cookies[people.Technician]
	made := c.send(technician, "/programmes/cle", "nom=Supervision&duree=mois").Body.String()
	word := regexp.MustCompile(`abrikey1\.[a-z0-9]+\.[A-Z0-9]+`).FindString(made)
	who, k, err := key.Who(t.Context(), c.ledger, word, noon)
	if err != nil || who.Role != people.Technician || who.Name != "P technician" || !k.Until.Equal(noon.Add(31*24*time.Hour)) {
		t.Fatalf("%q: %+v, %+v, %v", word, who, k, err)
	}
	if again := c.get(technician, "/programmes").Body.String(); strings.Contains(again, word) || !strings.Contains(again, "Supervision") {
		t.Error("the key is shown again, or not listed")
	}
	if other := c.send(cookies[people.GroupReader], "/programmes/cle/retirer", "cle="+k.ID); other.Code != http.StatusUnprocessableEntity {
		t.Errorf("somebody else takes it away: %d", other.Code)
	}
	if w := c.send(technician, "/programmes/cle/retirer", "cle="+k.ID); w.Code != http.StatusOK {
		t.Errorf("%d", w.Code)
	}
	if _, _, err := key.Who(t.Context(), c.ledger, word, noon); abri.CodeOf(err) != abri.CodeRefused {
		t.Errorf("it is good still: %v", err)
	}
}

// Days without an attack stand in the chart and in its table, as nothing.
func TestDaysWithoutAttacksAreShown(t *testing.T) {
	c := open(t)
	c.commune("42304", "Sury-le-Comtal")
	c.report("42304", 1, abri.Rain, 4)
	body := c.says("/chiffres?de=2026-03-01&a=2026-03-07", "Mercredi 4 mars 2026", "Samedi 7 mars 2026", "Le plus")
	if n := strings.Count(body, `<rect class="all" x=`); n != 7 {
		t.Errorf("%d bars for seven days", n)
	}
	if n := strings.Count(c.says("/chiffres?par=mois&de=2026-01-15&a=2026-04-02", "Janvier 2026", "Avril 2026"), `<rect class="all" x=`); n != 4 {
		t.Errorf("%d bars for four months", n)
	}
}

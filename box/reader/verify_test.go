package reader

import (
	"os"
	"path/filepath"
	"testing"

	"abri.example/abri"
	"abri.example/abri/letter"
)

// What the site's own lists say of a link is told, with the list; and only so many are examined at once.
func TestALinkIsHeldAgainstTheListsOfTheSite(t *testing.T) {
	s := newSite(t)
	list := filepath.Join(s.folder, "names.txt")
	if err := os.WriteFile(list, []byte("colis-perdu.example.net\nevil.example.org\nbad.test.fr\nother.mauvais.fr\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := s.live()
	r.resettle(s.config("[[list]]\nname = \"phishing\"\nfile = \""+list+"\"\n"), false)
	o, err := r.ExamineLink(t.Context(), "https://www.other.mauvais.fr/x")
	if err != nil || o.Advice != letter.Danger || o.Reasons[0].Kind != letter.ListedName || o.Reasons[0].Why.List != "phishing" {
		t.Errorf("%+v, %v", o, err)
	}
	for range examining {
		if err := r.sit(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.ExamineLetter(t.Context(), nil); abri.CodeOf(err) != abri.CodeUnavailable {
		t.Errorf("a letter too many: %v", err)
	}
	<-r.examined
	if _, err := r.ExamineLetter(t.Context(), nil); abri.CodeOf(err) != abri.CodeDamaged {
		t.Errorf("after one left: %v", err)
	}
}

package wording

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"abri.example/abri"
)

func TestTheLanguageIsTheChoiceThenTheCookieThenTheBrowser(t *testing.T) {
	for _, c := range []struct {
		query, cookie, accept string
		want                  abri.Lang
	}{
		{"", "", "", abri.French},
		{"", "", "de-DE,de;q=0.9", abri.French},
		{"", "", "en-GB,en;q=0.9", abri.English},
		{"", "", "de,en;q=0.3", abri.English},
		{"", "", "en;q=0.8,fr-FR;q=0.9", abri.French},
		{"", "", "fr;q=0.5, en;q=0.5", abri.French},
		{"", "", "fr;q=0, en;q=0.1", abri.English},
		{"", "", "en;q=7", abri.French},
		{"", "", ";;;,,q=", abri.French},
		{"", "fr", "en", abri.French},
		{"", "xx", "en", abri.English},
		{"en", "fr", "fr", abri.English},
		{"xx", "en", "fr", abri.English},
	} {
		r := httptest.NewRequest("GET", "/?lang="+c.query, nil)
		r.Header.Set("Accept-Language", c.accept)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: languageCookie, Value: c.cookie})
		}
		if got := Language(r, abri.French); got != c.want {
			t.Errorf("%+v gives %s", c, got)
		}
	}
}

func TestABrowserThatPrefersNoneGetsTheLanguageOfTheSite(t *testing.T) {
	for accept, want := range map[string]abri.Lang{"": abri.English, "de": abri.English, "fr": abri.French, "fr;q=0.5,en;q=0.5": abri.English} {
		if got := preferred(accept, abri.English); got != want {
			t.Errorf("%q at an English site gives %s", accept, got)
		}
	}
}

func TestAChoiceIsKept(t *testing.T) {
	w := httptest.NewRecorder()
	Remember(w, httptest.NewRequest("GET", "/?lang=en", nil))
	c := w.Result().Cookies()
	if len(c) != 1 || c[0].Value != "en" || !c[0].HttpOnly || c[0].SameSite != http.SameSiteStrictMode {
		t.Errorf("cookies %v", c)
	}
	for _, target := range []string{"/", "/?lang=", "/?lang=de", "/?lang=en%0d%0aSet-Cookie:x"} {
		w := httptest.NewRecorder()
		Remember(w, httptest.NewRequest("GET", target, nil))
		if got := w.Header().Get("Set-Cookie"); got != "" {
			t.Errorf("%s sets %q", target, got)
		}
	}
}

func FuzzPreferred(f *testing.F) {
	for _, s := range []string{"", "fr", "en-GB,en;q=0.9,fr;q=0.8", "*;q=0.5", "q=;,;q", "en;q=NaN", "en;q=+Inf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if l := preferred(header, abri.French); l != abri.French && l != abri.English {
			t.Errorf("%q gives %q", header, l)
		}
		if l := preferred("en;q=0.1,fr;q=0.2,"+header, abri.French); l == abri.English && preferred(header, abri.French) != abri.English && len(header) < 400 {
			t.Errorf("%q makes English without preferring it", header)
		}
	})
}

package reader

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"abri.example/abri/box/control"
	"abri.example/abri/box/order"
	"abri.example/abri/box/web"
)

// A code of `abri sign-in` opens the pages, and « Débloquer » there is `abri release`: in the kernel and over a restart.
func TestASignInReleasesFromThePage(t *testing.T) {
	s := newSite(t)
	s.live()
	in, err := s.reader.SignIn(t.Context(), control.Who{Name: "clerk"})
	if err != nil || len(in.Links) == 0 || !strings.HasSuffix(in.Links[0], "/entrer?code="+in.Code) {
		t.Fatalf("%+v, %v", in, err)
	}
	server := httptest.NewServer(web.New(s.reader, web.Options{Log: s.log, Sessions: s.reader.sessions, Clock: s.reader.now, Hands: hands{s.reader}}))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	person := &http.Client{Jar: jar}
	for _, form := range []struct{ path, key, value string }{{"/entrer", "code", in.Code}, {"/debloquer", "address", "45.155.205.10"}} {
		a, err := person.PostForm(server.URL+form.path, url.Values{form.key: {form.value}})
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(a.Body)
		a.Body.Close()
		if a.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %s", form.path, a.Status, body)
		}
	}
	stands := false
	for _, d := range s.reader.decided {
		stands = stands || d.choice == order.Exempt && d.prefix.String() == "45.155.205.10/32" && d.by == "clerk (page)"
	}
	if !stands {
		t.Errorf("decided: %+v", s.reader.decided)
	}
}

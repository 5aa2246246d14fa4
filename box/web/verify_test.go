package web_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"abri.example/abri"
	"abri.example/abri/box/web"
	"abri.example/abri/letter"
	"abri.example/abri/names/lookalike"
	"abri.example/abri/testnet/browser"
)

// examining reads letters as a box without lists does, and is busy when told so.
type examining struct{ busy bool }

func (e *examining) ExamineLetter(_ context.Context, file []byte) (letter.Opinion, error) {
	if e.busy {
		return letter.Opinion{}, &abri.Error{Code: abri.CodeUnavailable, What: "at /secret/place"}
	}
	l, err := letter.Read(file)
	return letter.Examine(l, judge()), err
}

func (e *examining) ExamineLink(_ context.Context, link string) (letter.Opinion, error) {
	return letter.ExamineLink(link, judge())
}

func judge() letter.Judge {
	return letter.Judge{Likeness: lookalike.New(lookalike.Brands()).Judge, Brand: letter.Brands(lookalike.Brands())}
}

const hostileLetter = "From: \"<script>alert(1)</script> Ameli\" <x12@gmail.com>\r\nSubject: <b>urgent</b>\r\nContent-Type: text/html\r\n\r\n<a href=\"https://impots-gouv-remboursement.info/\">www.impots.gouv.fr</a>\r\n"

func verifying(t *testing.T, e *examining) http.Handler {
	return web.New(&townHall{view: under(t, abri.Rain, abri.Protect)}, web.Options{Examiner: e, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
}

// show sends a field to the page, as a browser would.
func show(t *testing.T, h http.Handler, field, file, content, lang string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile(field, file)
	if file == "" {
		part, err = m.CreateFormField(field)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(part, content)
	m.Close()
	r := httptest.NewRequest("POST", "/verifier?lang="+lang, &body)
	r.Host = "192.168.1.2:8080"
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAPersonIsToldWhatSpeaksAgainstALink(t *testing.T) {
	h := verifying(t, &examining{})
	for _, c := range []struct {
		field, file, content, lang string
		status                     int
		says                       string
	}{
		{"lien", "", "impots-gouv-remboursement.info", "fr", 200, "Ne cliquez pas\u00a0: impots-gouv-remboursement.info imite impots.gouv.fr."},
		{"lien", "", "impots-gouv-remboursement.info", "en", 200, "Do not click: impots-gouv-remboursement.info imitates impots.gouv.fr."},
		{"lien", "", "https://www.mairie-sury.fr/", "fr", 200, "Rien de connu"},
		{"lien", "", "bonjour", "fr", 422, "ni un lien ni un courriel"},
		{"lien", "", "", "fr", 422, "ni un lien ni un courriel"},
		{"courriel", "x.eml", hostileLetter, "fr", 200, "il se dit Assurance maladie et écrit de x12@gmail.com"},
		{"courriel", "x.eml", "bonjour", "fr", 422, "pas un courriel, ou il est abîmé"},
		{"courriel", "x.msg", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "fr", 422, "pas un courriel, ou il est abîmé"},
		{"courriel", "x.eml", strings.Repeat("x", letter.MaxBytes+1), "fr", 413, "plus de 10 Mo"},
		{"courriel", "x.eml", strings.Repeat("x", 2*letter.MaxBytes), "fr", 413, "plus de 10 Mo"},
		{"autre", "", "x", "fr", 422, "ni un lien ni un courriel"},
	} {
		w := show(t, h, c.field, c.file, c.content, c.lang)
		if w.Code != c.status || !strings.Contains(unescape(w.Body.String()), c.says) {
			t.Errorf("%s %.40q: %d, does not say %q", c.field, c.content, w.Code, c.says)
		}
		if strings.Contains(w.Body.String(), "<script>alert") || strings.Contains(w.Body.String(), "<b>urgent") {
			t.Errorf("%s %.40q: the page holds the letter's own tags", c.field, c.content)
		}
		if strings.Contains(w.Body.String(), `href="https://impots-gouv`) {
			t.Error("the page links to what it warns of")
		}
	}
}

func TestABusyBoxSaysSoAndNothingElse(t *testing.T) {
	w := show(t, verifying(t, &examining{busy: true}), "courriel", "x.eml", hostileLetter, "fr")
	if w.Code != 503 || !strings.Contains(w.Body.String(), "Réessayez") || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d", w.Code)
	}
}

func TestInABrowserOneDropsALetter(t *testing.T) {
	ctx := open(t)
	server := httptest.NewServer(verifying(t, &examining{}))
	defer server.CloseClientConnections()
	said := browser.Complaints(t, ctx)
	path := filepath.Join(t.TempDir(), "courriel.eml")
	if err := os.WriteFile(path, []byte(hostileLetter), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, ctx, chromedp.Navigate(server.URL+"/verifier?lang=fr"))
	must(t, ctx, chromedp.SetUploadFiles("#courriel", []string{path}))
	must(t, ctx, chromedp.Click(`form:has(#courriel) button`))
	must(t, ctx, chromedp.WaitVisible(".opinion-danger"))
	if text := must(t, ctx, chromedp.Text(".opinion .sentence")); !strings.HasPrefix(text, "Ne cliquez pas") {
		t.Errorf("%q", text)
	}
	must(t, ctx, chromedp.SendKeys("#lien", "https://www.mairie-sury.fr/"))
	must(t, ctx, chromedp.Click(`form:has(#lien) button`))
	must(t, ctx, chromedp.WaitVisible(".opinion-nothing"))
	for _, c := range said() {
		t.Error("the console complains:", c)
	}
}

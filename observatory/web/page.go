package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"time"

	"abri.example/abri"
	"abri.example/abri/asset"
	"abri.example/abri/wording"
)

// page is all that the templates know: words, figures and pictures, in one language.
type page struct {
	Lang, Other abri.Lang
	Path        string // of this page, for the navigation
	Query       string // that a link to another page keeps: the scope
	Title       string
	Message     string
	Detail      string // of the message, for who can use it
	AsOf        instant

	Who                             string // is signed in, "" for nobody
	ByLink                          bool   // he came by a link: without a passkey or a code he comes no more
	MayManage, MayAudit, MayRelease bool
	MayConnect                      bool
	MayEnrol, MayConfirm            bool

	Scopes   []choice // what can be looked at
	Overview *overview
	Figures  *figuresView
	Site     *siteView
	Rollout  *rolloutView

	Secret    string // of an invitation, in its form
	OpenID    string // the provider's name on the page to sign in at, "" for none
	Account   *account
	Persons   *persons
	Journal   *journal
	Programs  *programs
	Releasing *releasing
	Inviting  *inviting
}

// choice is one of several things to look at.
type choice struct {
	Name, Value string
	Chosen      bool
}

// instant is a time in words and, for machines, in RFC 3339; both are empty for none.
type instant struct{ Words, Exact string }

func instantOf(t, now time.Time, l abri.Lang) instant {
	if t.IsZero() {
		return instant{}
	}
	return instant{wording.Moment(t, now, l), t.UTC().Format(time.RFC3339)}
}

//go:embed pages static
var files embed.FS

// pages holds every template, once a language.
type pages map[abri.Lang]*template.Template

// load parses the templates. They are part of the program: a fault in them is a fault of ours, seen by every test.
func load() pages {
	out := pages{}
	for _, lang := range []abri.Lang{abri.French, abri.English} {
		t := template.New("").Funcs(template.FuncMap{
			"say":     words{lang}.say,
			"capital": wording.Capital,
			"file":    staticFiles.Address,
		})
		out[lang] = template.Must(t.ParseFS(files, "pages/*.html", "pages/"+string(lang)+"/*.html"))
	}
	return out
}

// draw writes a page whole or not at all.
func (h *house) draw(w http.ResponseWriter, r *http.Request, name string, status int, p page) {
	var b bytes.Buffer
	if err := h.pages[p.Lang].ExecuteTemplate(&b, name, p); err != nil {
		h.Log.Error("page", "name", name, "err", err)
		http.Error(w, "the page could not be drawn; the log says why", http.StatusInternalServerError)
		return
	}
	wording.Remember(w, r)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(p.Lang))
	w.Header().Set("Vary", "Accept-Language, Cookie")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader may have left
}

// staticFiles are the files under /static/.
var staticFiles = asset.Read(files)

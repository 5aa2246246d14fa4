package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/wording"
)

//go:embed pages static
var files embed.FS

// pages holds every template, once a language.
type pages map[abri.Lang]*template.Template

// load parses the templates. They are part of the program: a fault in them is a fault of ours, seen by every test.
func load() pages {
	out := pages{}
	for _, lang := range []abri.Lang{abri.French, abri.English} {
		w := words{lang}
		t := template.New("").Funcs(template.FuncMap{
			"say":     w.say,
			"capital": wording.Capital,
			"shares":  func(rows []share, caption, column string) shares { return shares{rows, caption, column} },
			"rows":    func(rows []mailRow, caption, column string) mailRows { return mailRows{rows, caption, column} },
			"file":    func(name string) string { return "/static/" + name + "?v=" + mark(staticFiles[name]) },
		})
		out[lang] = template.Must(t.ParseFS(files, "pages/*.html", "pages/"+string(lang)+"/*.html"))
	}
	return out
}

// staticFiles are the files under /static/, by name: those of the folder, and an icon a sky.
var staticFiles = func() map[string][]byte {
	out := map[string][]byte{}
	entries, _ := fs.Glob(files, "static/*")
	for _, name := range entries {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(err) // an embedded file that was just listed
		}
		out[path.Base(name)] = data
	}
	for _, sky := range append([]abri.Sky{abri.Fog}, abri.Skies...) {
		out[string(sky)+".svg"] = iconFile(sky)
	}
	return out
}()

// mark changes with a file's content, so that browsers may keep the file for ever.
func mark(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}

// statics serves the static files.
func statics() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/static/")
		data, ok := staticFiles[name]
		if !ok {
			http.Error(w, "no such file", http.StatusNotFound)
			return
		}
		if r.URL.Query().Get("v") == mark(data) {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
	})
}

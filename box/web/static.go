package web

import (
	"embed"
	"html/template"

	"abri.example/abri"
	"abri.example/abri/asset"
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
			"file":    staticFiles.Address,
		})
		out[lang] = template.Must(t.ParseFS(files, "pages/*.html", "pages/"+string(lang)+"/*.html"))
	}
	return out
}

// staticFiles are the files under /static/: those of the folder, and an icon a sky.
var staticFiles = func() asset.Files {
	out := asset.Read(files)
	for _, sky := range append([]abri.Sky{abri.Fog}, abri.Skies...) {
		out[string(sky)+".svg"] = iconFile(sky)
	}
	return out
}()

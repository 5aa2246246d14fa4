package api

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"abri.example/abri/asset"
)

//go:embed document.html static
var files embed.FS

var (
	readable = template.Must(template.ParseFS(files, "document.html"))
	styles   = asset.Read(files)
)

// part is the operations of one tag, as people read them.
type part struct {
	Name       string
	Operations []described
}

// described is one operation in words.
type described struct {
	ID, Method, Path, Summary, Needs string
	Fields                           []field
	Gives                            []string
}

// field is something that an operation is told.
type field struct {
	Name, In, What string
	Required       bool
}

// document answers with the document to be read: no script, nothing from outside.
func (a *api) document(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	o := a.huma.OpenAPI()
	err := readable.Execute(&b, struct {
		Title, Version, Description, Prefix, Base string
		Parts                                     []part
	}{o.Info.Title, o.Info.Version, o.Info.Description, Prefix, styles.Address("base.css"), partsOf(o)})
	if err != nil {
		a.Log.Error("the document can't be drawn", "err", err)
		http.Error(w, "the document could not be drawn; the log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // the reader may have left
}

// style answers with the document's own style.
func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(styles["document.css"])
}

func partsOf(o *huma.OpenAPI) []part {
	by := map[string][]described{}
	for path, item := range o.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
			if op != nil {
				by[op.Tags[0]] = append(by[op.Tags[0]], describe(o, path, op))
			}
		}
	}
	var out []part
	for name, all := range by {
		slices.SortFunc(all, func(x, y described) int { return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Method, y.Method)) })
		out = append(out, part{name, all})
	}
	slices.SortFunc(out, func(x, y part) int { return cmp.Compare(x.Name, y.Name) })
	return out
}

func describe(o *huma.OpenAPI, path string, op *huma.Operation) described {
	d := described{ID: op.OperationID, Method: op.Method, Path: path, Summary: op.Summary, Needs: op.Description}
	for _, p := range op.Parameters {
		d.Fields = append(d.Fields, field{p.Name, p.In, said(p.Description, p.Schema), p.Required})
	}
	if op.RequestBody != nil {
		if s := schemaOf(o, op.RequestBody.Content); s != nil {
			for _, name := range names(s) {
				d.Fields = append(d.Fields, field{name, "body", said(s.Properties[name].Description, s.Properties[name]), slices.Contains(s.Required, name)})
			}
		}
	}
	for status, r := range op.Responses {
		if strings.HasPrefix(status, "2") {
			if s := schemaOf(o, r.Content); s != nil {
				d.Gives = names(s)
			}
		}
	}
	return d
}

// schemaOf is the schema of a body, looked up where the document keeps it.
func schemaOf(o *huma.OpenAPI, content map[string]*huma.MediaType) *huma.Schema {
	media := content["application/json"]
	if media == nil || media.Schema == nil {
		return nil
	}
	if media.Schema.Ref != "" {
		return o.Components.Schemas.SchemaFromRef(media.Schema.Ref)
	}
	return media.Schema
}

func names(s *huma.Schema) []string {
	var out []string
	for name := range s.Properties {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// said puts what may stand there into words.
func said(what string, s *huma.Schema) string {
	if s == nil {
		return what
	}
	var out []string
	if what != "" {
		out = append(out, what)
	}
	var choices []string
	for _, e := range s.Enum {
		if word, ok := e.(string); ok && word != "" {
			choices = append(choices, word)
		}
	}
	if len(choices) > 0 {
		out = append(out, "One of "+strings.Join(choices, ", ")+".")
	}
	if s.Maximum != nil {
		out = append(out, "At the most "+strconv.FormatFloat(*s.Maximum, 'f', -1, 64)+".")
	}
	if word, ok := s.Default.(string); ok && word != "" {
		out = append(out, "Without it: "+word+".")
	}
	return strings.Join(out, " ")
}

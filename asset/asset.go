// Package asset serves the files of pages: styles, scripts and pictures that are part of a program. The pages of box and
// observatory share it, and base.css: the colours, light and dark, and what every page begins with.
package asset

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed base.css
var base []byte

// Prefix is under which path the files are served.
const Prefix = "/static/"

// Files are the files by name. They are made once, and then only read: safe for concurrent use.
type Files map[string][]byte

// Read gives the files of the folder static of a file system that is embedded, and base.css. A fault in it is a fault of
// the program, and panics.
func Read(files fs.FS) Files {
	out := Files{"base.css": base}
	names, err := fs.Glob(files, "static/*")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err) // an embedded file that was just listed
		}
		out[path.Base(name)] = data
	}
	return out
}

// Address is where a file is served. It changes with the content, so that browsers may keep the file for ever.
func (f Files) Address(name string) string { return Prefix + name + "?v=" + mark(f[name]) }

func mark(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:6])
}

// ServeHTTP serves a file, and 404 for none.
func (f Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	data, ok := f[name]
	if !ok {
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	if r.URL.Query().Get("v") == mark(data) {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

package letter

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"

	"abri.example/abri/program"
)

// headBytes is how much of a file is kept to tell what it is.
const headBytes = 16

// maxWithin bounds the names taken from an archive.
const maxWithin = 200

// attach keeps what an attachment is. A ZIP archive's table of names is read, and nothing of it unpacked.
func (r *reading) attach(name, kind string, content []byte) {
	if len(r.letter.Attachments) == maxAttachments {
		r.letter.More = true
		return
	}
	a := Attachment{Name: name, Type: kind, Head: bytes.Clone(content[:min(len(content), headBytes)])}
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		if z, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err == nil {
			for _, f := range z.File[:min(len(z.File), maxWithin)] {
				a.Within = append(a.Within, f.Name)
				a.Locked = a.Locked || f.Flags&1 != 0 // APPNOTE 4.4.4: bit 0, encrypted
			}
		}
	case isPage(name, kind):
		a.Form = holdsForm(content)
	}
	r.letter.Attachments = append(r.letter.Attachments, a)
}

func isPage(name, kind string) bool {
	return kind == "text/html" || kind == "image/svg+xml" || slices.Contains([]string{".html", ".htm", ".shtml", ".xhtml", ".svg"}, program.Extension(name))
}

// macros are the documents that may carry programs.
var macros = extensions(`.docm .dotm .xlsm .xltm .xlam .xlsb .pptm .potm .ppam .ppsm .sldm .mdb .accdb .accde .slk .iqy`)

func extensions(list string) map[string]bool {
	out := map[string]bool{}
	for _, e := range strings.Fields(list) {
		out[e] = true
	}
	return out
}

// program says which file of an attachment starts a program, itself or within the archive; "" for none.
func (a Attachment) program() string {
	for _, name := range append([]string{a.Name}, a.Within...) {
		if program.Runs(name) {
			return name
		}
	}
	if program.Begins(a.Head) != "" {
		return a.Name
	}
	return ""
}

// macro says which file of an attachment may carry programs; "" for none.
func (a Attachment) macro() string {
	for _, name := range append([]string{a.Name}, a.Within...) {
		if macros[program.Extension(name)] {
			return name
		}
	}
	for _, name := range a.Within {
		if strings.HasSuffix(strings.ToLower(name), "/vbaproject.bin") {
			return a.Name
		}
	}
	return ""
}

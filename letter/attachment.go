package letter

import (
	"archive/zip"
	"bytes"
	"path"
	"slices"
	"strings"
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
	return kind == "text/html" || kind == "image/svg+xml" || slices.Contains([]string{".html", ".htm", ".shtml", ".xhtml", ".svg"}, extension(name))
}

// extension is a name's last extension, in lower case, as Windows sees it: without the points and spaces that it drops.
func extension(name string) string {
	return strings.ToLower(path.Ext(strings.TrimRight(strings.ReplaceAll(name, `\`, "/"), ". ")))
}

// runs are the extensions that start a program when somebody opens them, on the systems of a town hall.
var runs = extensions(`.exe .scr .com .pif .bat .cmd .ps1 .psm1 .vbs .vbe .js .jse .wsf .wsh .wsc .hta .msi .msp .msix .appx
	.lnk .url .cpl .dll .jar .reg .chm .gadget .inf .scf .sct .settingcontent-ms .iso .img .vhd .vhdx .application .xll .wim
	.one .rdp .library-ms .search-ms .appref-ms .diagcab .apk .dmg .pkg .command .desktop .elf .sh .py`)

// macros are the documents that may carry programs.
var macros = extensions(`.docm .dotm .xlsm .xltm .xlam .xlsb .pptm .potm .ppam .ppsm .sldm .mdb .accdb .accde .slk .iqy`)

// disguises are what a program pretends to be: "facture.pdf.exe".
var disguises = extensions(`.pdf .doc .docx .xls .xlsx .odt .ods .txt .jpg .jpeg .png .csv .zip .rtf .ppt .pptx .mp3 .mp4`)

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
		if runs[extension(name)] {
			return name
		}
	}
	for _, magic := range []string{"MZ", "\x7fELF", "\xcf\xfa\xed\xfe", "L\x00\x00\x00\x01\x14\x02\x00", "#!/"} {
		if bytes.HasPrefix(a.Head, []byte(magic)) {
			return a.Name
		}
	}
	return ""
}

// macro says which file of an attachment may carry programs; "" for none.
func (a Attachment) macro() string {
	for _, name := range append([]string{a.Name}, a.Within...) {
		if macros[extension(name)] {
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

// disguised reports whether a name hides what it is: two extensions, spaces before the last, or a mark that turns the
// writing round (Unicode bidirectional overrides).
func disguised(name string) bool {
	if strings.ContainsAny(name, "\u202e\u202d\u2066\u2067\u2068\u200f") {
		return true
	}
	bare := strings.TrimRight(name, ". ")
	inner := strings.TrimSuffix(strings.ToLower(bare), extension(bare))
	return runs[extension(bare)] && (disguises[extension(inner)] || strings.Contains(inner, "     "))
}

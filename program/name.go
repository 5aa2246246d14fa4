package program

import (
	"path"
	"slices"
	"strings"
)

// Extension is a name's last extension, in lower case, as Windows sees it: without the points and spaces that it drops.
func Extension(name string) string {
	return strings.ToLower(path.Ext(strings.TrimRight(strings.ReplaceAll(name, `\`, "/"), ". ")))
}

// runs are the extensions that start a program when somebody opens them, on the systems of a town hall.
var runs = extensions(`.exe .scr .com .pif .bat .cmd .ps1 .psm1 .vbs .vbe .js .jse .wsf .wsh .wsc .hta .msi .msp .msix .appx
	.lnk .url .cpl .dll .jar .reg .chm .gadget .inf .scf .sct .settingcontent-ms .iso .img .vhd .vhdx .application .xll .wim
	.one .rdp .library-ms .search-ms .appref-ms .diagcab .apk .dmg .pkg .command .desktop .elf .sh .py`)

// documents are what a program pretends to be: "facture.pdf.exe".
var documents = extensions(`.pdf .doc .docx .xls .xlsx .odt .ods .txt .jpg .jpeg .png .csv .zip .rtf .ppt .pptx .mp3 .mp4`)

// shown are files that a page shows by itself.
var shown = extensions(`.gif .ico .svg .webp .bmp .css .html .htm .json .xml .woff .woff2 .ttf`)

// parts are files that programs load and people don't open.
var parts = extensions(`.sys .cab .msu .ocx .mui .drv .psf .esd .bin .deb .rpm`)

func extensions(list string) map[string]bool {
	out := map[string]bool{}
	for _, e := range strings.Fields(list) {
		out[e] = true
	}
	return out
}

// Runs reports whether who opens a file of this name starts a program.
func Runs(name string) bool { return runs[Extension(name)] }

// Named reports whether a name says openly that the file is a program, or a part of one.
func Named(name string) bool { return Runs(name) || parts[Extension(name)] }

// Shown reports whether a name is that of a document, or of something that a page shows.
func Shown(name string) bool {
	e := Extension(name)
	return documents[e] && e != ".zip" || shown[e]
}

// products are programs of which everybody has heard, and under whose names others are given away.
var products = [...]string{"chrome", "firefox", "flashplayer", "flash_player", "flash-player", "adobe", "acrobat", "office", "java_", "skype", "teamviewer", "whatsapp"}

// Product reports whether a name is that of a program of which everybody has heard.
func Product(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(products[:], func(p string) bool { return strings.Contains(name, p) })
}

// Disguised reports whether a name hides what it is: two extensions, spaces before the last, or a mark that turns the
// writing round (Unicode bidirectional overrides).
func Disguised(name string) bool {
	if strings.ContainsAny(name, "\u202e\u202d\u2066\u2067\u2068\u200f") {
		return true
	}
	bare := strings.TrimRight(name, ". ")
	inner := strings.TrimSuffix(strings.ToLower(bare), Extension(bare))
	return runs[Extension(bare)] && (documents[Extension(inner)] || strings.Contains(inner, "     "))
}

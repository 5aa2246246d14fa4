// Package program knows programs when it sees them: by how a file is called, by what a server says that it is, and by how it
// begins. It is for whoever reads what comes in, by letter or from a page. It judges nothing, and has no state.
package program

import "bytes"

// Kind is what sort of program a file is. The zero Kind is none.
type Kind string

// The kinds, by how a file begins.
const (
	Windows  Kind = "windows"  // PE: .exe, .dll, .scr, .sys
	ELF      Kind = "elf"      // Linux and what has it within
	Mac      Kind = "mac"      // Mach-O
	Shortcut Kind = "shortcut" // .lnk, which runs what it says (MS-SHLLINK, 2.1)
	Note     Kind = "note"     // OneNote, which carries files (MS-ONESTORE, 2.3.1)
	Disc     Kind = "disc"     // an image of a disc, whose files Windows does not mark as foreign
	Package  Kind = "package"  // an installer or an archive that runs: .msi, .jar, .apk
	Script   Kind = "script"   // a text that Windows or a shell runs
)

// magics are how files of a kind begin.
var magics = []struct {
	begins string
	kind   Kind
}{
	{"\x7fELF", ELF},
	{"\xcf\xfa\xed\xfe", Mac}, {"\xce\xfa\xed\xfe", Mac},
	{"L\x00\x00\x00\x01\x14\x02\x00", Shortcut},
	{"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", Note},
	{"conectix", Disc}, {"vhdxfile", Disc},
	{"#!/", Script},
}

// stub is the sentence of the program for DOS that stands before most programs for Windows.
var stub = []byte("This program cannot be run in DOS mode")

// Begins tells by its first bytes what sort of program a file is. Of a program for Windows the two letters are not enough: a
// text may begin with them.
func Begins(b []byte) Kind {
	if len(b) > 2 && b[0] == 'M' && b[1] == 'Z' && (b[2] >= 0x80 || bytes.Contains(b, stub) || bytes.IndexByte(b[:min(len(b), 64)], 0) >= 0) {
		return Windows
	}
	for _, m := range magics {
		if bytes.HasPrefix(b, []byte(m.begins)) {
			return m.kind
		}
	}
	return ""
}

// What containers begin with: they hold programs only where something else says so.
var (
	zipped   = []byte("PK\x03\x04")
	compound = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") // MS-CFB, 2.2
	cabinet  = []byte("MSCF")
)

// Of tells what sort of program a file is that came by the name and the type that a server gave it (RFC 9110, 8.3), of which
// either may be empty. A page in place of a file is none, whatever it is called.
func Of(name, kind string, b []byte) Kind {
	if k := Begins(b); k != "" {
		return k
	}
	ext := Extension(name)
	named := byName[ext]
	switch {
	case bytes.HasPrefix(b, zipped) || bytes.HasPrefix(b, compound) || bytes.HasPrefix(b, cabinet):
		if named == Package || byType[kind] == Package {
			return Package
		}
		return ""
	case named == Script && isText(b) && (ext == ".hta" || !isPage(b)):
		return Script
	case named == Disc && !isText(b) && !isPicture(b):
		return Disc
	case byType[kind] != "" && len(b) > 0 && !isPage(b):
		return byType[kind]
	}
	return ""
}

// byName are the kinds that have no beginning of their own.
var byName = map[string]Kind{
	".msi": Package, ".msp": Package, ".jar": Package, ".apk": Package, ".appx": Package, ".msix": Package,
	".iso": Disc, ".img": Disc, ".vhd": Disc, ".vhdx": Disc,
	".hta": Script, ".vbs": Script, ".vbe": Script, ".wsf": Script, ".wsh": Script, ".jse": Script, ".ps1": Script, ".psm1": Script,
	".bat": Script, ".cmd": Script, ".sct": Script, ".scf": Script,
}

// byType are the types that servers give to programs and to nothing else (the MIME types of Apache and of IANA).
var byType = map[string]Kind{
	"application/x-msdownload": Windows, "application/x-dosexec": Windows, "application/x-msdos-program": Windows, "application/exe": Windows,
	"application/x-exe": Windows, "application/vnd.microsoft.portable-executable": Windows, "application/x-winexe": Windows,
	"application/x-executable": ELF, "application/x-elf": ELF, "application/x-mach-binary": Mac,
	"application/x-ms-shortcut": Shortcut, "application/onenote": Note, "application/msonenote": Note,
	"application/java-archive": Package, "application/vnd.android.package-archive": Package, "application/x-msi": Package,
	"application/hta": Script, "application/x-powershell": Script, "text/vbscript": Script, "application/x-vbs": Script, "application/x-bat": Script,
}

// isText reports whether a file begins as a text does.
func isText(b []byte) bool {
	for _, c := range b[:min(len(b), 128)] {
		if c < '\t' || c > '\r' && c < ' ' {
			return false
		}
	}
	return len(b) > 0
}

// pictures are how the pictures of pages begin: some sites call them .img, as discs are called.
var pictures = [...]string{"\xff\xd8\xff", "\x89PNG", "GIF8", "RIFF", "BM", "\x00\x00\x01\x00"}

func isPicture(b []byte) bool {
	for _, p := range pictures {
		if bytes.HasPrefix(b, []byte(p)) {
			return true
		}
	}
	return false
}

// isPage reports whether a file is a page, as servers send one in place of a file that is not there.
func isPage(b []byte) bool {
	start := bytes.ToLower(bytes.TrimLeft(b[:min(len(b), 64)], "\xef\xbb\xbf \t\r\n"))
	return bytes.HasPrefix(start, []byte("<!doctype")) || bytes.HasPrefix(start, []byte("<html")) || bytes.HasPrefix(start, []byte("<head")) || bytes.HasPrefix(start, []byte("<?xml"))
}

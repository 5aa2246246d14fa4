package detect

import (
	"strings"

	"abri.example/abri/program"
)

// downloadSigns are what speaks for and against a program that a device was given, and how much. The reasons are in
// docs/detection.md.
var downloadSigns = []struct {
	name   string
	weight int
	stands func(*given) bool
}{
	{"disguised-program", 8, func(g *given) bool { return g.binary() && showsItself(g.media) }},
	{"program-as-text", 5, func(g *given) bool { return g.binary() && strings.HasPrefix(g.media, "text/") }},
	{"double-name", 5, func(g *given) bool { return program.Disguised(g.name) }},
	{"named-as-document", 4, func(g *given) bool { return g.binary() && program.Shown(g.name) }},
	{"asked-by-shell", 4, func(g *given) bool { return g.agent == shellAgent }},
	{"bare-address", 3, func(g *given) bool { return g.address && g.agent != cacheAgent }},
	{"free-name", 3, func(g *given) bool { return g.cheap }},
	{"feigned-browser", 3, func(g *given) bool { return g.feigned }},
	{"borrowed-name", 3, func(g *given) bool { return program.Product(g.name) && !g.maker }},
	{"programs-from-many", 3, func(g *given) bool { return g.names >= downloadHosts }},
	{"asked-by-script", 2, func(g *given) bool { return g.scripted && !g.led }},
	{"asked-by-tool", 2, func(g *given) bool { return g.by == "http" && g.agent == bareAgent }},
	{"by-ftp", 1, func(g *given) bool { return g.by == "ftp" }},
	{"new-host", 1, func(g *given) bool { return g.strange }},
	{"given-for-a-form", 1, func(g *given) bool { return g.form && g.browser }},
	{"no-page-led-there", 1, func(g *given) bool { return g.browser && !g.feigned && !g.led }},
	{"unnamed-file", 1, func(g *given) bool { return !program.Named(g.name) && !program.Shown(g.name) && g.agent != cacheAgent }},
	{"odd-port", 1, func(g *given) bool { return g.by == "http" && g.port != 80 && g.port != 8080 && g.port != 3128 }},
	{"known-host", -3, func(g *given) bool { return !g.strange }},
	{"maker", -3, func(g *given) bool { return g.maker }},
}

// binary reports whether a program is known by how it begins, and is no text.
func (g *given) binary() bool { return g.kind != program.Script }

// showsItself reports whether a type is of what a page shows or plays by itself, or of a document.
func showsItself(kind string) bool {
	for _, sort := range [...]string{"image/", "audio/", "video/", "font/", "application/pdf"} {
		if strings.HasPrefix(kind, sort) {
			return true
		}
	}
	return false
}

// makers are names whose programs come in the clear by themselves: of systems, their stores and mirrors, of what protects
// against viruses, of printers and of programs that every office has.
var makers = suffixes(`windowsupdate.com microsoft.com msedge.net gvt1.com google.com mozilla.org mozilla.net apple.com adobe.com
	avcdn.net avast.com avg.com kaspersky.com kaspersky-labs.com eset.com bitdefender.com bitdefender.net trendmicro.com sophos.com
	f-secure.com mcafee.com symantec.com norton.com drweb.com malwarebytes.com clamav.net withsecure.com
	debian.org ubuntu.com fedoraproject.org opensuse.org kernel.org freebsd.org gnu.org apache.org
	hp.com hpe.com epson.com epson.net canon.com canon-europe.com brother.com xerox.com ricoh.com lexmark.com kyoceradocumentsolutions.com konicaminolta.com
	intel.com nvidia.com amd.com realtek.com dell.com lenovo.com asus.com acer.com logitech.com samsung.com
	oracle.com java.com 7-zip.org videolan.org libreoffice.org documentfoundation.org putty.org notepad-plus-plus.org irfanview.com
	teamviewer.com anydesk.com steamcontent.com steampowered.com blizzard.com python.org filezilla-project.org gimp.org`)

// cheap are domains where names cost nothing or next to nothing, and of which few are honest (Interisle, Malware Landscape
// 2024; Spamhaus, domains of ill repute), with services that give a name to any address.
var cheap = suffixes(`top xyz tk ml ga cf gq pw su icu cyou buzz rest click cam monster sbs cfd quest bond lol mom zip
	duckdns.org no-ip.org no-ip.biz no-ip.info ddns.net hopto.org zapto.org sytes.net myftp.biz myftp.org servebeer.com 3utilities.com dyndns.org dynu.net
	3322.org ngrok.io ngrok-free.app trycloudflare.com nip.io sslip.io linkpc.net publicvm.com kozow.com ydns.eu myddns.me ddnsfree.com freedynamicdns.net freedynamicdns.org mywire.org accesscam.org gotdns.ch dynamic-dns.net`)

func suffixes(list string) map[string]bool {
	all := map[string]bool{}
	for _, s := range strings.Fields(list) {
		all[s] = true
	}
	return all
}

// below reports whether a name, or what it stands below, is among some.
func below(name []byte, all map[string]bool) bool {
	rest := strings.ToLower(strings.TrimSuffix(string(name), "."))
	for rest != "" && !all[rest] {
		_, rest, _ = strings.Cut(rest, ".")
	}
	return rest != ""
}

func isMaker(host []byte) bool { return below(host, makers) }
func isCheap(host []byte) bool { return below(host, cheap) }

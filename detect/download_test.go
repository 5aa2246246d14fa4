package detect

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"abri.example/abri"
)

const (
	pe        = "MZ\x90\x00\x03\x00\x00\x00This program cannot be run in DOS mode"
	firefox   = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept: text/html,*/*;q=0.8\r\nAccept-Language: fr"
	feign     = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1)"
	xhr       = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1)\r\nAccept: */*\r\nAccept-Language: fr"
	shell     = "Mozilla/5.0 (Windows NT; Windows NT 10.0; fr-FR) WindowsPowerShell/5.1"
	optimizer = "Microsoft-Delivery-Optimization/10.0"
)

// given asks a host for a path and is given a file.
func (s *site) given(host, path, agent, more, kind, file string) {
	ask := fmt.Sprintf(">GET %s HTTP/1.1\r\nHost: %s\r\n", path, host)
	if agent != "" {
		ask += "User-Agent: " + agent + "\r\n"
	}
	s.talk(abri.Inside, desk, evil, 50_000+uint16(s.now.Sub(start)/time.Second), 80, ask+more+"\r\n",
		fmt.Sprintf("<HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n%s", kind, 90_000, file))
	s.wait(time.Hour)
}

const (
	octets = "Content-Type: application/octet-stream"
	led    = "Referer: http://www.exemple.fr/\r\n"
)

// What a device is given, by whom and how it asked: those that are told, and the honest ones that look like them.
func TestProgramsThatComeInTheClear(t *testing.T) {
	chunked := octets + "\r\nTransfer-Encoding: chunked"
	for name, c := range map[string]struct {
		host, path, agent, more, kind, file string
		want                                bool
	}{
		"by a document":             {"a.example", "/x.exe", "Microsoft Office/16.0", "", octets, pe, true},
		"by PowerShell":             {"a.example", "/x.exe", shell, "", octets, pe, true},
		"in chunks":                 {"a.example", "/x.exe", shell, "", chunked, "40\r\n" + pe + strings.Repeat("x", 900), true},
		"packed":                    {"a.example", "/x.exe", shell, "", octets + "\r\nContent-Encoding: gzip", zipped(pe), true},
		"a script by PowerShell":    {"a.example", "/x.ps1", shell, "", "Content-Type: text/plain", "iex (1)", true},
		"by a bare address":         {evil, "/x.exe", feign, "", octets, pe, true},
		"for a thing on Linux":      {evil, "/bins/mips", "Wget/1.21", "", octets, "\x7fELF\x01\x02", true},
		"a script for it":           {evil, "/bins.sh", "curl/8.0", "", "Content-Type: text/x-sh", "#!/bin/sh\ncd /tmp", true},
		"as a picture":              {"a.example", "/a.jpg", firefox, led, "Content-Type: image/jpeg", pe, true},
		"a page with a program":     {"a.example", "/gate.php?id=1", feign, "", octets, pe, true},
		"a script in a letter":      {"a.example", "/counter/", xhr, "", octets, pe, true},
		"with two names":            {"a.example", "/f", firefox, led, octets + "\r\nContent-Disposition: attachment; filename=\"facture.pdf.exe\"", pe, true},
		"a disc with two names":     {"a.example", "/Facture%2epdf.iso", firefox, led, octets, "\x00\x00\x00\x00", true},
		"a link named as a text":    {"a.example", "/lisez.txt", firefox, "", octets, "L\x00\x00\x00\x01\x14\x02\x00", true},
		"under a browser's name":    {"dl.facture.top", "/download.php", firefox, led, octets + "\r\nContent-Disposition: attachment; filename=chrome_update.exe", pe, true},
		"a name with spaces":        {"dl.facture.top", "/info.php", firefox, led, octets + "\r\nContent-Disposition: attachment; filename=Chrome Font v2.41.exe", pe, true},
		"from a free name":          {"dl.facture.top", "/Setup.msi", firefox, "", octets, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", true},
		"by a type, content hidden": {evil, "/x", feign, "", "Content-Type: application/x-msdownload", "\x12\x8a\x99\x00", true},
		"an application for Java":   {evil, "/x.jar", "Java/1.8", "", octets, "PK\x03\x04", true},
		"a page of HTML as program": {evil, "/x.hta", "", "", "Content-Type: application/hta", "<html><hta:application>", true},

		"7-Zip from its maker":            {"www.7-zip.org", "/a/7z2301-x64.exe", firefox, "", octets, pe, false},
		"a browser from a portal":         {"www.logiciels.example", "/dl/ChromeSetup.exe", firefox, led, octets, pe, false},
		"a driver from a small maker":     {"www.imprimantes.example", "/pilote.exe", firefox, "", octets, pe, false},
		"the same, with a page before it": {"www.imprimantes.example", "/get.php?id=3", firefox, led, octets, pe, false},
		"an update by its own program":    {"update.example", "/v2/setup.exe", "Updater/2.1", "", octets, pe, false},
		"the same, by an address":         {evil, "/v2/setup.exe", "Updater/2.1", "", octets, pe, false},
		"one that says Mozilla":           {"update.example", "/v2/setup.exe", feign, "", octets, pe, false},
		"of Windows":                      {"dl.delivery.mp.microsoft.com", "/filestreamingservice/files/3c5", optimizer, "", octets, pe, false},
		"of Windows, from a cache":        {evil, "/filestreamingservice/files/3c5?cacheHostOrigin=dl.delivery.mp.microsoft.com", optimizer, "", octets, pe, false},
		"a tool by curl":                  {"get.example", "/tool", "curl/8.0", "", octets, "\x7fELF\x02\x01", false},
		"a page in place of a file":       {evil, "/x.exe", feign, "", "Content-Type: text/html", "<html>404</html>", false},
		"a picture":                       {evil, "/x.jpg", feign, "", "Content-Type: image/jpeg", "\xff\xd8\xff\xe0", false},
		"a document":                      {evil, "/x.doc", feign, "", "Content-Type: application/msword", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", false},
		"a page's own script":             {"www.exemple.fr", "/x.js", firefox, led, "Content-Type: text/javascript", "var x = 1", false},
		"a maker's file, badly typed":     {"ftp.hp.com", "/pub/sp1.exe", firefox, "", "Content-Type: text/plain", pe, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite()
			s.given(c.host, c.path, c.agent, c.more, c.kind, c.file)
			told := slices.ContainsFunc(s.found, func(f abri.Finding) bool { return f.Kind == abri.MalwareDownload })
			if told != c.want || !c.want && len(s.found) > 0 {
				t.Errorf("told %v, want %v: %+v", told, c.want, s.found)
			}
		})
	}
}

// A host that the site has asked for pages for days is not new, and what it gives weighs less.
func TestAHostThatIsKnownIsTrustedMore(t *testing.T) {
	s := newSite()
	s.given("intra.example", "/", firefox, "", "Content-Type: text/html", "<html>")
	s.wait(48 * time.Hour)
	s.given("intra.example", "/get", shell, "", octets, pe)
	if len(s.found) > 0 {
		t.Errorf("found %+v", s.found)
	}
	s.given("other.example", "/get", shell, "", octets, pe)
	if len(s.found) == 0 {
		t.Error("a new host is not told of")
	}
}

// The file that a conversation of FTP orders is weighed where it comes.
func TestProgramsByFTP(t *testing.T) {
	for name, c := range map[string]struct {
		order  []string
		active bool
		want   bool
	}{
		"passive":               {[]string{">PASV\r\n", "<227 Entering Passive Mode (203,0,113,66,195,80)\r\n", ">RETR x.exe\r\n"}, false, true},
		"extended":              {[]string{">EPSV\r\n", "<229 Entering Extended Passive Mode (|||50000|)\r\n", ">RETR a/x.exe\r\n"}, false, true},
		"active":                {[]string{">PORT 192,168,1,50,195,80\r\n", "<200 ok\r\n", ">RETR x.exe\r\n"}, true, true},
		"what is brought there": {[]string{">PASV\r\n", "<227 Entering Passive Mode (203,0,113,66,195,80)\r\n", ">STOR x.exe\r\n"}, false, false},
		"from a name":           {[]string{"?", ">PASV\r\n", "<227 Entering Passive Mode (203,0,113,66,195,80)\r\n", ">RETR x.exe\r\n"}, false, false},
	} {
		s := newSite()
		if c.order[0] == "?" {
			c.order = c.order[1:]
			s.leads(desk, "ftp.pilotes.example", evil)
		}
		s.talk(abri.Inside, desk, evil, 40_000, 21, append([]string{"<220 hello\r\n", ">USER anonymous\r\n"}, c.order...)...)
		if c.active {
			s.talk(abri.Outside, evil, desk, 20, 50_000, ">"+pe)
		} else {
			s.talk(abri.Inside, desk, evil, 40_001, 50_000, "<"+pe)
		}
		told := slices.ContainsFunc(s.found, func(f abri.Finding) bool { return f.Kind == abri.MalwareDownload })
		if told != c.want {
			t.Errorf("%s: told %v: %+v", name, told, s.found)
		}
	}
}

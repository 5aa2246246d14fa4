package main

import (
	"fmt"
	"net/netip"
)

// The companies whose servers everybody meets.
var (
	office365 = netip.MustParseAddr("52.97.146.2")
	teams     = netip.MustParseAddr("52.113.194.132")
	vendor    = netip.MustParseAddr("13.107.4.50")   // of updates
	antivirus = netip.MustParseAddr("91.228.166.13") // its agent's
	cloud     = netip.MustParseAddr("51.159.60.10")  // where copies go
)

// desks are people at their PCs: pages, mail, files, printing, and the agents that every PC has.
func (t *town) desks() {
	for n := range mostPCs - 1 {
		if t.every(10) {
			t.visit(pc(n), antivirus, "agent.antivirus.example", 900, 3500)
			t.visit(pc(n), office365, "outlook.office365.com", 600, 5200)
		}
		if !t.atWork() {
			continue
		}
		for range t.draw(3) {
			t.visit(pc(n), far(t.draw(400)), fmt.Sprintf("www%d.site%d.example", t.draw(3), t.draw(500)), 1400, 20_000+t.draw(9000))
		}
		if t.draw(3) == 0 {
			name, where := fmt.Sprintf("cdn%d.example", t.draw(90)), far6(t.draw(200))
			t.ask(pc(n), name, typeAAAA, where)
			t.talk(t.from(t.pc6(n)), end(where, 443), up(hello(name), 0), down(welcome, 4000), up(enciphered, 2000), down(enciphered, 60_000))
		}
		if t.draw(20) == 0 {
			t.ask(pc(n), fmt.Sprintf("old-shop%d.fr", t.draw(300)), typeA, nowhere)
			t.fetch(pc(n), far(t.draw(400)), "www.old-site.example", "/", firefox, speaks, document, 9000)
		}
		if t.draw(15) == 0 { // files and paper of the site's own, which cross where the server stands on the other side
			t.talk(t.from(pc(n)), end(files, 445), up("\x00\x00\x00\x45\xfeSMB", 3000), down("\x00\x00\x00\xf8\xfeSMB", 30_000))
			t.send(t.from(pc(n)), end(printer, 161), "0\x29\x02\x01\x00\x04\x06public", 0)
			t.talk(t.from(pc(n)), end(printer, 9100), up("\x1b%-12345X@PJL", 200_000))
		}
		if t.minute%1440 == 8*60+n%3 { // it starts: Chrome tries whether names are caught
			for _, name := range []string{"xkqjzvwpmt", "hqzvbnwkxr", "pvqxjzkwtm"} {
				t.ask(pc(n), name+".mairie.example", typeA, nowhere)
			}
			t.ask(pc(n), "wpad.mairie.example", typeA, nowhere)
			t.fetch(pc(n), vendor, "www.msftconnecttest.com", "/connecttest.txt", "Microsoft NCSI", "", "text/plain", 22)
		}
	}
	t.passwords()
	t.remoteHelp()
	t.uploads()
	t.lookUp()
}

// lookUp goes through a list of names for ten minutes, with the DNS alone, as programs do that count whose pages stand where. A
// few of the names are made to look like others, as among the most used of the world: late, when it is known who asks.
func (t *town) lookUp() {
	if t.day() != 3 || t.hour() != 15 || t.minute%60 >= 10 {
		return
	}
	for n := range 120 {
		name := fmt.Sprintf("listed%d-%d.fr", t.minute%60, n)
		if t.minute%60 > 5 && n == 7 {
			name = fmt.Sprintf("paypal-verify%d.biz", t.minute%60)
		}
		t.ask(pc(4), name, typeA, far(n))
	}
}

// passwords are changed on Thursday morning by somebody with five devices, which try the old one until each is told.
func (t *town) passwords() {
	if t.day() != 3 || t.hour() < 9 || t.hour() >= 12 {
		return
	}
	for n := range 5 {
		if t.every(3 + n) {
			t.talk(t.from(pc(n)), end(letters, 143), down("* OK Dovecot ready.\r\n", 0), up("a LOGIN maire@mairie.example hiver2025\r\n", 0),
				down("a NO [AUTHENTICATIONFAILED] Authentication failed.\r\n", 0), up("b LOGOUT\r\n", 0))
		}
		if n < 2 && t.every(7) { // two of them from home
			t.talk(t.from(far(7000+n)), end(letters, 993), up(hello("mail.mairie.example"), 0), down(welcome, 3000), up(enciphered, 120), down(enciphered, 90), up(enciphered, 40))
		}
	}
}

// remoteHelp is the supplier of a program, who looks at a PC by a relay, and by RDP at the server from his office.
func (t *town) remoteHelp() {
	supplier, relay := far(9100), far(9101)
	if t.day() == 1 && t.hour() == 14 && t.minute%60 < 40 {
		t.talk(t.from(pc(4)), end(relay, 5938), up("\x17\x24\x0a", 300_000), down("\x17\x24\x0b", 40_000))
		t.talk(t.from(supplier), end(files, 3389), up("\x03\x00\x00\x13\x0e\xe0", 9000), down("\x03\x00\x00\x13\x0e\xd0", 60_000), up(enciphered, 40_000), down(enciphered, 900_000))
	}
	if t.day() == 3 && t.at(10, 5) { // he mistypes his password twice
		for range 2 {
			t.talk(t.from(supplier), end(files, 3389), up("\x03\x00\x00\x13\x0e\xe0", 2600), down("\x03\x00\x00\x13\x0e\xd0", 1900))
		}
	}
}

// newcomer is a PC that is set up on Wednesday: it looks for everything at once, and gets its programs from many places.
func (t *town) newcomer() {
	n := mostPCs - 1
	if t.day() < 2 || t.day() == 2 && t.hour() < 10 {
		return
	}
	if t.day() == 2 && t.hour() == 10 {
		for i := range 12 {
			t.visit(pc(n), far(8100+t.draw(60)), fmt.Sprintf("setup%d.vendor%d.example", i, t.draw(30)), 1800, 80_000)
		}
		name := []string{"7-zip.example", "libreoffice.example", "firefox.example", "reader.example", "drivers.example", "teams.example"}[t.minute/10%6]
		if t.every(10) { // by a person, from the page of each
			t.fetch(pc(n), far(8200+t.minute), name, "/", firefox, speaks, document, 30_000)
			t.fetch(pc(n), far(8200+t.minute), name, "/download/setup.exe", firefox, speaks+"Referer: http://"+name+"/\r\n", program, 4_000_000)
			t.fetch(pc(n), far(8260+t.minute), "winget.example", "/setup.msi", "winget-cli WindowsPackageManager/1.7 DesktopAppInstaller/1.22", "", program, 2_000_000)
		}
	} else if t.atWork() && t.every(4) {
		t.visit(pc(n), far(t.draw(400)), fmt.Sprintf("www%d.site%d.example", t.draw(3), t.draw(500)), 1400, 25_000)
	}
}

// council is its meeting on Thursday evening, shown to everybody: an upload for two hours, to where nothing went before.
func (t *town) council() {
	if t.day() != 3 || t.hour() < 18 || t.hour() >= 20 {
		return
	}
	stream := netip.MustParseAddr("142.250.179.110")
	t.ask(pc(5), "a.rtmps.youtube.com", typeA, stream)
	t.talk(t.from(pc(5)), end(stream, 443), up(hello("a.rtmps.youtube.com"), 0), down(welcome, 3500), up(enciphered, 25_000_000), down(enciphered, 9000))
}

package main

import (
	"fmt"
	"net/netip"
)

// Names of the DNS by type.
const (
	typeA   = 1
	typeMX  = 15
	typeTXT = 16

	typeAAAA = 28
)

// mail comes and goes: letters, one that is put off and comes again (greylisting), the newsletter, and reports of DMARC
// about the site's own letters.
func (t *town) mail() {
	for range 1 + t.draw(3) {
		t.letter(far(t.draw(4000)), letters, 9000, "250 2.1.5 Ok\r\n")
	}
	if t.every(7) { // put off, and again ten minutes later
		t.letter(far(5000+t.minute/7), letters, 0, "450 4.2.0 Greylisted, please try again\r\n")
	}
	if t.minute%7 == 3 {
		t.letter(far(5000+(t.minute-10)/7), letters, 9000, "250 2.1.5 Ok\r\n")
	}
	if t.hour() == 1 && t.every(3) { // a report about yesterday
		t.letter(far(5500+t.minute%40), letters, 30_000, "250 2.1.5 Ok\r\n")
	}
	out := 1 + t.draw(2)
	if t.day() == 2 && t.at(10, 0) { // the newsletter
		out = 60
	}
	for range out {
		t.letter(letters, far(t.draw(800)), 9000, "250 2.1.5 Ok\r\n")
		t.ask(letters, fmt.Sprintf("%d.%d.0.203.zen.spamhaus.org", t.draw(250), t.draw(250)), typeA, nowhere)
		sender, where := fmt.Sprintf("sender%d.example", t.draw(900)), far(t.draw(800))
		t.ask(letters, sender, typeMX, where)
		t.ask(letters, sender, typeTXT, where)
		t.ask(letters, "_dmarc."+sender, typeTXT, nowhere)
		t.ask(letters, "s2048._domainkey."+sender, typeTXT, where)
	}
	if t.at(11, 5) {
		t.filter("impots-gouv-remboursement.info")
	}
}

// filter asks about whom a letter says that it comes from, and about the links in it, as filters of mail do.
func (t *town) filter(sender string) {
	for _, kind := range []uint16{typeMX, typeTXT, typeA} {
		t.ask(letters, sender, kind, far(7))
	}
	for _, list := range []string{"multi.surbl.org", "dbl.spamhaus.org"} {
		t.ask(letters, sender+"."+list, typeA, nowhere)
		t.ask(letters, "paypal.com."+list, typeA, nowhere)
	}
}

// letter is handed from one server to another; of nothing where it is put off.
func (t *town) letter(from, to netip.Addr, size int, verdict string) {
	said := []turn{down("220 mx ESMTP\r\n", 0), up("EHLO a.example\r\n", 0), down("250-mx\r\n250 STARTTLS\r\n", 0),
		up("MAIL FROM:<a@a.example>\r\n", 0), down("250 2.1.0 Ok\r\n", 0), up("RCPT TO:<accueil@mairie.example>\r\n", 0), down(verdict, 0)}
	if size > 0 {
		said = append(said, up("DATA\r\n", 0), down("354 End data with .\r\n", 0), up("Subject: permis\r\n\r\n", size), down("250 2.0.0 queued\r\n", 0))
	}
	t.talk(t.from(from), end(to, 25), append(said, up("QUIT\r\n", 0), down("221 Bye\r\n", 0))...)
}

// site is the town hall's own, with its readers, a search engine at night, those who watch whether it is up from three
// clouds, and Let's Encrypt, which looks from five places at once.
func (t *town) site() {
	for range 4 {
		t.fetch(far(t.draw(3000)), pages, "www.mairie.example", fmt.Sprintf("/page%d?q=l%%27union+des+commerces", t.draw(40)), firefox, speaks, document, 8000)
		t.talk(t.from(far(t.draw(3000))), end(pages, 443), up(hello("www.mairie.example"), 0), down(welcome, 3500), up(enciphered, 900), down(enciphered, 30_000))
	}
	if t.hour() == 3 && t.minute%60 < 20 {
		for n := range 60 {
			path := fmt.Sprintf("/archive/%d", t.minute%60*60+n)
			if n == 0 {
				path = "/robots.txt"
			}
			t.fetch(netip.MustParseAddr("66.249.66.1"), pages, "www.mairie.example", path, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "From: googlebot(at)googlebot.com\r\n", document, 8000)
		}
	}
	for n := range 3 {
		watch := far(9200 + n)
		t.talk(t.from(watch), end(pages, 443), up(hello("www.mairie.example"), 0), down(welcome, 3500), up(enciphered, 300), down(enciphered, 3000))
		t.fetch(watch, pages, "www.mairie.example", "/", "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)", "", document, 8000)
		t.echo(watch, pages)
	}
	if t.day() == 2 && t.at(4, 17) {
		for n := range 5 {
			t.fetch(far(9300+n), pages, "www.mairie.example", "/.well-known/acme-challenge/Zx81", "Mozilla/5.0 (compatible; Let's Encrypt validation server; +https://www.letsencrypt.org)", "", "text/plain", 87)
		}
	}
	if t.day() == 0 && t.at(18, 30) { // somebody posts a photograph, and all want to see it
		for n := range 400 {
			t.fetch(far(t.draw(3000)), pages, "www.mairie.example", fmt.Sprintf("/fete/%d.jpg", n%40), firefox, speaks, "image/jpeg", 90_000)
		}
	}
}

// copies go to the cloud at night, a gigabyte of them, and to the storage in the cellar.
func (t *town) copies() {
	if t.hour() == 2 {
		t.visit(files, cloud, "backup.cloud.example", 18_000_000, 40_000)
	}
	if t.hour() == 1 && t.minute%60 == 5 {
		t.visit(cellar, far(9450), "update.nas.example", 4000, 90_000_000)
	}
}

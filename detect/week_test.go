package detect

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"abri.example/abri"
	"abri.example/abri/packet"
)

// town is a town hall at work: thirty PCs, servers for mail, pages and files, telephones, a printer, guests. What happens
// by chance is drawn from the minute and a number, so that every week is the same.
type town struct {
	*site
	minute int // of the week, which begins on a Monday
	drawn  uint64
}

// draw gives a number below n.
func (w *town) draw(n int) int {
	w.drawn++
	return int(mix(uint64(w.minute)<<20|w.drawn) % uint64(n))
}

// far is one of n machines of the Internet.
func (w *town) far(n int) string { return forged(40_000 + w.draw(n)).String() }

func (w *town) own() uint16 { return uint16(20_000 + w.draw(40_000)) }

func (w *town) hour() int        { return w.minute / 60 % 24 }
func (w *town) atWork() bool     { return w.minute/1440 < 5 && w.hour() >= 8 && w.hour() < 18 }
func (w *town) every(n int) bool { return w.minute%n == 0 }

func pc(n int) string { return machine("192.168.1.0/24", 100+n) }

const (
	provider = "198.51.100.20" // of mail, telephone and names
	files    = "192.168.1.12"
	printer  = "192.168.1.13"
	exchange = "192.168.1.14"
)

var big = sized(">", 600_000)

// A week of a town hall without an attack: at most one false one, and nothing blocked.
func TestAWeekAtTheTownHall(t *testing.T) {
	w := &town{site: newSite()}
	for w.minute = range 7 * 1440 {
		w.now = start.Add(time.Duration(w.minute) * time.Minute)
		w.drawn = 0
		w.people()
		w.servers()
		w.telephones()
		w.guests()
		w.strangers()
		w.mishaps()
		w.wait(0)
	}
	w.wait(4 * time.Hour)
	noise := 0
	for _, f := range w.found {
		if f.Noise {
			noise++
			continue
		}
		t.Errorf("%s: %s of %s and %s: %s", f.At.Format(time.DateTime), f.Kind, f.Outside, f.Inside, f.Why.Sentence(abri.English))
	}
	if noise == 0 {
		t.Error("the lone knocks of the week were not seen, so nothing was")
	}
}

// people read pages and mail, print, and open files.
func (w *town) people() {
	for n := range 30 {
		if w.every(10) { // an agent of every PC, and mail
			w.talk(abri.Inside, pc(n), "198.51.100.77", w.own(), 443, sized(">", 900), sized("<", 3500))
			w.talk(abri.Inside, pc(n), provider, w.own(), 993, sized(">", 600), sized("<", 5200))
		}
		if !w.atWork() {
			continue
		}
		for range w.draw(3) {
			w.ask(pc(n), fmt.Sprintf("www%d.site%d.example", w.draw(3), w.draw(500)), 1, 0)
			w.talk(abri.Inside, pc(n), w.far(300), w.own(), 443, sized(">", 1400), sized("<", 20_000+w.draw(9000)))
		}
		if w.draw(20) == 0 {
			w.talk(abri.Inside, pc(n), w.far(300), w.own(), 80, ">"+browser, "<HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
			w.ask(pc(n), fmt.Sprintf("old-shop%d.fr", w.draw(300)), 1, nxdomain)
			w.talk(abri.Inside, pc(n), files, w.own(), 445, sized(">", 3000), sized("<", 30_000))
			w.see(abri.Inside, udp(pc(n), printer, 161))
		}
		if w.minute%1440 == 8*60+n%3 { // it starts: Chrome tries whether names are caught, and updates come
			for _, name := range []string{"xkqjzvwpmt", "hqzvbnwkxr", "pvqxjzkwtm"} {
				w.ask(pc(n), name+".mairie.example", 1, nxdomain)
			}
			w.talk(abri.Inside, pc(n), "198.51.100.80", w.own(), 80, ">GET /d/update.exe HTTP/1.1\r\nHost: dl.update.example\r\nUser-Agent: Microsoft-Delivery-Optimization/10.0\r\n\r\n",
				"<HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\nMZ\x90\x00\x03\x00This program cannot be run in DOS mode")
		}
	}
}

// servers send and get mail, show pages, and save what they have at night.
func (w *town) servers() {
	for range 1 + w.draw(3) {
		w.talk(abri.Outside, w.far(4000), mail, w.own(), 25, "<220 mairie\r\n", ">EHLO a.example\r\n", "<250 ok\r\n", sized(">", 9000))
	}
	out := 1 + w.draw(2)
	if w.minute == 2*1440+600 { // the newsletter
		out = 60
	}
	for range out {
		w.talk(abri.Inside, mail, w.far(800), w.own(), 25, "<220 a\r\n", ">EHLO mairie.example\r\n", "<250 ok\r\n", sized(">", 9000))
		w.ask(mail, fmt.Sprintf("%d.%d.0.203.zen.spamhaus.org", w.draw(250), w.draw(250)), 1, nxdomain)
		w.ask(mail, fmt.Sprintf("sender%d.example", w.draw(900)), dnsTXT, 0)
	}
	for range 4 {
		w.talk(abri.Outside, w.far(3000), web, w.own(), 80, fmt.Sprintf(">GET /page%d?q=l%%27union+des+commerces HTTP/1.1\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0) v%d\r\nAccept: */*\r\n\r\n", w.draw(40), w.draw(9)), sized("<", 8000))
	}
	if w.hour() == 3 && w.minute%60 < 10 { // a search engine
		for n := range 60 {
			w.talk(abri.Outside, "203.0.113.9", web, w.own(), 80, fmt.Sprintf(">GET /archive/%d HTTP/1.1\r\nUser-Agent: Mozilla/5.0 (compatible; Bot/2.1)\r\nAccept: */*\r\n\r\n", n), sized("<", 8000))
		}
	}
	if w.hour() == 2 { // the copy to the cloud: a gigabyte
		w.talk(abri.Inside, files, "198.51.100.90", w.own(), 443, slices.Repeat([]string{big}, 30)...)
	}
	w.talk(abri.Outside, "203.0.113.40", web, w.own(), 443, sized(">", 500), sized("<", 3000)) // is the page there?
	w.talk(abri.Outside, "203.0.113.40", web, w.own(), 22, "<SSH-2.0-OpenSSH_9.2\r\n")         // and the door?
	if w.atWork() && w.every(90) {
		w.talk(abri.Outside, "203.0.113.41", web, w.own(), 22, sized(">", 3000), sized("<", 3000), sized(">", 2500), sized("<", 20_000))
		w.talk(abri.Outside, "203.0.113.41", files, w.own(), 3389, sized(">", 9000), sized("<", 60_000))
	}
	for n := range 8 { // the contractor's watch
		h := icmp("192.168.1.2", pc(n), 8)
		h.Payload = []byte("abcdefghijklmnopqrstuvwabcdefghi")
		w.see(abri.Outside, h)
		back := reply(h, 0)
		back.ICMPType, back.Payload = 0, h.Payload
		w.see(abri.Inside, back)
	}
}

// telephones register, one with a wrong password, and talk; people meet by video.
func (w *town) telephones() {
	if w.every(10) {
		for n := range 12 {
			w.phone(fmt.Sprint(100+n), 401, 200)
		}
	}
	w.phone("199", 401, 401)
	if !w.atWork() {
		return
	}
	meeting := w.draw(30)
	for n := range 40 {
		w.now = w.now.Add(20 * time.Millisecond)
		sound := says(exchange, provider, 16_000, true, "sound")
		sound.SrcPort = 12_000
		w.see(abri.Inside, sound)
		if n%2 == 0 {
			w.see(abri.Outside, reply(sound, 0))
		}
		picture := says(pc(meeting), "198.51.100.60", 3480, true, "picture")
		picture.Length = 1200
		w.see(abri.Inside, picture)
		w.see(abri.Outside, reply(picture, 0))
		if n < 12 { // ways that are tried and lead nowhere
			w.see(abri.Inside, udp(pc(meeting), machine("10.20.30.0/24", n), uint16(50_000+n)))
			w.see(abri.Inside, udp(pc(meeting), w.far(50), uint16(50_000+n)))
		}
	}
}

// phone is a telephone of the site that registers at its provider: first without a password, then with one.
func (w *town) phone(name string, codes ...int) {
	for i, code := range codes {
		h, back := sipMessages(exchange, provider, name, "REGISTER", "registration-"+name, i > 0, code)
		h.SrcPort, back.DstPort = 5060, 5060
		w.see(abri.Inside, h)
		w.see(abri.Outside, back)
	}
}

// guests share files and play.
func (w *town) guests() {
	if w.minute/1440 >= 5 || w.hour() < 10 || w.hour() > 20 {
		return
	}
	for range 12 {
		h := udp(machine("192.168.1.0/24", 200), w.far(5000), uint16(10_000+w.draw(50_000)))
		h.SrcPort = 51_413
		w.see(abri.Inside, h)
		if w.draw(3) == 0 {
			w.see(abri.Outside, reply(h, 0))
		}
		w.see(abri.Inside, syn(machine("192.168.1.0/24", 200), w.far(5000), uint16(10_000+w.draw(50_000))))
	}
}

// strangers knock once, and go on.
func (w *town) strangers() {
	if w.draw(6) == 0 {
		knock := syn(forged(200_000+w.minute*7).String(), web, []uint16{22, 23, 80, 443, 3389, 8080}[w.draw(6)])
		w.see(abri.Outside, knock)
		w.see(abri.Inside, reply(knock, packet.RST|packet.ACK))
	}
	if w.draw(4) == 0 { // what a flood elsewhere sends back
		h := syn(w.far(3000), web, uint16(1024+w.draw(60_000)))
		h.SrcPort, h.Flags = 443, packet.SYN|packet.ACK
		w.see(abri.Outside, h)
	}
}

// mishaps: on Wednesday the line is down for ten minutes, on Thursday a server for an hour.
func (w *town) mishaps() {
	if at := w.minute - (2*1440 + 9*60); at >= 0 && at < 10 {
		for n := range 30 {
			for range 20 {
				w.see(abri.Inside, syn(pc(n), w.far(300), []uint16{443, 443, 80, 993}[w.draw(4)]))
				w.see(abri.Inside, udp(pc(n), "9.9.9.9", 53))
			}
		}
	}
	if at := w.minute - (3*1440 + 8*60); at >= 0 && at < 60 {
		for n := range 30 {
			w.see(abri.Inside, syn(pc(n), files, 445))
		}
	}
}

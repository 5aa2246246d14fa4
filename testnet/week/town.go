package main

import (
	"fmt"
	"net/netip"
	"time"
)

// town is a town hall at work, without an attack: thirty PCs, servers for mail, pages and files, telephones, printers, a
// meeting room, guests, and all that the Internet does to anybody. What happens by chance is drawn from the minute and a
// number, so that each week is the same.
type town struct {
	*line
	begins time.Time // a Monday, at midnight
	minute int       // since then
	drawn  uint64
	own    uint16 // the last port that a client took
}

// The machines of the site.
var (
	gateway  = netip.MustParseAddr("192.168.1.1")
	letters  = netip.MustParseAddr("192.168.1.10") // mail
	pages    = netip.MustParseAddr("192.168.1.11")
	files    = netip.MustParseAddr("192.168.1.12")
	printer  = netip.MustParseAddr("192.168.1.13")
	exchange = netip.MustParseAddr("192.168.1.14")
	recorder = netip.MustParseAddr("192.168.1.15") // of the cameras
	screen   = netip.MustParseAddr("192.168.1.16") // in the meeting room
	cellar   = netip.MustParseAddr("192.168.1.17") // storage
	pump     = netip.MustParseAddr("192.168.1.18") // of the heating
	guest    = netip.MustParseAddr("192.168.1.200")
	visitor  = netip.MustParseAddr("192.168.1.201")
	network  = netip.MustParsePrefix("192.168.1.0/24")
	network6 = netip.MustParsePrefix("2a01:e0a:1:1::/64")
	everyone = netip.MustParseAddr("192.168.1.255")
	resolver = netip.MustParseAddr("80.67.169.12")
	operator = netip.MustParseAddr("212.27.52.5") // of the telephone
)

// mostPCs are those of the site; the last is set up on Wednesday.
const mostPCs = 31

// newTown is one at whose cable stands the road.
func newTown(begins time.Time, past road) *town {
	return &town{line: &line{road: past, now: begins}, begins: begins, own: 20_000}
}

// pass lets the time go by from one minute since the beginning to another.
func (t *town) pass(first, last int) {
	for t.minute = first; t.minute < last; t.minute++ {
		t.drawn = 0
		t.until(t.begins.Add(time.Duration(t.minute) * time.Minute))
		t.desks()
		t.updates()
		t.newcomer()
		t.council()
		t.mail()
		t.site()
		t.copies()
		t.telephones()
		t.meetings()
		t.machines()
		t.discovery()
		t.guests()
		t.keepers()
		t.strangers()
		t.mishaps()
		t.callers()
	}
	t.until(t.now.Add(27 * time.Hour)) // until nothing more comes of it
}

// draw gives a number below n.
func (t *town) draw(n int) int {
	t.drawn++
	x := uint64(t.minute)<<24 + t.drawn // SplitMix64 (Steele, Lea, Flood 2014)
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return int((x ^ x>>31) % uint64(n))
}

func (t *town) day() int         { return t.minute / 1440 % 7 } // 0 is Monday
func (t *town) hour() int        { return t.minute / 60 % 24 }
func (t *town) at(h, m int) bool { return t.minute%1440 == h*60+m }
func (t *town) atWork() bool     { return t.day() < 5 && t.hour() >= 8 && t.hour() < 18 }
func (t *town) every(n int) bool { return t.minute%n == 0 }

// from is a client's end: the next of the ports that systems take.
func (t *town) from(a netip.Addr) netip.AddrPort {
	if t.own++; t.own < 20_000 {
		t.own = 20_000
	}
	return netip.AddrPortFrom(a, t.own)
}

func end(a netip.Addr, port uint16) netip.AddrPort { return netip.AddrPortFrom(a, port) }

func pc(n int) netip.Addr { return netip.AddrFrom4([4]byte{192, 168, 1, byte(100 + n)}) }

// pc6 is a PC's address of IPv6, which changes daily (RFC 8981).
func (t *town) pc6(n int) netip.Addr {
	b := network6.Addr().As16()
	b[9], b[11], b[15] = byte(t.minute/1440), byte(n*7), byte(n)
	return netip.AddrFrom16(b)
}

// far is the n-th machine of the Internet that one meets.
func far(n int) netip.Addr {
	x := uint32(n)*2_654_435_761>>3 | 0x40000000
	return netip.AddrFrom4([4]byte{byte(x>>24)&0x5f | 0x40, byte(x >> 16), byte(x>>8) | 1, byte(x) | 2})
}

// far6 is one by IPv6.
func far6(n int) netip.Addr {
	b := netip.MustParseAddr("2600:1f00::").As16()
	b[5], b[7], b[14], b[15] = byte(n>>8), byte(n), byte(n>>8), byte(n)
	return netip.AddrFrom16(b)
}

// nowhere is where a name leads that does not exist.
var nowhere netip.Addr

// ask is a question of the DNS with its answer.
func (t *town) ask(who netip.Addr, name string, kind uint16, where netip.Addr) {
	from := t.from(who)
	q := question(name, kind, uint16(t.draw(65_536)))
	t.send(from, end(resolver, 53), string(q), 0)
	t.send(end(resolver, 53), from, string(answer(q, where)), 0)
}

// visit is a page by TLS, asked for by its name.
func (t *town) visit(who, where netip.Addr, name string, sent, got int) {
	t.ask(who, name, typeA, where)
	t.talk(t.from(who), end(where, 443), up(hello(name), 0), down(welcome, 3500), up(enciphered, sent), down(enciphered, got))
}

// fetch is a page or a file in the clear.
func (t *town) fetch(who, where netip.Addr, name, path, agent, more, kind string, size int) {
	request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\n%s\r\n", path, name, agent, more)
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", kind, size)
	if kind == program {
		head += "MZ\x90\x00\x03\x00\x00\x00This program cannot be run in DOS mode"
	}
	t.talk(t.from(who), end(where, 80), up(request, 0), down(head, len(head)+size))
}

// What programs say they are, and what they get.
const (
	firefox  = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
	speaks   = "Accept-Language: fr-FR,fr;q=0.9\r\n"
	program  = "application/octet-stream"
	document = "text/html; charset=utf-8"
)

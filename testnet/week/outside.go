package main

import (
	"fmt"
	"net/netip"
	"time"

	"abri.example/abri/packet"
)

// echo is an echo request with its reply.
func (t *town) echo(from, to netip.Addr) {
	data := "abcdefghijklmnopqrstuvwabcdefghi"
	t.say(word{from: end(from, 0), to: end(to, 0), proto: packet.ICMP, icmp: 8, data: []byte(data), card: 6})
	t.say(word{from: end(to, 0), to: end(from, 0), proto: packet.ICMP, icmp: 0, data: []byte(data), card: 7})
}

// knock is a SYN, and what is said to it.
func (t *town) knock(from, to netip.AddrPort, said packet.TCPFlags) {
	t.say(word{from: from, to: to, proto: packet.TCP, flags: packet.SYN, seq: 1, card: 8})
	if said != 0 {
		t.say(word{from: to, to: from, proto: packet.TCP, flags: said, ack: 2, card: 9})
	}
}

// guests read, play, share files, and use a tunnel of their own.
func (t *town) guests() {
	if t.day() >= 5 || t.hour() < 10 || t.hour() > 20 {
		return
	}
	for range 12 {
		peer := end(far(t.draw(5000)), uint16(10_000+t.draw(50_000)))
		t.send(end(guest, 51_413), peer, "d1:ad2:id20:", 100)
		if t.draw(3) == 0 {
			t.send(peer, end(guest, 51_413), "d1:rd2:id20:", 300)
		}
		t.knock(t.from(guest), end(far(t.draw(5000)), uint16(10_000+t.draw(50_000))), 0)
	}
	t.stream(end(visitor, 40_001), end(far(9500), 51_820), 1300)
	t.visit(visitor, far(9510+t.draw(40)), fmt.Sprintf("game%d.example", t.draw(20)), 900, 60_000)
}

// keepers are those who look after the site from afar: by ping, SNMP and pages each minute, and by SSH when something is
// to be done.
func (t *town) keepers() {
	keeper := netip.MustParseAddr("203.0.113.41")
	for n, a := range []netip.Addr{letters, pages, files, printer, exchange} {
		t.echo(keeper, a)
		if t.every(5) {
			from := t.from(keeper)
			t.send(from, end(a, 161), "0\x29\x02\x01\x01\x04\x09surveille", 60)
			t.send(end(a, 161), from, "0\x40\x02\x01\x01\x04\x09surveille", 120)
		}
		if t.minute%3 == n%3 && n < 3 {
			t.talk(t.from(keeper), end(a, 443), up(hello("www.mairie.example"), 0), down(welcome, 3500), up(enciphered, 300), down(enciphered, 3000))
		}
	}
	if t.atWork() && t.every(90) {
		t.talk(t.from(keeper), end(pages, 22), down("SSH-2.0-OpenSSH_9.2p1\r\n", 0), up("SSH-2.0-OpenSSH_9.6\r\n", 3000), down("\x00\x00\x04\x04", 3000), up("\x00\x00\x00\x2c", 2500), down("\x00\x00\x00\x2c", 20_000))
	}
}

// strangers knock once and go on, as happens to every address; and what a flood elsewhere is answered comes here, to the
// address that was forged.
func (t *town) strangers() {
	if t.draw(6) == 0 {
		t.knock(t.from(far(200_000+t.minute*7)), end(pages, []uint16{22, 23, 80, 443, 3389, 8080}[t.draw(6)]), refuses)
	}
	if t.draw(4) == 0 {
		t.say(word{from: end(far(t.draw(3000)), 443), to: end(pages, uint16(1024+t.draw(60_000))), proto: packet.TCP, flags: packet.SYN | packet.ACK, card: 10})
	}
}

// mishaps: on Wednesday the line is down for ten minutes, on Thursday a server for an hour; on Friday the current, and all
// comes back at once.
func (t *town) mishaps() {
	if at := t.minute%10_080 - (2*1440 + 9*60); at >= 0 && at < 10 {
		for n := range 30 {
			for range 20 {
				t.knock(t.from(pc(n)), end(far(t.draw(300)), []uint16{443, 443, 80, 993}[t.draw(4)]), 0)
				t.send(t.from(pc(n)), end(resolver, 53), string(question("www.site.example", typeA, 7)), 0)
				t.now = t.now.Add(50 * time.Millisecond)
			}
		}
	}
	if at := t.minute%10_080 - (3*1440 + 8*60); at >= 0 && at < 60 {
		for n := range 30 {
			t.knock(t.from(pc(n)), end(files, 445), 0)
		}
	}
	if t.day() == 4 && t.at(15, 0) {
		for n := range 30 {
			for i := range 25 {
				t.visit(pc(n), far(t.draw(400)), fmt.Sprintf("start%d.example", i), 900, 9000)
			}
			t.register(fmt.Sprint(100+n%12), 401, 200)
		}
	}
}

package main

import (
	"fmt"
	"net/netip"

	"abri.example/abri/packet"
)

// Groups that machines speak to, to find each other.
var (
	mdns  = netip.MustParseAddrPort("224.0.0.251:5353")
	llmnr = netip.MustParseAddrPort("224.0.0.252:5355")
	ssdp  = netip.MustParseAddrPort("239.255.255.250:1900")
	wsd   = netip.MustParseAddrPort("239.255.255.250:3702")
)

// telephones register with the operator, one with a wrong password, and talk.
func (t *town) telephones() {
	for n := range 12 {
		if t.every(10) {
			t.register(fmt.Sprint(100+n), 401, 200)
		}
	}
	t.register("199", 401, 401)
	if t.atWork() {
		t.stream(end(exchange, 12_000), end(operator, 16_000), 160)
	}
}

// register is a telephone's registration: first without a password, then with one.
func (t *town) register(name string, codes ...int) {
	for i, code := range codes {
		proof := ""
		if i > 0 {
			proof = "Authorization: Digest username=\"" + name + "\"\r\n"
		}
		rest := fmt.Sprintf("Via: SIP/2.0/UDP 192.168.1.14:5060;branch=z9hG4bK%d\r\nFrom: <sip:%s@tel.example>;tag=1\r\nTo: <sip:%s@tel.example>\r\nCall-ID: reg-%s\r\nCSeq: %d REGISTER\r\n", i, name, name, name, i+1)
		t.send(end(exchange, 5060), end(operator, 5060), "REGISTER sip:tel.example SIP/2.0\r\n"+rest+proof+"Content-Length: 0\r\n\r\n", 0)
		t.send(end(operator, 5060), end(exchange, 5060), fmt.Sprintf("SIP/2.0 %d X\r\n", code)+rest+"Content-Length: 0\r\n\r\n", 0)
	}
}

// stream is a few packets of sound or pictures, both ways.
func (t *town) stream(a, b netip.AddrPort, size int) {
	for range 20 {
		t.send(a, b, "\x80\x60sound", size)
		t.send(b, a, "\x80\x60sound", size)
	}
}

// meetings are by video: a relay carries most, and ways are tried that lead nowhere.
func (t *town) meetings() {
	if !t.atWork() {
		return
	}
	for range 3 {
		who := pc(t.draw(30))
		t.stream(t.from(who), end(teams, 3480), 1100)
		for n := range 8 {
			t.send(end(who, 50_000), end(netip.AddrFrom4([4]byte{10, 20, 30, byte(n)}), uint16(50_000+n)), "\x00\x01\x00\x08\x21\x12\xa4\x42", 60)
			t.send(end(who, 50_000), end(far(6000+t.draw(50)), uint16(50_000+n)), "\x00\x01\x00\x08\x21\x12\xa4\x42", 60)
		}
	}
}

// machines are those without a person: a printer that mails what it scans, cameras and their recorder, a screen that
// shows films, a pump that reports.
func (t *town) machines() {
	if t.atWork() && t.every(12) {
		t.letter(printer, letters, 800_000, "250 2.1.5 Ok\r\n")
	}
	if t.atWork() && t.every(45) { // and by a service of its maker, with a password
		t.talk(t.from(printer), end(far(9400), 587), down("220 smtp\r\n", 0), up("EHLO copieur\r\n", 0), down("250 STARTTLS\r\n", 0), up("STARTTLS\r\n", 0), down("220 go\r\n", 0),
			up(hello("smtp.maker.example"), 0), down(welcome, 3500), up(enciphered, 900_000), down(enciphered, 200))
	}
	if t.every(5) { // a look from home at the cameras
		t.visit(recorder, far(9410), "p2p.camera.example", 700, 500)
		t.send(end(recorder, 32_100), end(far(9411+t.draw(3)), 32_100), "\xf1\x00\x00\x00", 40)
	}
	if t.hour() == 20 && t.day() < 4 {
		t.talk(t.from(far(9420)), end(recorder, 554), up("OPTIONS rtsp://cam/1 RTSP/1.0\r\nCSeq: 1\r\n\r\n", 0), down("RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"cam\"\r\n\r\n", 0),
			up("DESCRIBE rtsp://cam/1 RTSP/1.0\r\nAuthorization: Digest username=\"maire\"\r\n\r\n", 0), down("RTSP/1.0 200 OK\r\n\r\n", 3_000_000))
	}
	if t.every(2) {
		t.visit(screen, netip.MustParseAddr("142.250.179.78"), "clients3.google.com", 900, 2000)
	}
	// The same few bytes to the same place each minute, for ever.
	t.ask(pump, "mqtt.pump.example", typeA, far(9430))
	t.talk(t.from(pump), end(far(9430), 8883), up(hello("mqtt.pump.example"), 0), down(welcome, 3000), up(enciphered, 200), down(enciphered, 60))
	if t.every(17) {
		for _, a := range []netip.Addr{printer, recorder, screen, exchange} {
			t.send(end(a, 123), end(far(9440+t.draw(4)), 123), "\x23\x00\x06\xec", 48)
		}
	}
}

// discovery is what machines call out to each other.
func (t *town) discovery() {
	for n := range 30 {
		if !t.every(5+n%4) || !t.atWork() {
			continue
		}
		who := pc(n)
		t.send(t.from(who), ssdp, "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: urn:dial-multiscreen-org:service:dial:1\r\n\r\n", 0)
		t.send(end(who, 5353), mdns, string(question("_googlecast._tcp.local", 12, 0)), 0)
		t.send(t.from(who), llmnr, string(question(fmt.Sprintf("copieur%d", n%3), typeA, uint16(n))), 0)
		t.send(end(who, 137), end(everyone, 137), string(netbios("MAIRIE")), 0)
		t.send(end(who, 138), end(everyone, 138), "\x11\x02browse", 200)
		t.send(t.from(who), wsd, "<?xml version=\"1.0\"?><soap:Envelope><wsd:Probe/></soap:Envelope>", 600)
		if n%3 == 0 { // the one that answers is looked at
			t.send(end(screen, 1900), t.from(who), "HTTP/1.1 200 OK\r\nST: urn:dial-multiscreen-org:service:dial:1\r\n\r\n", 0)
			t.talk(t.from(who), end(screen, 8008), up("GET /ssdp/device-desc.xml HTTP/1.1\r\nHost: 192.168.1.16:8008\r\n\r\n", 0), down("HTTP/1.1 200 OK\r\n\r\n", 2000))
		}
		t.send(end(t.pc6(n), 546), netip.MustParseAddrPort("[ff02::1:2]:547"), "\x01solicit", 80)
	}
	if t.every(3) {
		t.say(word{from: end(t.pc6(t.draw(30)), 0), to: netip.MustParseAddrPort("[ff02::1:ff00:1]:0"), proto: packet.ICMPv6, icmp: 135, size: 24, card: 5})
	}
}

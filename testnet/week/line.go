package main

import (
	"net/netip"
	"time"

	"abri.example/abri/packet"
)

// line is the cable of the town hall, with its own time.
type line struct {
	road    road
	now     time.Time
	packets int
	frame   []byte
}

// road is where packets go, in their order: past a box in memory, or past a real gate. Length is that on the wire.
type road interface {
	packet(at time.Time, frame []byte, length int)
	tick(now time.Time)
}

// say lets one packet pass.
func (l *line) say(w word) {
	l.frame = w.frame(l.frame[:0])
	l.packets++
	l.now = l.now.Add(200 * time.Microsecond)
	l.road.packet(l.now, l.frame, len(l.frame)-min(len(w.data), shown)+w.length())
}

// until lets time pass up to an instant, unless it is over.
func (l *line) until(at time.Time) {
	if at.After(l.now) {
		l.now = at
	}
	l.road.tick(l.now)
}

// talk is a whole conversation of TCP: what begins with > the client says, with < the server, and a size in brackets
// beside it is sent besides ("<[200000]HTTP/1.1 200 OK"). It ends with both.
func (l *line) talk(client, server netip.AddrPort, lines ...turn) {
	up := word{from: client, to: server, proto: packet.TCP, flags: packet.SYN, seq: 1000, card: 2}
	l.say(up)
	down := word{from: server, to: client, proto: packet.TCP, flags: packet.SYN | packet.ACK, seq: 5000, ack: 1001, card: 3}
	l.say(down)
	up.flags, up.seq, up.ack = packet.ACK, 1001, 5001
	down.seq = 5001
	l.say(up)
	for _, x := range lines {
		who, other := &up, &down
		if x.server {
			who, other = &down, &up
		}
		who.flags = packet.PSH | packet.ACK
		for left, data := max(x.size, len(x.data)), x.data; left > 0; data = nil {
			who.data, who.size = data, min(left, mostAtOnce)
			l.say(*who)
			who.seq += uint32(who.length())
			left -= who.length()
		}
		who.data, who.size = nil, 0
		other.ack = who.seq
	}
	for _, w := range []*word{&up, &down} {
		w.flags = packet.FIN | packet.ACK
		l.say(*w)
	}
}

// mostAtOnce is how much data one packet says: what a card hands over in one piece.
const mostAtOnce = 60_000

// turn is what one side says, and how much of it.
type turn struct {
	server bool
	data   []byte
	size   int
}

// up and down are what the client and the server say; with size above the length of what is given more follows.
func up(data string, size int) turn   { return turn{false, []byte(data), size} }
func down(data string, size int) turn { return turn{true, []byte(data), size} }

// send is one packet of UDP.
func (l *line) send(from, to netip.AddrPort, data string, size int) {
	l.say(word{from: from, to: to, proto: packet.UDP, data: []byte(data), size: size, card: 4})
}

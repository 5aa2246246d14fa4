package main

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/box/order"
	"abri.example/abri/box/pipeline"
	"abri.example/abri/count"
	"abri.example/abri/detect"
	"abri.example/abri/device"
	"abri.example/abri/feed/guarded"
	"abri.example/abri/flow"
	"abri.example/abri/names/lookalike"
	"abri.example/abri/packet"
	"abri.example/abri/policy"
)

// line is a box that protects, with everything in it but kernel and clock: each rule acts from the first minute on, as if
// its trial were over, and who would be stopped is noted.
type line struct {
	pipe    *pipeline.Pipeline
	counter *count.Counter
	now     time.Time
	packets int
	frame   []byte

	bans, blocks []string
	attacks      map[string]abri.Attack
}

// newLine gives a box at a time, for a site whose networks are home. The gateway is guarded as a box guards it.
func newLine(at time.Time, gateway netip.Addr, home ...netip.Prefix) (*line, error) {
	judge, err := policy.New(policy.Options{
		Mode: abri.Protect, Scanner: detect.ResearchScanner, Guard: guarded.Default().Address,
		Guarded: []policy.Entry{{Prefix: netip.PrefixFrom(gateway, gateway.BitLen())}},
	})
	if err != nil {
		return nil, err
	}
	l := &line{now: at, attacks: map[string]abri.Attack{}}
	hours, err := policy.ParseHours("", time.UTC) // nobody said when people work
	if err != nil {
		return nil, err
	}
	measures := policy.NewMeasures(at, policy.MeasureOptions{Hours: hours})
	for _, t := range measures.Trials() {
		if err := measures.Promote(at, t.Kind, "week"); err != nil {
			return nil, err
		}
	}
	devices := device.NewBook(device.Options{Home: flow.Home(home).Contains})
	l.counter = count.New(count.Options{Location: time.UTC, Seed: "week", Device: devices.Name})
	l.pipe = pipeline.New(pipeline.Options{
		Policy: judge, Detectors: detect.All(), Counter: l.counter, Home: home, Devices: devices, Lookalikes: lookalike.New(lookalike.Brands()),
		Measures: measures, Act: l.act, Guarded: guarded.Default().Name, Hand: hand{l},
	})
	return l, nil
}

func (l *line) act(f abri.Finding, x policy.Measure) {
	l.bans = append(l.bans, l.now.Format("Mon 15:04 ")+x.Prefix.String()+" "+x.Door.String()+": "+f.Why.Sentence(abri.English))
}

// hand notes what would be cut.
type hand struct{ line *line }

func (h hand) Block(b order.Block) error {
	h.line.blocks = append(h.line.blocks, h.line.now.Format("Mon 15:04 ")+b.Client.String()+" - "+b.Server.String())
	return nil
}

func (hand) Unblock(order.Conversation) error { return nil }
func (hand) Inject(*order.Inject) error       { return nil }
func (hand) Rule(order.Ruling) error          { return nil }
func (hand) Rewrite(*order.Rewrite) error     { return nil }
func (hand) Crowd(order.Crowd) error          { return nil }

// say lets one packet pass.
func (l *line) say(w word) {
	l.frame = w.frame(l.frame[:0])
	l.packets++
	l.now = l.now.Add(200 * time.Microsecond)
	l.pipe.Packet(l.now, packet.Ethernet, l.frame, len(l.frame)-min(len(w.data), shown)+w.length())
}

// until lets time pass up to an instant, unless it is over.
func (l *line) until(at time.Time) {
	if at.After(l.now) {
		l.now = at
	}
	l.pipe.Tick(l.now)
	for _, a := range l.counter.Changed() {
		l.attacks[a.ID] = a
	}
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

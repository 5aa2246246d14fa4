package telephone

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// start is a Thursday at noon in Paris.
var start = time.Date(2026, 3, 5, 11, 0, 0, 0, time.UTC)

var (
	pbx      = netip.MustParseAddrPort("192.168.1.14:5060")
	operator = netip.MustParseAddrPort("198.51.100.20:5060")
	guesser  = netip.MustParseAddrPort("203.0.113.66:5099")
)

// wire runs messages through real flows past a Line.
type wire struct {
	*Line
	flows    *flow.Table
	now      time.Time
	proto    uint8
	seq      map[netip.AddrPort]uint32
	news     []News
	heard    []Heard
	attempts []Attempt
	ended    []Call
}

func newWire(o Options) *wire {
	w := &wire{Line: New(o), now: start, proto: packet.UDP, seq: map[netip.AddrPort]uint32{}}
	w.flows = flow.NewTable(flow.Options{Early: w.End})
	return w
}

// send lets a message cross, from inside when its sender is at home.
func (w *wire) send(from, to netip.AddrPort, text string) {
	w.segment(from, to, []byte(text))
}

func (w *wire) segment(from, to netip.AddrPort, data []byte) {
	side := abri.Outside
	if from.Addr().IsPrivate() {
		side = abri.Inside
	}
	h := packet.Headers{
		Known: true, Src: from.Addr(), SrcPort: from.Port(), Dst: to.Addr(), DstPort: to.Port(), Proto: w.proto,
		Length: 28 + len(data), Payload: data, DataLength: len(data),
	}
	if w.proto == packet.TCP {
		h.Flags, h.Seq = packet.ACK|packet.PSH, w.seq[from]
		w.seq[from] += uint32(len(data))
	}
	f, _ := w.flows.Observe(w.now, side, &h)
	w.Observe(w.now, f, &h, func(x *Heard) {
		w.news = append(w.news, x.News)
		m := *x.Message
		kept := *x
		kept.Message = &m
		w.heard = append(w.heard, kept)
	})
}

// wait lets time pass.
func (w *wire) wait(d time.Duration) {
	w.now = w.now.Add(d)
	w.flows.Expire(w.now, w.End)
	w.Tick(w.now, func(a *Attempt) { w.attempts = append(w.attempts, *a) }, func(c *Call) { w.ended = append(w.ended, *c) })
}

// request is a message of SIP as a telephone sends it.
func request(method, user, call string, more ...string) string {
	lines := append([]string{
		method + " sip:" + user + "@198.51.100.20 SIP/2.0", "Via: SIP/2.0/UDP 192.168.1.14:5060;branch=z9hG4bK" + call,
		"From: <sip:0477000000@mairie.example>;tag=f" + call, "To: <sip:" + user + "@198.51.100.20>", "Call-ID: " + call, "CSeq: 1 " + method,
	}, more...)
	return strings.Join(lines, "\r\n") + "\r\nContent-Length: 0\r\n\r\n"
}

func answer(status int, method, user, call string) string {
	return fmt.Sprintf("SIP/2.0 %d Said\r\nVia: SIP/2.0/UDP 192.168.1.14:5060;branch=z9hG4bK%s\r\nFrom: <sip:0477000000@mairie.example>;tag=f%s\r\nTo: <sip:%s@x>;tag=t\r\nCall-ID: %s\r\nCSeq: 1 %s\r\nContact: <sip:gw@198.51.100.20>\r\nContent-Length: 0\r\n\r\n",
		status, call, call, user, call, method)
}

const proof = "Authorization: Digest username=\"x\""

// call is one from the exchange through the operator, which lasts so long.
func (w *wire) call(user, id string, lasts time.Duration) {
	w.send(pbx, operator, request("INVITE", user, id))
	w.send(operator, pbx, answer(407, "INVITE", user, id))
	w.send(pbx, operator, request("INVITE", user, id, proof))
	w.send(operator, pbx, answer(180, "INVITE", user, id))
	w.send(operator, pbx, answer(200, "INVITE", user, id))
	w.wait(lasts)
	w.send(pbx, operator, request("BYE", user, id))
	w.send(operator, pbx, answer(200, "BYE", user, id))
}

// register is a registration with a password, which is taken.
func (w *wire) register(from, to netip.AddrPort, user, id string) {
	w.send(from, to, request("REGISTER", user, id))
	w.send(to, from, answer(401, "REGISTER", user, id))
	w.send(from, to, request("REGISTER", user, id, proof))
	w.send(to, from, answer(200, "REGISTER", user, id))
}

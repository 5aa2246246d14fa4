package telephone

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"abri.example/abri/packet"
	"abri.example/abri/telephone/number"
	"abri.example/abri/telephone/sip"
)

// A call is followed from its first message to its end, over UDP and TCP, however its bytes are cut, and for as long as
// the flow between exchange and operator lasts.
func TestACall(t *testing.T) {
	for _, proto := range []uint8{packet.UDP, packet.TCP} {
		for _, cut := range []int{1 << 20, 100, 7} {
			if proto == packet.UDP && cut < 1<<20 {
				continue
			}
			w := newWire(Options{})
			w.proto = proto
			for n := range 40 { // far more than the first kilobytes
				id := fmt.Sprint("call-", n)
				w.cut(cut, pbx, operator, request("INVITE", "+4930123456", id))
				w.cut(cut, operator, pbx, answer(180, "INVITE", "+4930123456", id))
				w.cut(cut, operator, pbx, answer(200, "INVITE", "+4930123456", id))
				w.wait(90 * time.Second)
				w.cut(cut, operator, pbx, request("BYE", "x", id))
				w.wait(time.Second)
			}
			news := slices.DeleteFunc(w.news, func(n News) bool { return n == NoNews })
			if want := slices.Repeat([]News{Begun, Ringing, Answered, Ended}, 40); !slices.Equal(news, want) {
				t.Errorf("protocol %d, cut at %d: %d news, want %d", proto, cut, len(news), len(want))
			}
			c := w.heard[len(w.heard)-1].Call
			if c == nil || c.Duration(w.now) != 90*time.Second || c.Number.Country != "DE" || !c.Outward || c.Outside != operator.Addr() {
				t.Errorf("the last call is %+v", c)
			}
		}
	}
}

// cut sends a message in pieces.
func (w *wire) cut(n int, from, to netip.AddrPort, text string) {
	for piece := range slices.Chunk([]byte(text), n) {
		w.segment(from, to, piece)
	}
}

func TestACallThatIsRefusedOrLost(t *testing.T) {
	w := newWire(Options{})
	w.send(pbx, operator, request("INVITE", "0612345678", "a"))
	w.send(operator, pbx, answer(486, "INVITE", "0612345678", "a"))
	w.send(operator, pbx, answer(486, "INVITE", "0612345678", "a")) // sent again
	w.send(pbx, operator, request("INVITE", "0612345678", "a"))     // and this
	w.send(pbx, operator, request("INVITE", "0612345679", "b"))
	w.send(operator, pbx, answer(200, "INVITE", "0612345679", "b"))
	if want := []News{Begun, Turned, NoNews, NoNews, Begun, Answered}; !slices.Equal(w.news, want) {
		t.Errorf("news %v, want %v", w.news, want)
	}
	w.wait(5 * time.Hour)
	if len(w.ended) != 1 || w.ended[0].Duration(w.now) > time.Minute || w.calls.len() != 0 {
		t.Errorf("ended %+v, %d calls under way", w.ended, w.calls.len())
	}
}

// Bytes that were lost to the ring end nothing: the next message is read again.
func TestTCPThatLostBytes(t *testing.T) {
	w := newWire(Options{})
	w.proto = packet.TCP
	w.send(pbx, operator, request("OPTIONS", "a", "1"))
	w.seq[pbx] += 5000
	w.send(pbx, operator, request("OPTIONS", "a", "2"))
	w.seq[pbx] += 100_000
	for n := range 3 {
		w.send(pbx, operator, request("OPTIONS", "a", fmt.Sprint("later", n)))
	}
	if len(w.heard) < 4 {
		t.Errorf("%d messages were read", len(w.heard))
	}
}

// The operator is who takes our registrations or carries our calls; never who only calls us.
func TestTheOperatorIsLearnt(t *testing.T) {
	w := newWire(Options{})
	for n := range 10 {
		id := fmt.Sprint("in", n)
		w.send(guesser, pbx, request("INVITE", "0477000000", id))
		w.send(pbx, guesser, answer(200, "INVITE", "0477000000", id))
		w.register(guesser, pbx, "100", fmt.Sprint("stolen", n))
	}
	if w.Operators.Has(guesser.Addr()) || w.Extensions.Len() != 1 {
		t.Errorf("who calls us is the operator; %d extensions", w.Extensions.Len())
	}
	w.send(pbx, operator, request("REGISTER", "trunk", "open"))
	w.send(operator, pbx, answer(200, "REGISTER", "trunk", "open"))
	if w.Operators.Has(operator.Addr()) {
		t.Error("a registration without a password makes an operator")
	}
	w.register(pbx, operator, "trunk", "r")
	if !w.Operators.Has(operator.Addr()) || len(w.Operators.Learnt()) != 1 {
		t.Errorf("not learnt: %+v", w.Operators)
	}
	trunk := newWire(Options{})
	trunk.Operators.Tell([]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")})
	for n := range carriedCalls {
		if trunk.Operators.Has(operator.Addr()) {
			t.Errorf("learnt after %d calls", n)
		}
		trunk.call("0612345678", fmt.Sprint("c", n), time.Minute)
	}
	if !trunk.Operators.Has(operator.Addr()) || !trunk.Operators.Has(netip.MustParseAddr("192.0.2.9")) {
		t.Error("who carries the calls is not the operator")
	}
	again := newWire(Options{})
	again.Operators.Recall(trunk.Operators.Learnt())
	if !again.Operators.Has(operator.Addr()) {
		t.Error("forgotten over a restart")
	}
	for n := range 1000 {
		w.Operators.carried(w.now, netip.AddrFrom4([4]byte{11, 0, byte(n >> 8), byte(n)}))
	}
	if len(w.Operators.learnt) > mostOperators || !w.Operators.Has(operator.Addr()) {
		t.Errorf("%d are remembered, the operator among them: %v", len(w.Operators.learnt), w.Operators.Has(operator.Addr()))
	}
}

func TestAttemptsAreSettledOnce(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(*wire)
		want  Outcome
		tries int
	}{
		"nobody answers": {func(w *wire) { w.send(guesser, pbx, request("OPTIONS", "100", "a")) }, Ignored, 0},
		"asked for a password": {func(w *wire) {
			w.send(guesser, pbx, request("REGISTER", "100", "a"))
			w.send(pbx, guesser, answer(401, "REGISTER", "100", "a"))
		}, Abandoned, 0},
		"registered": {func(w *wire) { w.register(guesser, pbx, "100", "a") }, Accepted, 0},
		"nobody by that name": {func(w *wire) {
			w.send(guesser, pbx, request("INVITE", "999", "a"))
			w.send(pbx, guesser, answer(404, "INVITE", "999", "a"))
		}, Unknown, 0},
		"a wrong password": {func(w *wire) {
			w.send(guesser, pbx, request("REGISTER", "100", "a", proof))
			w.send(pbx, guesser, answer(403, "REGISTER", "100", "a"))
		}, Denied, 1},
		"then the right one": {func(w *wire) {
			w.send(guesser, pbx, request("REGISTER", "100", "a", proof))
			w.send(pbx, guesser, answer(401, "REGISTER", "100", "a"))
			w.register(guesser, pbx, "100", "a")
		}, Accepted, 1},
		"the exchange is busy": {func(w *wire) {
			w.send(guesser, pbx, request("REGISTER", "100", "a", proof))
			w.send(pbx, guesser, answer(503, "REGISTER", "100", "a"))
		}, Ignored, 0},
		"the question was old": {func(w *wire) {
			w.send(guesser, pbx, request("REGISTER", "100", "a", proof))
			w.send(pbx, guesser, staled("100", "a"))
		}, Abandoned, 0},
	} {
		w := newWire(Options{})
		c.do(w)
		if len(w.attempts) != 0 {
			t.Errorf("%s: settled at once", name)
		}
		w.wait(settleAfter)
		w.wait(time.Hour)
		if len(w.attempts) != 1 || w.attempts[0].Outcome != c.want || w.attempts[0].Tries != c.tries || !w.attempts[0].Inward {
			t.Errorf("%s: %+v, want outcome %d, %d tries", name, w.attempts, c.want, c.tries)
		}
	}
}

func staled(user, call string) string {
	a := answer(401, "REGISTER", user, call)
	return a[:len(a)-2] + "WWW-Authenticate: Digest realm=\"a, b\", nonce=\"n\", stale=TRUE\r\n\r\n"
}

// A registration from abroad is one from a country where the telephone never was.
func TestARegistrationFromAbroad(t *testing.T) {
	from := map[netip.Addr]string{guesser.Addr(): "SC", operator.Addr(): "FR"}
	w := newWire(Options{Country: func(a netip.Addr) string { return from[a] }})
	w.register(operator, pbx, "100", "a")
	if e, ok := w.Extensions.Find(pbx.Addr(), nameOf([]byte("100"))); !ok || !e.Strayed.IsZero() {
		t.Errorf("at home: %+v, known %v", e, ok)
	}
	w.register(guesser, pbx, "100", "b")
	first := w.now
	w.wait(time.Hour)
	w.register(guesser, pbx, "100", "c")
	if e, _ := w.Extensions.Find(pbx.Addr(), nameOf([]byte("100"))); !e.Strayed.Equal(first) {
		t.Errorf("abroad: %+v", e)
	}
	if !w.Extensions.Houses(w.now, guesser.Addr()) || w.Extensions.Houses(w.now.Add(25*time.Hour), guesser.Addr()) {
		t.Error("what works behind an address is known for a day")
	}
}

// What floods the line is held in bounded memory.
func TestTheTablesAreBounded(t *testing.T) {
	w := newWire(Options{})
	for n := range 60_000 {
		source := netip.AddrPortFrom(netip.AddrFrom4([4]byte{11, byte(n >> 16), byte(n >> 8), byte(n)}), 5060)
		w.heard, w.news = nil, nil
		w.send(source, pbx, request("INVITE", fmt.Sprint(n), fmt.Sprint("x", n)))
	}
	if n := w.calls.len(); n > 2*mostCalls {
		t.Errorf("%d calls", n)
	}
	if n := len(w.Line.attempts.open); n > mostAttempts || len(w.Line.attempts.queue) > mostAttempts {
		t.Errorf("%d attempts", n)
	}
	w.wait(24 * time.Hour)
	if len(w.Line.attempts.open) != 0 || w.calls.len() != 0 {
		t.Errorf("%d attempts and %d calls are left after a day", len(w.Line.attempts.open), w.calls.len())
	}
	w.proto = packet.TCP
	for n := range 3 * mostStreams {
		source := netip.AddrPortFrom(netip.AddrFrom4([4]byte{12, byte(n >> 16), byte(n >> 8), byte(n)}), 5060)
		w.segment(source, pbx, []byte(request("OPTIONS", "a", fmt.Sprint(n)))[:60])
	}
	if len(w.streams) > mostStreams || w.pool.Held() > memory+32<<10 {
		t.Errorf("%d streams hold %d bytes", len(w.streams), w.pool.Held())
	}
}

// A fraud teaches neither its hours nor its countries.
func TestHabits(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skipf("no time zones here: %v", err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 30, 0, 0, paris) }
	h := Habits{location: paris}
	home, somalia, germany := number.Read([]byte("0612345678")), number.Read([]byte("+25261234567")), number.Read([]byte("+4930123456"))
	if h.Knows(at(5, 10)) || !h.Open(at(5, 10)) || h.Open(at(5, 22)) || h.Open(at(7, 10)) || !h.First(at(5, 10)) {
		t.Error("a new box takes office hours")
	}
	for _, day := range []int{7, 14} { // Saturdays
		h.Note(at(day, 10), home)
		h.Note(at(day, 23), somalia)
	}
	for day := 9; day < 13; day++ {
		h.Note(at(day, 11), germany)
	}
	told := Habits{location: paris, Hours: func(at time.Time) bool { return at.Hour() == 3 }}
	for what, c := range map[string]struct{ got, want bool }{
		"open at three, by a person's word": {told.Open(at(5, 3)), true},
		"and at no other time":              {told.Open(at(5, 10)), false},
		"open on Saturday morning":          {h.Open(at(21, 10)), true},
		"open on Saturday at night":         {h.Open(at(21, 23)), false},
		"Germany is usual":                  {h.Usual(at(16, 11), "DE"), true},
		"Somalia is not":                    {h.Usual(at(16, 11), "SO"), false},
		"Germany, two months later":         {h.Usual(at(70, 11), "DE"), false},
		"the site is known":                 {h.Knows(at(15, 11)), true},
		"first call abroad":                 {h.First(at(15, 11)), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v", what, c.got)
		}
	}
}

// A guard's budget is spent by what is dear, at night, and is whole again in the next one.
func TestGuard(t *testing.T) {
	var h Habits
	g := Guard{Abroad: 30 * time.Minute, Premium: 5 * time.Minute}
	evening := time.Date(2026, 3, 5, 21, 0, 0, 0, time.UTC)
	spend := func(user string, from time.Time, d time.Duration) {
		c := &Call{Outward: true, Number: number.Read([]byte(user)), Answer: from}
		g.Spend(from.Add(d/2), &h, c)
		c.End = from.Add(d)
		g.Spend(c.End, &h, c)
	}
	spend("0612345678", evening, time.Hour)
	spend("+4930123456", evening.Add(-9*time.Hour), 4*time.Hour)
	spend("+4930123456", evening, 20*time.Minute)
	if g.Over(evening, &h, number.Far) || g.Bars(evening, &h, number.Near) {
		t.Error("over before the budget is spent")
	}
	spend("+25261234567", evening.Add(time.Hour), 10*time.Minute)
	if !g.Over(evening.Add(2*time.Hour), &h, number.Near) || g.Over(evening.Add(2*time.Hour), &h, number.Premium) {
		t.Error("the budget abroad is spent, and that of premium numbers is not")
	}
	later := evening.Add(26 * time.Hour)
	if g.Over(later, &h, number.Near) {
		t.Error("the next night begins anew")
	}
	g.Bar(later, &h)
	for _, class := range []number.Class{number.Emergency, number.Short, number.National, number.Internal} {
		if g.Bars(later, &h, class) {
			t.Errorf("%s numbers are barred", class)
		}
	}
	if !g.Bars(later, &h, number.Premium) || g.Bars(later.Add(13*time.Hour), &h, number.Premium) {
		t.Error("a fraud bars the rest of the night, and no more")
	}
}

// What ends a call is said to the right end, and belongs to it; the call of another is left alone.
func TestRefusing(t *testing.T) {
	w := newWire(Options{})
	var says [][]Saying
	refuse := func(text string, from, to netip.AddrPort) {
		h := packet.Headers{Known: true, Src: from.Addr(), SrcPort: from.Port(), Dst: to.Addr(), DstPort: to.Port(), Proto: packet.UDP, Payload: []byte(text), Length: 500}
		f, _ := w.flows.Observe(w.now, 1, &h)
		f.Inside, f.Outside = pbx.Addr(), operator.Addr()
		w.Observe(w.now, f, &h, func(x *Heard) { says = append(says, x.Refuse()) })
	}
	refuse(request("INVITE", "+25261234567", "a"), pbx, operator)
	refuse(answer(100, "INVITE", "+25261234567", "a"), operator, pbx)
	refuse(answer(200, "INVITE", "+25261234567", "a"), operator, pbx)
	refuse(request("OPTIONS", "ping", "b"), operator, pbx)
	var m sip.Message
	for i, want := range []struct {
		method sip.Method
		status int
		to     netip.AddrPort
	}{{sip.Invite, 603, pbx}, {sip.Cancel, 0, operator}, {sip.Ack, 0, operator}, {sip.Bye, 0, operator}} {
		all := slices.Concat(says...)
		if len(all) != 4 {
			t.Fatalf("%d sayings", len(all))
		}
		s := all[i]
		if !m.Parse(s.Data) || m.Method != want.method || m.Status != want.status || s.To != want.to || string(m.CallID) != "a" {
			t.Errorf("to %s: %s", s.To, s.Data)
		}
	}
}

// What is enciphered is known by who speaks and how much.
func TestTLSIsKnownByItsPeers(t *testing.T) {
	w := newWire(Options{})
	w.proto = packet.TCP
	far, pbx := netip.AddrPortFrom(operator.Addr(), SecurePort), netip.AddrPortFrom(pbx.Addr(), 40_000)
	for range 5 {
		w.segment(pbx, far, []byte{0x17, 3, 3, 0, 10, 1, 2, 3})
		w.segment(far, pbx, []byte{0x17, 3, 3, 0, 10, 1, 2, 3})
	}
	if p := w.Secure.Peers(); len(p) != 1 || p[0].Address != operator.Addr() || !p[0].Outward || p[0].Bytes < 300 || len(w.heard) != 0 {
		t.Errorf("peers %+v, %d messages", p, len(w.heard))
	}
}

// Reading and following together: the promise is 10,000 messages a second on one core.
func BenchmarkLine(b *testing.B) {
	w := newWire(Options{})
	texts := []string{request("INVITE", "0612345678", "c"), answer(100, "INVITE", "0612345678", "c"), answer(200, "INVITE", "0612345678", "c"), request("BYE", "0612345678", "c")}
	var headers []packet.Headers
	for i, text := range texts {
		from, to := pbx, operator
		if i == 1 || i == 2 {
			from, to = to, from
		}
		headers = append(headers, packet.Headers{Known: true, Src: from.Addr(), SrcPort: 5060, Dst: to.Addr(), DstPort: 5060, Proto: packet.UDP, Payload: []byte(text), Length: 28 + len(text)})
	}
	f, _ := w.flows.Observe(w.now, 2, &headers[0])
	n := 0
	for b.Loop() {
		h := &headers[n%len(headers)]
		copy(h.Payload[len(h.Payload)-30:], "Content-Length: 0\r\n\r\n")
		w.Observe(w.now, f, h, func(*Heard) {})
		n++
	}
}

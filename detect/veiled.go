package detect

import (
	"math"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of veiled. The reasons are in docs/detection.md.
const (
	veiledPairs  = 8192
	veiledTalks  = 8192
	veiledTries  = 60 // sessions of one shape or two, by one source at one server, within
	veiledTime   = 5 * time.Minute
	veiledShare  = 0.8            // of all its sessions there
	veiledNew    = 24 * time.Hour // since a source first came: what goes on for days is a monitor's or a program's work
	veiledShapes = 8              // shapes that are told apart; what fits none is some other session
	veiledUp     = 0.05           // by how much two sessions of one shape differ in what the client said,
	veiledDown   = 0.10           // and in what the server did;
	veiledAcks   = 120            // or by so many bytes, which are two acknowledgements

	// A session that may be one try: a handshake, a form or a password of HTTP, and a short no. In bytes of IP packets.
	leastTryUp, mostTryUp     = 500, 5000
	leastTryDown, mostTryDown = 800, 24_000
)

// veiled tells of those who try passwords at a page within TLS: the portal of a VPN, webmail, an administrator's page. Nobody
// reads what is said there, but tools say the same again and again: a session for each try, all of one length but for
// that of the password, faster than a person. A browser's sessions differ; a monitor's are few; programs and telephones
// that come every day are no strangers.
type veiled struct {
	pairs *memory[pair, calledOn]
	talks *memory[conversation, bool] // that began with a hello of TLS
}

// calledOn are the sessions of one source at one server.
type calledOn struct {
	since, told time.Time
	tally       tally
	shapes      [veiledShapes]outline
}

// outline is one shape of session: the mean of what each end said.
type outline struct {
	n        int
	up, down float64
}

func newVeiled() *veiled {
	return &veiled{newMemory[pair, calledOn](veiledPairs, 7*24*time.Hour), newMemory[conversation, bool](veiledTalks, veiledTime)}
}

// Observe notes which conversations begin with a hello of TLS (RFC 8446, 5.1).
func (v *veiled) Observe(at time.Time, f *flow.Flow, h *packet.Headers, _ func(abri.Finding)) {
	if f.Proto != packet.TCP || f.Direction != abri.In || f.Guessed || len(h.Payload) < 6 || h.Payload[0] != 0x16 || h.Payload[1] != 3 || h.Payload[5] != 1 ||
		dialectOf(f.Port) != "" || !fromClient(f, h) || settled(f) {
		return
	}
	*v.talks.touch(at, conversation{pairOf(f), f.Client.Port()}) = true
}

// End looks at the shape of a whole session.
func (v *veiled) End(_ time.Time, f *flow.Flow, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || f.Direction != abri.In || v.talks.find(conversation{pairOf(f), f.Client.Port()}) == nil || settled(f) {
		return
	}
	x := v.pairs.touch(f.Last, pairOf(f))
	if x.since.IsZero() {
		x.since = f.First
	}
	all := x.tally.add(f.Last, veiledTime)
	if all == 1 {
		x.shapes = [veiledShapes]outline{}
	}
	n := x.take(f)
	if n < veiledTries || float64(n) < veiledShare*float64(all) || f.Last.Sub(x.since) > veiledNew || !due(f.Last, &x.told) {
		return
	}
	emit(f.FindingOf(abri.Bruteforce, f.Last, because(abri.Bruteforce, "tries", n, "seconds", seconds(f.Last.Sub(x.tally.began)), "by", "sessions of one shape")))
}

// take finds the shape of a session, and gives how many had it or the one that most others have, since a try may be two: the
// page is asked for, and then a password is sent. 0 for a session that is no try.
func (x *calledOn) take(f *flow.Flow) int {
	up, down := f.Up.Bytes, f.Down.Bytes
	if up < leastTryUp || up > mostTryUp || down < leastTryDown || down > mostTryDown {
		return 0
	}
	for i := range x.shapes {
		s := &x.shapes[i]
		if s.n > 0 && !(near(float64(up), s.up, veiledUp) && near(float64(down), s.down, veiledDown)) {
			continue
		}
		s.n++
		s.up += (float64(up) - s.up) / float64(s.n)
		s.down += (float64(down) - s.down) / float64(s.n)
		most := 0
		for j := range x.shapes {
			if j != i {
				most = max(most, x.shapes[j].n)
			}
		}
		return s.n + most
	}
	return 0
}

// near reports whether a number of bytes differs from a mean by no more than a part of it, or than chance acknowledgements.
func near(x, mean, part float64) bool { return math.Abs(x-mean) <= max(part*mean, veiledAcks) }

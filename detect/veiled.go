package detect

import (
	"encoding/binary"
	"math"
	"net/netip"
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
// that of the password. Faster than a person, it is seen by that alone; slow or by many sources, by the lengths of many
// passwords and the one answer to all of them (unmoved). Programs and telephones that come every day are no strangers.
type veiled struct {
	pairs *memory[pair, calledOn]
	talks *memory[ends, veil] // that began with a hello of TLS
	bands *memory[band, sorts]
}

// calledOn are the sessions of one source at one server.
type calledOn struct {
	since, told time.Time
	tally, day  tally
	shapes      [veiledShapes]outline
	sorts       *sorts // of a day
}

// band are those who come to one server by one program, as far as its hello tells.
type band struct {
	server netip.AddrPort
	hello  uint16
}

// outline is one shape of session: the mean of what each end said.
type outline struct {
	n        int
	up, down float64
}

func newVeiled() *veiled {
	return &veiled{
		pairs: newMemory[pair, calledOn](veiledPairs, 7*24*time.Hour),
		talks: newMemory[ends, veil](veiledTalks, veiledTime),
		bands: newMemory[band, sorts](unmovedBands, unmovedTime),
	}
}

// Observe follows the conversations that begin with a hello of TLS.
func (v *veiled) Observe(at time.Time, f *flow.Flow, h *packet.Headers, _ func(abri.Finding)) {
	if f.Proto != packet.TCP || f.Direction != abri.In || f.Guessed || dialectOf(f.Port) != "" || settled(f) {
		return
	}
	data := reading(f, h)
	if data == nil {
		return
	}
	up, key := fromClient(f, h), endsOf(f)
	x := v.talks.find(key)
	if up && beginsTLS(data) {
		x = v.talks.touch(at, key)
		*x = veil{hello: binary.BigEndian.Uint16(data[3:])}
	}
	switch {
	case x == nil:
	case up:
		x.up.hear(h, data)
	default:
		x.down.hear(h, data)
	}
}

// End looks at a whole session.
func (v *veiled) End(_ time.Time, f *flow.Flow, emit func(abri.Finding)) {
	key := endsOf(f)
	talk := v.talks.find(key)
	if f.Proto != packet.TCP || f.Direction != abri.In || talk == nil || settled(f) {
		return
	}
	session := *talk
	v.talks.drop(key)
	x := v.pairs.touch(f.Last, pairOf(f))
	if x.since.IsZero() {
		x.since = f.First
	}
	all := x.tally.add(f.Last, veiledTime)
	if all == 1 {
		x.shapes = [veiledShapes]outline{}
	}
	tell := func(facts ...any) {
		if f.Last.Sub(x.since) <= veiledNew && due(f.Last, &x.told) {
			emit(f.FindingOf(abri.Bruteforce, f.Last, because(abri.Bruteforce, facts...)))
		}
	}
	if n := x.take(f); n >= veiledTries && float64(n) >= veiledShare*float64(all) {
		tell("tries", n, "seconds", seconds(f.Last.Sub(x.tally.began)), "by", "sessions of one shape")
		return
	}
	v.patient(f, &session, x, tell)
}

// patient looks for tries that take a day, or are spread over sources.
func (v *veiled) patient(f *flow.Flow, s *veil, x *calledOn, tell func(facts ...any)) {
	all := x.day.add(f.Last, unmovedTime)
	if all == 1 || x.sorts == nil {
		x.sorts = new(sorts)
	}
	said, answered := s.up.bytes(&f.Up), s.down.bytes(&f.Down)
	own, n := x.sorts.add(f.First, said, answered)
	if own == nil || float64(n) < unmovedShare*float64(all) {
		return
	}
	if own.guesses() && own.pauses.ratio() <= unmovedRhythm {
		tell("tries", own.lengths.n, "seconds", seconds(f.Last.Sub(x.day.began)), "by", "other words and one answer")
		return
	}
	if f.Last.Sub(x.since) > veiledNew || own.lengths.kinds() < unmovedOwn {
		return
	}
	b := v.bands.touch(f.Last, band{f.Server, s.hello})
	group, _ := b.add(f.First, said, answered)
	if f.First.Sub(group.began) > unmovedTime {
		*group = unmoved{}
		group.add(f.First, said, answered)
	}
	group.sources.add(number(f.Client.Addr()))
	if sources := group.sources.count(); group.guesses() && sources >= unmovedSources {
		tell("tries", group.lengths.n, "sources", sources, "seconds", seconds(f.Last.Sub(group.began)), "by", "other words and one answer")
	}
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

package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/hypertext"
	"abri.example/abri/packet"
	"abri.example/abri/program"
)

// The bars of download. The reasons are in docs/detection.md; what each sign weighs stands in signs.go.
const (
	downloadBar     = 5 // what the signs must weigh
	downloadDevices = 2048
	downloadHosts   = 3 // names that give what says it is a browser a program within downloadTime, without a page that led there
	downloadTime    = 10 * time.Minute

	hostsKnown   = 16_384
	hostsForget  = 45 * 24 * time.Hour
	hostsStrange = 24 * time.Hour // for which a host is new to the site
)

// download tells of programs that a device of the site is given in the clear, by pages or by FTP, by a host that the site does
// not know, and with signs that no honest giver has. One sign alone is not enough, since honest programs come with some.
type download struct {
	devices *memory[netip.Addr, fetched]
	asked   *memory[ends, [4]request] // the last requests of a conversation, by their number
	hosts   *memory[uint32, int64]    // when the site first asked a host for anything, in seconds
	names   *naming
}

// fetched is what one device got.
type fetched struct{ programs variety } // and hosts that gave some unasked

func newDownload(names *naming) *download {
	return &download{
		devices: newMemory[netip.Addr, fetched](downloadDevices, downloadTime),
		asked:   newMemory[ends, [4]request](4096, 10*time.Minute),
		hosts:   newMemory[uint32, int64](hostsKnown, hostsForget),
		names:   names,
	}
}

// Observe does nothing: what is said comes by hear.
func (*download) Observe(time.Time, *flow.Flow, *packet.Headers, func(abri.Finding)) {}

func (d *download) End(_ time.Time, f *flow.Flow, _ func(abri.Finding)) {
	if d.asked.len() > 0 {
		d.asked.drop(endsOf(f))
	}
}

// hear takes a request of a device, or the beginning of what it is given.
func (d *download) hear(at time.Time, f *flow.Flow, m *hypertext.Message, emit func(abri.Finding)) {
	if f.Direction == abri.In {
		return
	}
	key := endsOf(f)
	switch {
	case !m.Answer && m.Part == hypertext.Head:
		r := readRequest(m.Head)
		r.strange = d.strange(at, r.host)
		d.asked.touch(at, key)[m.Number%4] = r
	case m.Answer && m.Part == hypertext.Body && (foldedPrefix(m.Head[9:], "200") || foldedPrefix(m.Head[9:], "206")):
		asked := d.asked.find(key)
		if asked == nil {
			return
		}
		g := given{request: asked[m.Number%4], by: "http", port: f.Port}
		g.read(m)
		if g.kind != "" {
			d.weigh(at, f, &g, emit)
		}
	}
}

// strange reports whether a host is new to the site, and remembers it.
func (d *download) strange(at time.Time, host uint32) bool {
	first := d.hosts.touch(at, host)
	if *first == 0 {
		*first = at.Unix()
	}
	return at.Sub(time.Unix(*first, 0)) < hostsStrange
}

// weigh tells of a program whose signs weigh enough.
func (d *download) weigh(at time.Time, f *flow.Flow, g *given, emit func(abri.Finding)) {
	x := d.devices.touch(at, f.Inside)
	x.programs.addMany(at, downloadTime, 1)
	if g.browser && !g.led {
		x.programs.numbers.add(g.host)
	}
	g.names = x.programs.count()
	facts := []any{"points", 0, "program", string(g.kind)}
	points := 0
	for _, s := range downloadSigns {
		if s.stands(g) {
			points += s.weight
			if s.weight > 0 {
				facts = append(facts, "sign", s.name)
			}
		}
	}
	if points < downloadBar {
		return
	}
	facts[1] = points
	// Each is told, and not once a minute as others are: the conversation that brings it can still be cut.
	emit(f.FindingOf(abri.MalwareDownload, at, because(abri.MalwareDownload, facts...)))
}

// given is a file that a device was given, and how it asked for it.
type given struct {
	request
	by    string // http or ftp
	port  uint16
	kind  program.Kind
	name  string // of the file, as the server calls it, else as it was asked for
	media string // that the server gives it
	names int    // hosts that gave the device programs so
}

// read finds out what a server gave.
func (g *given) read(m *hypertext.Message) {
	g.name = g.request.file
	if called := calledBy(m.Head); called != "" {
		g.name = called
	}
	g.media = typeOf(m.Head)
	g.kind = program.Of(g.name, g.media, m.Body)
}

package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of deluge. The reasons are in docs/detection.md.
const (
	delugeDoors   = 4096
	delugeTime    = 10 * time.Second
	delugeBytes   = 5 << 20 // within delugeTime, at one door that says nothing,
	delugeSources = 5       // by so many strangers
)

// deluge tells of heavy streams of datagrams that several strangers pour into one door, and that nobody answers. A link
// shows the beginning of each conversation only, so it goes by how much they carry. An honest stream of one direction, as a
// camera's, has one source and a port of its own.
type deluge struct {
	doors *memory[netip.AddrPort, pour]
}

// pour is what came to a door within the window.
type pour struct {
	bytes variety // and who sent them
	named variety // who was told of
}

func newDeluge() *deluge {
	return &deluge{newMemory[netip.AddrPort, pour](delugeDoors, time.Minute)}
}

// Observe does nothing: what matters is how much is sent.
func (*deluge) Observe(time.Time, *flow.Flow, *packet.Headers, func(abri.Finding)) {}

func (*deluge) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// Count takes what a conversation carried since it was last told. Later fragments without a first have port 0.
func (d *deluge) Count(at time.Time, f *flow.Flow, up, _ uint64, emit func(abri.Finding)) {
	if f.Proto != packet.UDP || f.Direction != abri.In || f.Answered() || f.Server.Addr().IsMulticast() || settled(f) {
		return
	}
	p := d.doors.touch(at, f.Server)
	n := p.bytes.addMany(at, delugeTime, int(up))
	who := number(f.Client.Addr())
	p.bytes.numbers.add(who)
	if n < delugeBytes || p.bytes.count() < delugeSources || !p.named.add(at, delugeTime, who) {
		return
	}
	k, client := abri.Flood, f.Client.Port()
	if mirror(client) {
		k = abri.Amplification
	}
	x := f.FindingOf(k, at, because(k, "bytes", n, "seconds", seconds(at.Sub(p.bytes.began)), "sources", p.bytes.count()))
	if k == abri.Amplification {
		x.Port, x.Service = client, abri.ServiceOfPort(client)
	}
	emit(x)
}

package detect

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of scan, in doors: pairs of address and port that were knocked at and did not answer. The reasons are in
// docs/detection.md.
const (
	scanSources = 32_768

	scanInDoors  = 8              // from one outside source,
	scanInTime   = 24 * time.Hour // however slowly
	scanLANDoors = 10             // from a machine of the site,
	scanLANTime  = 10 * time.Second
	scanOutDoors = 20 // ports of one outside machine, or
	scanOutHosts = 30 // outside machines on one port,
	scanOutTime  = time.Minute
	scanUDPDoors = 20 // between two high ports of UDP, where telephony and video try many ways
	scanACKDoors = 20 // by bare ACKs, which a restart of the box makes of what is under way
	scanNetDoors = 16 // from one /24 or /64 together,
	scanNetFrom  = 4  // by so many sources
)

// scan tells of those who look for open doors: ports of one machine, machines, or both; fast, slow, from one source
// or spread over a network; by SYN, FIN, nothing, Xmas, ACK, UDP or echo requests. A door that answers is no proof of
// anything and is taken out again, but for echo requests.
type scan struct {
	sources *memory[searcher, search]
}

// searcher is what doors are counted of. An outside source is one, whatever it tries; of a device that calls outward
// each target and each port is one, since calling many machines on many ports is what peer-to-peer programs do.
type searcher struct {
	from   netip.Addr
	bits   uint8 // of from, when it is a network
	way    way
	target netip.Addr
	port   uint16
}

// way is how a door is knocked at, as far as the bars differ.
type way uint8

const (
	wayTCP way = iota
	wayACK
	wayUDP
	wayHighUDP
	wayEcho
)

var wayNames = [...]string{"tcp", "ack", "udp", "udp", "icmp"}

// search is what one searcher did.
type search struct {
	first               time.Time
	doors, hosts, ports distinct
	sources             distinct
	told                time.Time
	as                  abri.Finding // told first, and again as the same attack
}

func newScan() *scan {
	return &scan{sources: newMemory[searcher, search](scanSources, scanInTime)}
}

func (s *scan) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if settled(f) || group(f.Server.Addr()) {
		return
	}
	if !fromClient(f, h) {
		if opens(f, h) {
			s.open(f, h)
		}
		return
	}
	w, ok := knocked(f, h)
	if !ok {
		return
	}
	for _, who := range searchers(f, w) {
		if who.from.IsValid() {
			s.knock(at, who, f, emit)
		}
	}
}

func (*scan) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// knock counts a door.
func (s *scan) knock(at time.Time, who searcher, f *flow.Flow, emit func(abri.Finding)) {
	k := s.sources.touch(at, who)
	if k.first.IsZero() || at.Sub(k.first) > patience(who, f.Direction) && k.told.IsZero() {
		*k = search{first: at}
	}
	d := door(f.Server.Addr(), f.Port)
	if !k.doors.add(d) {
		return
	}
	k.hosts.add(number(f.Server.Addr()))
	k.ports.add(uint32(f.Port))
	k.sources.add(number(f.Client.Addr()))
	if k.doors.count() < bar(who, f.Direction) || who.bits > 0 && k.sources.count() < scanNetFrom || !due(at, &k.told) {
		return
	}
	if k.as.Kind == "" {
		if _, known := ResearchScanner(f.Outside); known && f.Direction == abri.In {
			return
		}
		k.as = k.finding(at, who, f)
	}
	k.as.At = at
	emit(k.as)
}

// finding names the attack by where the bar was met.
func (k *search) finding(at time.Time, who searcher, f *flow.Flow) abri.Finding {
	kind := abri.Scan
	switch {
	case f.Service == abri.TelephoneSvc && k.ports.count() <= 2:
		kind = abri.SIPScan
	case f.Direction == abri.Out && who.port != 0 && spreads(who.port):
		kind = abri.Worm
	}
	x := finding(at, f, kind, because(kind, "machines", k.hosts.count(), "ports", k.ports.count(),
		"seconds", seconds(at.Sub(k.first)), "by", wayNames[who.way]))
	if who.bits > 0 {
		p, _ := who.from.Prefix(int(who.bits))
		x.Why = because(kind, "machines", k.hosts.count(), "ports", k.ports.count(), "sources", k.sources.count(), "network", p)
	}
	return x
}

// open takes a door that answered out of what was tried.
func (s *scan) open(f *flow.Flow, h *packet.Headers) {
	w := wayTCP
	if h.Proto == packet.UDP {
		w = udpWay(f)
	}
	for _, who := range searchers(f, w) {
		if k := s.sources.find(who); k != nil {
			k.doors.remove(door(f.Server.Addr(), f.Port))
		}
	}
}

// opens reports whether the server's packet may be its first answer.
func opens(f *flow.Flow, h *packet.Headers) bool {
	return h.Proto == packet.TCP && h.Flags.Has(packet.SYN|packet.ACK) || h.Proto == packet.UDP && f.Down.Packets <= 2
}

// searchers are those that a knock is counted of.
func searchers(f *flow.Flow, w way) [2]searcher {
	from := f.Client.Addr()
	switch {
	case f.Direction == abri.Out:
		return [2]searcher{{from: from, way: w, target: f.Server.Addr()}, {from: from, way: w, port: outPort(f, w)}}
	case f.Direction == abri.In:
		bits := 24
		if from.Is6() {
			bits = 64
		}
		p, _ := from.Prefix(bits)
		return [2]searcher{{from: from, way: w}, {from: p.Addr(), bits: uint8(bits), way: w}}
	}
	return [2]searcher{{from: from, way: w}}
}

// outPort is the port that a sweep outward is counted by. Pages and mail are read from many machines, and calls between
// high ports are peer-to-peer: those are put together with the ports that nothing sweeps for.
func outPort(f *flow.Flow, w way) uint16 {
	if w == wayEcho || f.Port < 1024 || f.Service != abri.Other {
		return f.Port
	}
	return 0
}

func patience(who searcher, d abri.Direction) time.Duration {
	switch {
	case d == abri.In:
		return scanInTime
	case d == abri.Out:
		return scanOutTime
	}
	return scanLANTime
}

func bar(who searcher, d abri.Direction) int {
	n := scanLANDoors
	switch {
	case who.bits > 0:
		n = scanNetDoors
	case d == abri.In:
		n = scanInDoors
	case d == abri.Out && who.target.IsValid():
		n = scanOutDoors
	case d == abri.Out && who.port == 0 && who.way != wayEcho:
		return 1 << 30
	case d == abri.Out:
		n = scanOutHosts
	}
	switch who.way {
	case wayHighUDP:
		return max(n, scanUDPDoors)
	case wayACK:
		return max(n, scanACKDoors)
	}
	return n
}

package detect

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of scan, in doors: pairs of address and port that were knocked at and did not answer. The reasons are in
// docs/detection.md.
const (
	scanSources = 131_072
	scanNets    = 16_384

	scanInDoors  = 8              // from one outside source,
	scanInTime   = 24 * time.Hour // however slowly
	scanWebDoors = 20             // of pages at public addresses: half a capture of a reader, which does not say who is at home
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
	nets    *memory[searcher, search]
}

// search is what one searcher did. Of most there is one door and no more, and it should be small: there may be a great
// many.
type search struct {
	first int64  // nanoseconds since 1970: a time takes three times the room
	door  uint32 // the first,
	host  uint32 // its address
	port  uint16 // and its port
	more  *found // from the second door on
}

// found is what is known of a searcher from its second door on.
type found struct {
	doors, hosts, ports, sources distinct
	told                         time.Time
	as                           abri.Finding // told first, and again as the same attack
}

func newScan() *scan {
	return &scan{newMemory[searcher, search](scanSources, scanInTime), newMemory[searcher, search](scanNets, scanInTime)}
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
	one, other := searchers(f, w, plain(h))
	s.knock(at, one, f, emit)
	if other.bits > 0 || other.port > 0 {
		s.knock(at, other, f, emit)
	}
}

func (*scan) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// knock counts a door.
func (s *scan) knock(at time.Time, who searcher, f *flow.Flow, emit func(abri.Finding)) {
	k := s.memory(who).touch(at, who)
	host, port := number(f.Server.Addr()), f.Port
	if who.way == wayProtocol {
		port = uint16(f.Proto)
	}
	here := door(f.Server.Addr(), port)
	if k.first == 0 || k.past(at) > patience(f.Direction) && (k.more == nil || k.more.told.IsZero()) {
		*k = search{first: at.UnixNano(), door: here, host: host, port: port}
		return
	}
	if k.more == nil && here == k.door {
		return
	}
	m := k.known()
	if !m.doors.add(here) {
		return
	}
	m.hosts.add(host)
	m.ports.add(uint32(port))
	m.sources.add(number(f.Client.Addr()))
	if m.doors.count() < bar(who, f) || who.bits > 0 && m.sources.count() < scanNetFrom || !due(at, &m.told) {
		return
	}
	if m.as.Kind == "" {
		if _, known := ResearchScanner(f.Outside); known && f.Direction == abri.In {
			return
		}
		m.as = k.finding(at, who, f)
	}
	if who.port != 0 && who.target != 0 && !s.first(at, who, m) {
		return
	}
	m.as.At = at
	emit(m.as)
}

// first has one network of all that a device looks through on one port stand for them, and reports whether it is to be told.
func (s *scan) first(at time.Time, who searcher, m *found) bool {
	who.target = 0
	all := s.memory(who).touch(at, who).known()
	if all.as.Kind == "" {
		all.as = m.as
	}
	m.as = all.as
	return due(at, &all.told)
}

// known is what is known of the searcher, which came to a second door.
func (k *search) known() *found {
	if k.more == nil {
		k.more = &found{}
		k.more.doors.add(k.door)
		k.more.hosts.add(k.host)
		k.more.ports.add(uint32(k.port))
	}
	return k.more
}

// past is how long the searcher has been at it.
func (k *search) past(at time.Time) time.Duration { return time.Duration(at.UnixNano() - k.first) }

// memory is where the searcher is remembered.
func (s *scan) memory(who searcher) *memory[searcher, search] {
	if who.bits > 0 {
		return s.nets
	}
	return s.sources
}

// finding names the attack by where the bar was met.
func (k *search) finding(at time.Time, who searcher, f *flow.Flow) abri.Finding {
	kind := abri.Scan
	m := k.more
	switch {
	case f.Service == abri.TelephoneSvc && m.ports.count() <= 2:
		kind = abri.SIPScan
	case f.Direction == abri.Out && who.port != 0 && spreads(who.port):
		kind = abri.Worm
	}
	x := f.FindingOf(kind, at, because(kind, "machines", m.hosts.count(), "ports", m.ports.count(),
		"seconds", seconds(k.past(at)), "by", wayNames[who.way]))
	if who.bits > 0 {
		p, _ := f.Outside.Prefix(int(who.bits))
		x.Why = because(kind, "machines", m.hosts.count(), "ports", m.ports.count(), "sources", m.sources.count(), "network", p)
	}
	return x
}

// open takes a door that answered out of what was tried.
func (s *scan) open(f *flow.Flow, h *packet.Headers) {
	w := wayTCP
	if h.Proto == packet.UDP {
		w = udpWay(f)
	}
	one, other := searchers(f, w, h.Proto == packet.TCP)
	here := door(f.Server.Addr(), f.Port)
	for _, who := range [...]searcher{one, other} { // the zero searcher is remembered nowhere
		switch k := s.memory(who).find(who); {
		case k == nil:
		case k.more != nil:
			k.more.doors.remove(here)
		case k.door == here:
			s.memory(who).drop(who)
		}
	}
}

// opens reports whether the server's packet may be its first answer.
func opens(f *flow.Flow, h *packet.Headers) bool {
	return h.Proto == packet.TCP && h.Flags.Has(packet.SYN|packet.ACK) || h.Proto == packet.UDP && f.Down.Packets <= 2
}

package policy

import (
	"net/netip"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// acquaintance is what the site knows of a far end, by its conversations.
type acquaintance struct {
	shook  time.Time // when it last proved that it has its address
	called time.Time // when a device of the site last called it and was answered
	peace  [2]visit  // where it last came in peace, at two services

	guarded time.Time // when a resolver last said that a guarded name stands there
	ours    time.Time // when a machine of the site last spoke from there
	holds   holding   // a depot, by its name
}

// visit is a long conversation at one service.
type visit struct {
	service abri.Service
	at      time.Time
}

// What makes an acquaintance, and how long it lasts. Who exchanged 16 KB at a service, with something each way, was let in
// there: a refusal is shorter, and so is a probe. An attacker who first reads a long page has his doors closed one by one.
const (
	knownFor   = 7 * 24 * time.Hour
	provenFor  = time.Hour
	peaceBytes = 16 << 10
	peaceEach  = 512
)

// proves reports whether a conversation proves that the client has its address: the server opened, and then said
// something (PSH) or took leave (FIN). It does so to nobody who did not send back its sequence number (RFC 9293, §3.5); a
// blind guess gets a reset.
func proves(f *flow.Flow) bool {
	said := f.Down.Flags
	return f.Proto == packet.TCP && said.Has(packet.SYN|packet.ACK) && said&(packet.PSH|packet.FIN) != 0
}

// know notes a conversation. It reports whether anything of it is worth noting.
func (a *acquaintance) know(f *flow.Flow) {
	switch {
	case f.Direction == abri.Out && f.Answered() && f.Asked():
		a.called = later(a.called, f.Last)
	case f.Direction == abri.In:
		if proves(f) {
			a.shook = later(a.shook, f.Last)
		}
		if peaceful(f) {
			a.visited(f.Service, f.Last)
		}
	}
}

// peaceful reports whether a conversation is one of somebody who was let in.
func peaceful(f *flow.Flow) bool {
	return min(f.Up.Bytes, f.Down.Bytes) >= peaceEach && f.Up.Bytes+f.Down.Bytes >= peaceBytes && (f.Proto == packet.UDP || proves(f))
}

func (a *acquaintance) visited(s abri.Service, at time.Time) {
	i := 0
	if a.peace[0].service != s && (a.peace[1].service == s || a.peace[1].at.Before(a.peace[0].at)) {
		i = 1
	}
	if a.peace[i].service != s {
		a.peace[i] = visit{s, at}
	}
	a.peace[i].at = later(a.peace[i].at, at)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// proven reports whether the far end has its address, and no other in its name.
func (a *acquaintance) proven(at time.Time) bool {
	return a != nil && at.Sub(a.shook) <= provenFor
}

// shared reports whether others than the attacker stand behind the address: a device here calls it, or it comes in peace
// at another service than the one that it attacks.
func (a *acquaintance) shared(at time.Time, aimed abri.Service) bool {
	if a == nil {
		return false
	}
	for _, v := range a.peace {
		if v.service != "" && v.service != aimed && at.Sub(v.at) <= knownFor {
			return true
		}
	}
	return at.Sub(a.called) <= knownFor
}

// remembered bounds the acquaintances.
const remembered = 65_536

// Met notes a conversation that passes. It is called whenever more is known of one; what proves nothing costs little.
func (m *Measures) Met(f *flow.Flow) {
	m.lives(f)
	worth := f.Direction == abri.In && (proves(f) || peaceful(f)) || f.Direction == abri.Out && f.Answered() && f.Asked()
	if worth && (!private(f.Outside) || shared.Contains(f.Outside)) {
		m.met.touch(Neighbourhood(f.Outside)).know(f)
	}
}

// Known notes an address that devices of the site called at a time, as an earlier life remembers it.
func (m *Measures) Known(a netip.Addr, at time.Time) {
	if x := m.met.touch(Neighbourhood(a)); at.After(x.called) {
		x.called = at
	}
}

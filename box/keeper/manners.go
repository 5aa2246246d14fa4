package keeper

import (
	"time"

	abri "abri.example/abri"
	"abri.example/abri/gate"
)

// manners are how those behaved who were let in to a service just before too many came: a visitor says the next word as soon
// as the machine has answered, an address that is forged never does. They are looked at for as long as it is not told whether a
// flood has begun or a crowd comes.
type manners struct {
	now    int64
	fronts map[front]*newcomers
}

// newcomers are those of one service.
type newcomers struct {
	first          int64 // when something was first held back there
	silent, joined uint64
}

const (
	undecided  = 3 * time.Second // after the first was held back
	askedAbout = 3 * time.Second // before it
	speaks     = time.Second     // after so long also a client behind a satellite or a full line has spoken
	// A table of more conversations is not looked through: the visitors' own second tries must tell.
	mostLooked = 65_536
)

func newManners(now int64) *manners { return &manners{now: now, fronts: map[front]*newcomers{}} }

// ask asks about a service where openings are held back since a time, 0 for never.
func (m *manners) ask(at front, first int64) {
	if at.pressure == gate.Openings && at.target.IsValid() && first > 0 && m.now-first <= int64(undecided) {
		m.fronts[at] = &newcomers{first: first}
	}
}

// asked reports whether anything is asked.
func (m *manners) asked() bool { return len(m.fronts) > 0 }

// meet takes a conversation: when a machine of the site answered it, and by what its client did then.
func (m *manners) meet(r *gate.FlowRecord) {
	const tcp, syn, ack = 6, 2, 16
	if r.Proto != tcp || r.Side != abri.Outside || r.Down.Flags&(syn|ack) != syn|ack {
		return
	}
	n := m.fronts[front{r.Server.Addr(), gate.Openings, doorOf(r.Server.Port())}]
	if n == nil || r.First > n.first || n.first-r.First > int64(askedAbout) {
		return
	}
	if r.Up.Flags&ack != 0 {
		n.joined++
	} else if m.now-r.Down.First >= int64(speaks) {
		n.silent++
	}
}

// of gives what was learnt of a service.
func (m *manners) of(at front) (silent, joined uint64) {
	if n := m.fronts[at]; n != nil {
		return n.silent, n.joined
	}
	return 0, 0
}

// doorOf is the service of a port, by the names that the gate has: door_at of gate/kernel/pressure.h. It knows some ports more,
// of which then nothing is known.
func doorOf(port uint16) abri.Service {
	switch s := abri.ServiceOfPort(port); s {
	case abri.Web, abri.Mail, abri.TelephoneSvc, abri.RemoteAccess, abri.DNS:
		return s
	}
	return abri.Other
}

package telephone

import (
	"net/netip"
	"time"

	"abri.example/abri/flow"
)

// Where SIP is spoken mostly, and where over TLS (RFC 3261, 19.1.2 and 26.2.1).
const (
	Port       = 5060
	SecurePort = 5061
)

// Peer is somebody outside with whom SIP is spoken over TLS, and how much: no more can be known of it.
type Peer struct {
	Address     netip.Addr
	Outward     bool // a device inside called it
	Bytes       uint64
	First, Last time.Time
}

// Secure are the peers of SIP over TLS since the program began.
type Secure struct {
	peers map[netip.Addr]*Peer
	seen  map[*flow.Flow]uint64 // bytes of a conversation that are counted
}

const mostPeers = 256

// Peers gives them, in no order.
func (s *Secure) Peers() []Peer {
	var all []Peer
	for _, p := range s.peers {
		all = append(all, *p)
	}
	return all
}

// see takes what a conversation's counters say by now.
func (s *Secure) see(at time.Time, f *flow.Flow) {
	if f.Server.Port() != SecurePort || !f.Answered() {
		return
	}
	s.count(at, f)
}

// end takes the last word of a conversation.
func (s *Secure) end(f *flow.Flow) {
	if _, ok := s.seen[f]; ok {
		s.count(f.Last, f)
		delete(s.seen, f)
	}
}

func (s *Secure) count(at time.Time, f *flow.Flow) {
	p := s.peers[f.Outside]
	if p == nil {
		if len(s.peers) >= mostPeers {
			return
		}
		if s.peers == nil {
			s.peers, s.seen = map[netip.Addr]*Peer{}, map[*flow.Flow]uint64{}
		}
		p = &Peer{Address: f.Outside, Outward: f.Client.Addr() == f.Inside, First: at}
		s.peers[f.Outside] = p
	}
	total := f.Up.Bytes + f.Down.Bytes
	if before := s.seen[f]; total > before {
		p.Bytes += total - before
	}
	s.seen[f] = total
	p.Last = at
}

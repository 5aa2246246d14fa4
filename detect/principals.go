package detect

import (
	"bytes"
	"time"

	"abri.example/abri"
	"abri.example/abri/der"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

// The bars of principals. The reasons are in docs/detection.md.
const (
	principalNames = 6 // names refused to one client within
	principalTime  = time.Minute
	principalPairs = 4096
)

// principals tells of who tries names, or one password of many people, at Kerberos: many names in a row are refused to one
// machine. Tries of one name are guess's.
type principals struct {
	asked   *memory[ends, uint32] // the name that was asked for last
	clients *memory[pair, refusedNames]
}

// refusedNames are those of one client at one server.
type refusedNames struct {
	names variety
	told  time.Time
}

func newPrincipals() *principals {
	return &principals{newMemory[ends, uint32](principalPairs, principalTime), newMemory[pair, refusedNames](principalPairs, principalTime)}
}

func (p *principals) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Port != kerberos || settled(f) {
		return
	}
	data, key := reading(f, h), endsOf(f)
	switch {
	case data == nil:
	case fromClient(f, h):
		if name := principal(data); name != nil {
			*p.asked.touch(at, key) = text(name)
		}
	case refuses(kerberos, data):
		if name := p.asked.find(key); name != nil {
			p.refused(at, f, *name, emit)
		}
	}
}

func (*principals) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// refused counts a name that the server did not take.
func (p *principals) refused(at time.Time, f *flow.Flow, name uint32, emit func(abri.Finding)) {
	r := p.clients.touch(at, pairOf(f))
	r.names.add(at, principalTime, name)
	if n := r.names.count(); n >= principalNames && due(at, &r.told) {
		emit(f.FindingOf(abri.Bruteforce, at, because(abri.Bruteforce, "tries", r.names.n, "users", n, "seconds", seconds(at.Sub(r.names.began)), "by", "refused")))
	}
}

// personalName begins the name of a person (RFC 4120, 5.2.2 and 6.2): its type, NT-PRINCIPAL, and the tag of its parts.
var personalName = []byte{der.Context(0), 3, der.Integer, 1, 1, der.Context(1)}

// principal is the first part of the name for which a ticket is asked, as far as it is there; nil where there is none.
func principal(request []byte) []byte {
	i := bytes.Index(request, personalName)
	if i < 0 {
		return nil
	}
	parts := der.Body(request[i+len(personalName)-1:], der.Context(1))
	return der.Body(der.Body(parts, der.Sequence), der.GeneralString)
}

package detect

import (
	"bytes"
	"encoding/binary"

	"abri.example/abri"
)

// Parts of a message of DCE/RPC, connection oriented (C706, 12.6): version 5.0 or 5.1, little-endian.
const (
	rpcHead    = 24 // bytes of a request before what it carries, and of a bind before its contexts
	rpcRequest = 0
	rpcBind    = 11
	rpcAlter   = 14
	rpcFlags   = 0x97 // first and last part, signed headers, many at once, with an object (C706, 12.6.3.1; MS-RPCE 2.2.2.3)

	rpcContexts = 32 // interfaces of one conversation that are remembered
)

// calls reads the remote calls in data. A bind may be cut into many small writes, and then the name of its interface has
// no header before it: so the name that stands outside of a call last is taken for what no bind spoke of. A call to the
// mapper of ports has names within.
func (r *remote) calls(s *session, data []byte, tell func(abri.Kind, string)) {
	called := false
	for rest := data; ; rest = rest[1:] {
		i := bytes.IndexByte(rest, 5)
		if i < 0 || len(rest)-i < rpcHead {
			break
		}
		rest = rest[i:]
		if rest[1] > 1 || rest[3]&^rpcFlags != 0 || rest[4] != 0x10 || rest[5]|rest[6]|rest[7] != 0 {
			continue
		}
		switch rest[2] {
		case rpcBind:
			s.contexts = nil
			r.bind(s, rest)
		case rpcAlter:
			r.bind(s, rest)
		case rpcRequest:
			called = true
			r.called(s, rest, tell)
		}
	}
	if !called {
		r.callees.find(data, func(n, _ int) { s.callee = calleeIDs[n].name })
	}
}

// bind takes the contexts of a bind or of one that is altered (C706, 12.6.4.3): each a number by which calls name their
// interface, the interface, and how it may be written. A conversation of Windows has many.
func (r *remote) bind(s *session, m []byte) {
	s.callee = ""
	if len(m) <= rpcHead {
		return
	}
	left := int(m[rpcHead])
	for m = m[rpcHead+4 : min(len(m), max(rpcHead+4, int(binary.LittleEndian.Uint16(m[8:]))))]; left > 0 && len(m) >= 24; left-- {
		name := ""
		r.callees.find(m[4:20], func(n, _ int) { name = calleeIDs[n].name })
		if s.contexts == nil {
			s.contexts = make(map[uint16]string)
		}
		if id := binary.LittleEndian.Uint16(m); len(s.contexts) < rpcContexts {
			s.contexts[id] = name
		}
		m = m[min(len(m), 24+20*int(m[2])):]
	}
}

// called reads the header of one call.
func (r *remote) called(s *session, m []byte, tell func(abri.Kind, string)) {
	number := binary.LittleEndian.Uint16(m[22:])
	callee, bound := s.contexts[binary.LittleEndian.Uint16(m[20:])]
	if !bound {
		callee = s.callee
	}
	if c, ok := calls[call{callee, number}]; ok {
		tell(c.kind, c.sign)
	}
	r.special(s, call{callee, number}, m[:min(len(m), max(rpcHead, int(binary.LittleEndian.Uint16(m[8:]))))], tell)
}

// special looks at calls that are honest by themselves, and not with what they carry.
func (r *remote) special(s *session, c call, m []byte, tell func(abri.Kind, string)) {
	switch c {
	case call{"netlogon", 4}: // NetrServerReqChallenge with a challenge of zeros, CVE-2020-1472; or sealed, one after the other
		if s.challenges++; s.challenges == remoteChallenges {
			tell(abri.Exploit, "zerologon")
		}
		if len(m) > 40 && bytes.HasSuffix(m, make([]byte, 8)) {
			if s.zeros++; s.zeros == 1 {
				tell(abri.Exploit, "zerologon")
			}
		}
	case call{"srvsvc", 31}, call{"srvsvc", 32}: // NetprPathCanonicalize, NetprPathCompare
		if bytes.Contains(m, []byte("\\\x00.\x00.\x00\\\x00.\x00.\x00\\\x00")) {
			tell(abri.Exploit, "ms08-067")
		}
	case call{"activator", 3}, call{"activator", 4}: // RemoteGetClassObject, RemoteCreateInstance (MS-DCOM 3.1.2.5.2.3)
		r.objects.find(m[rpcHead:], func(int, int) { tell(abri.LateralMovement, "dcom-object") })
	}
}

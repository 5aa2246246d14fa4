package detect

import (
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

const (
	remoteFlows = 4096
	remoteParts = 10 // later parts of one transaction, which honest clients don't cut their calls into

	remoteChallenges = 20 // of a machine that signs in: one is enough, and who guesses at a key of zeros needs 256
)

// remote tells of those who make another machine run something, or break into it, by Windows' file sharing and its
// remote calls (SMB, DCE/RPC): services made, tasks planned, programs put into the folder of the administrators, and
// holes that the forms of the messages give away. It reads headers only, so it sees through encrypted calls, but not
// through encrypted SMB.
type remote struct {
	flows   *memory[ends, session]
	callees *lookup // interfaces
	objects *lookup // classes
}

// session is what is known of one conversation.
type session struct {
	contexts   map[uint16]string // interfaces by the number that calls give them
	callee     string            // the interface that was named last, where no number is known
	admin      bool              // the administrators' share is open
	drive      bool              // the share of a whole drive is open, which administrators have,
	system     bool              // and a place in it where programs of the system stand
	parts      int               // later parts of transactions
	zeros      int               // challenges of zeros
	challenges int               // of all sorts
	told       map[string]time.Time
}

func newRemote() *remote {
	names := make([]string, len(calleeIDs))
	for i, c := range calleeIDs {
		names[i] = c.id
	}
	return &remote{flows: newMemory[ends, session](remoteFlows, time.Hour), callees: newLookup(names), objects: newLookup(objectIDs)}
}

func (r *remote) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || len(h.Payload) < 16 || settled(f) || !fromClient(f, h) || !speaksWindows(f.Port) {
		return
	}
	data := reading(f, h)
	if data == nil || !carriesCalls(f.Port, data) {
		return
	}
	s := r.flows.touch(at, endsOf(f))
	tell := func(kind abri.Kind, sign string) {
		if s.told == nil {
			s.told = make(map[string]time.Time)
		}
		told := s.told[sign]
		if due(at, &told) {
			s.told[sign] = told
			emit(f.FindingOf(kind, at, because(kind, "sign", sign)))
		}
	}
	if f.Port == 445 || f.Port == 139 {
		s.share(data, tell)
	}
	r.calls(s, data, tell)
}

func (*remote) End(time.Time, *flow.Flow, func(abri.Finding)) {}

// speaksWindows reports whether remote calls of Windows go to the port: SMB, the mapper of ports, and what it gives.
func speaksWindows(port uint16) bool {
	return port == 135 || port == 139 || port == 445 || port == 593 || port >= 1024
}

// carriesCalls reports whether remote calls may stand in data: anywhere in what SMB and the mapper carry, and on other
// ports where a message of DCE/RPC begins (C706, 12.6.3: version 5, minor 0 or 1), since those carry nothing else.
func carriesCalls(port uint16, data []byte) bool {
	return port < 1024 || data[0] == 5 && data[1] <= 1
}

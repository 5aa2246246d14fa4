package detect

import (
	"bytes"
	"encoding/binary"
	"time"

	"abri.example/abri"
	"abri.example/abri/flow"
	"abri.example/abri/packet"
)

const (
	remoteFlows = 4096
	remoteParts = 10 // later parts of one transaction, which honest clients don't cut their calls into
)

// remote tells of those who make another machine run something, or break into it, by Windows' file sharing and its
// remote calls (SMB, DCE/RPC): services made, tasks planned, programs put into the folder of the administrators, and
// holes that the forms of the messages give away. It reads headers only, so it sees through encrypted calls, but not
// through encrypted SMB.
type remote struct {
	flows   *memory[conversation, session]
	callees *lookup
}

// conversation names a flow for what a detector remembers of it.
type conversation struct {
	pair pair
	port uint16 // of the client
}

// session is what is known of one conversation.
type session struct {
	callee string // the interface bound last
	admin  bool   // the administrators' share is open
	parts  int    // later parts of transactions
	zeros  int    // challenges of zeros
	told   map[string]time.Time
}

func newRemote() *remote {
	names := make([]string, len(calleeIDs))
	for i, c := range calleeIDs {
		names[i] = c.id
	}
	return &remote{flows: newMemory[conversation, session](remoteFlows, time.Hour), callees: newLookup(names)}
}

func (r *remote) Observe(at time.Time, f *flow.Flow, h *packet.Headers, emit func(abri.Finding)) {
	if f.Proto != packet.TCP || len(h.Payload) < 16 || settled(f) || !fromClient(f, h) || !speaksWindows(f.Port) {
		return
	}
	data := reading(f, h)
	if data == nil || !carriesCalls(f.Port, data) {
		return
	}
	s := r.flows.touch(at, conversation{pairOf(f), f.Client.Port()})
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

var (
	smb1     = []byte("\xffSMB")
	squeezed = []byte("\xfcSMB")
	adminDir = []byte("A\x00D\x00M\x00I\x00N\x00$\x00")
	adminOld = []byte("ADMIN$")
	program  = []byte("This program ")
)

// share reads messages of SMB.
func (s *session) share(data []byte, tell func(abri.Kind, string)) {
	if i := bytes.Index(data, smb1); i >= 0 {
		s.transaction(data[i:], tell)
	}
	if bytes.Contains(data, adminDir) || bytes.Contains(data, adminOld) {
		s.admin = true
	}
	if s.admin && bytes.Contains(data, program) && bytes.Contains(data, []byte("MZ")) {
		tell(abri.LateralMovement, "program-to-admin-share")
	}
	// MS-SMB2 2.2.42: a message that unfolds to 4 GB, or whose offset lies beyond it (CVE-2020-0796).
	if i := bytes.Index(data, squeezed); i >= 0 && len(data) >= i+16 {
		m := data[i:]
		if binary.LittleEndian.Uint32(m[4:]) >= 0xffff0000 || binary.LittleEndian.Uint32(m[12:]) >= 0x01000000 {
			tell(abri.Exploit, "smbghost")
		}
	}
}

// transaction reads the old SMB's transactions (MS-CIFS 2.2.4.33, 2.2.4.46, 2.2.4.62), by which EternalBlue and its
// brothers come (MS17-010).
func (s *session) transaction(m []byte, tell func(abri.Kind, string)) {
	if len(m) < 33 || m[9]&0x80 != 0 { // an answer
		return
	}
	switch command, words := m[4], int(m[32]); command {
	case 0x26, 0x33, 0xa1:
		if s.parts++; s.parts == remoteParts {
			tell(abri.Exploit, "eternal-transaction")
		}
	case 0x32:
		if words == 15 && len(m) >= 33+30 && binary.LittleEndian.Uint16(m[33+28:]) == 0x000e { // TRANS2_SESSION_SETUP, never in use
			tell(abri.Exploit, "doublepulsar")
		}
	case 0x25:
		if words == 16 && len(m) >= 33+32 && binary.LittleEndian.Uint16(m[33+28:]) == 0x0023 && binary.LittleEndian.Uint16(m[33+30:]) == 0 {
			tell(abri.Scan, "ms17-010-test") // PeekNamedPipe of no pipe
		}
	}
}

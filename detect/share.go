package detect

import (
	"bytes"
	"encoding/binary"
	"slices"

	"abri.example/abri"
)

var (
	smb1     = []byte("\xffSMB")
	squeezed = []byte("\xfcSMB")
	adminDir = []byte("A\x00D\x00M\x00I\x00N\x00$\x00")
	adminOld = []byte("ADMIN$")
	stub     = []byte("This program ")
)

// systemDirs are the places of a drive that hold programs of the system, and those where tools leave theirs.
var systemDirs = []string{"w\x00i\x00n\x00d\x00o\x00w\x00s\x00\\\x00", "p\x00r\x00o\x00g\x00r\x00a\x00m\x00d\x00a\x00t\x00a\x00\\\x00", "u\x00s\x00e\x00r\x00s\x00\\\x00p\x00u\x00b\x00l\x00i\x00c\x00\\\x00"}

// share reads messages of SMB.
func (s *session) share(data []byte, tell func(abri.Kind, string)) {
	for rest := data; ; rest = rest[len(smb1):] { // a packet that a card joined holds several
		i := bytes.Index(rest, smb1)
		if i < 0 {
			break
		}
		rest = rest[i:]
		s.transaction(rest, tell)
	}
	if bytes.Contains(data, adminDir) || bytes.Contains(data, adminOld) {
		s.admin = true
	}
	if s.drive = s.drive || opensDrive(data); s.drive && !s.system {
		s.system = slices.ContainsFunc(systemDirs, func(dir string) bool { return contains(data, dir) })
	}
	if (s.admin || s.system) && bytes.Contains(data, stub) && bytes.Contains(data, []byte("MZ")) {
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

// opensDrive reports whether the share of a whole drive is named, such as \\SERVER\C$: a letter between a backslash and a $.
func opensDrive(data []byte) bool {
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("$\x00"))
		if i < 0 {
			return false
		}
		if at += i; at >= 4 && data[at-4] == '\\' && data[at-3] == 0 && lower(data[at-2]) >= 'a' && lower(data[at-2]) <= 'z' && data[at-1] == 0 {
			return true
		}
		at++
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
	case 0xa0:
		if words >= 19 && len(m) >= 33+38 && binary.LittleEndian.Uint16(m[33+36:]) == 5 { // NT_TRANSACT_RENAME, which no server has (MS-CIFS 2.2.7.5)
			tell(abri.Exploit, "eternal-transaction")
		}
	case 0x25:
		if words == 16 && len(m) >= 33+32 && binary.LittleEndian.Uint16(m[33+28:]) == 0x0023 && binary.LittleEndian.Uint16(m[33+30:]) == 0 {
			tell(abri.Scan, "ms17-010-test") // PeekNamedPipe of no pipe
		}
	}
}

package decoy

import "encoding/binary"

// talkSMB agrees on SMB 2.0.2 (MS-SMB2, 2.2.4) and refuses every session that follows.
func talkSMB(v *visit) {
	for range 8 {
		asked := v.hear()
		if asked == nil {
			return
		}
		answer := answerSMB(asked)
		if answer == nil || !v.say(string(answer)) {
			return
		}
	}
}

const (
	smbHeader      = 64
	smbNegotiate   = 0
	smbResponse    = 1          // of the flags
	logonFailure   = 0xc000006d // STATUS_LOGON_FAILURE
	smbSigning     = 1          // enabled, not required
	smbDialect202  = 0x0202
	smbLargestRead = 64 << 10
)

// answerSMB answers one request: nil for what is none. One of the first version, with which Windows begins, is taken for
// the question which version to speak.
func answerSMB(asked []byte) []byte {
	if len(asked) < 4+32 || asked[0] != 0 {
		return nil
	}
	le := binary.LittleEndian
	head := make([]byte, smbHeader)
	copy(head, "\xfeSMB")
	le.PutUint16(head[4:], smbHeader)
	le.PutUint16(head[14:], 1) // credits
	le.PutUint32(head[16:], smbResponse)
	command := uint16(smbNegotiate)
	switch m := asked[4:]; string(m[:4]) {
	case "\xffSMB":
	case "\xfeSMB":
		if len(m) < smbHeader {
			return nil
		}
		command = le.Uint16(m[12:])
		copy(head[24:32], m[24:32]) // the message's number
	default:
		return nil
	}
	le.PutUint16(head[12:], command)
	if command != smbNegotiate {
		le.PutUint32(head[8:], logonFailure)
		return framedSMB(append(head, 9, 0, 0, 0, 0, 0, 0, 0, 0))
	}
	body := make([]byte, 64)
	le.PutUint16(body, 65)
	le.PutUint16(body[2:], smbSigning)
	le.PutUint16(body[4:], smbDialect202)
	copy(body[8:24], "decoydecoydecoy!") // the server's identity
	for _, at := range []int{28, 32, 36} {
		le.PutUint32(body[at:], smbLargestRead)
	}
	le.PutUint16(body[56:], smbHeader+64) // where the token would begin
	return framedSMB(append(head, append(body, 0)...))
}

// framedSMB puts the length of RFC 1002 before a message.
func framedSMB(m []byte) []byte {
	return append([]byte{0, byte(len(m) >> 16), byte(len(m) >> 8), byte(len(m))}, m...)
}

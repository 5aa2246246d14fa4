package detect

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// logonFailures are what a server says to a name or password that it does not take (MS-ERREF, section 2.3): no such user, wrong
// password, logon failure, account disabled, account locked.
var logonFailures = [...]uint32{0xC0000064, 0xC000006A, 0xC000006D, 0xC0000072, 0xC0000234}

// refuses reports whether the data of a server on the port says that a name or password was wrong. Only what a server
// says in clear is known; HTTP is not here, since there a 401 is also how a login begins; mail neither, which mailbox reads.
func refuses(port uint16, data []byte) bool {
	switch port {
	case 21: // RFC 959; "530 Please login" is said to who has not tried yet
		return bytes.HasPrefix(data, []byte("530 ")) && !bytes.HasPrefix(data, []byte("530 Please"))
	case 23, 2323:
		return contains(data, "login incorrect") || contains(data, "login failed") || contains(data, "authentication failed")
	case 88: // RFC 4120, 7.5.9: no such name, or a wrong password
		return bytes.Contains(data, []byte{0xa6, 3, 2, 1, 6}) || bytes.Contains(data, []byte{0xa6, 3, 2, 1, 24})
	case 389: // RFC 4511, 4.2.2: invalidCredentials in the answer to a bind
		return bytes.IndexByte(data, 0x61) >= 0 && bytes.Contains(data, []byte{0x0a, 1, 49})
	case 139, 445:
		return refusesSMB(data)
	case 1433: // MS-TDS: token ERROR with number 18456
		return bytes.Contains(data, []byte{0x18, 0x48, 0, 0}) && bytes.IndexByte(data, 0xaa) >= 0
	case 3306: // error packet 1045, ER_ACCESS_DENIED_ERROR
		return len(data) > 7 && data[4] == 0xff && binary.LittleEndian.Uint16(data[5:]) == 1045
	case 5432: // ErrorResponse with SQLSTATE invalid_password
		return len(data) > 5 && data[0] == 'E' && bytes.Contains(data, []byte("C28P01\x00"))
	case 5900, 5901: // RFC 6143, 7.1.3: the result alone, or with its reason
		return bytes.Equal(data, []byte{0, 0, 0, 1}) || contains(data, "authentication fail") || contains(data, "password check failed")
	case 27017: // AuthenticationFailed of MongoDB, as a value of BSON
		return bytes.Contains(data, []byte("\x10code\x00\x12\x00\x00\x00"))
	case 6379:
		return bytes.HasPrefix(data, []byte("-WRONGPASS")) || bytes.HasPrefix(data, []byte("-ERR invalid password"))
	}
	return false
}

// shows reports whether the data of a client on the port shows a name or a password as it stands.
func shows(port uint16, data []byte) bool {
	switch port {
	case 21:
		return foldedPrefix(data, "user ") || foldedPrefix(data, "pass ")
	case 389: // RFC 4511, 4.2: a bind
		return len(data) > 7 && data[0] == 0x30 && bytes.IndexByte(data[:min(len(data), 12)], 0x60) >= 0
	case 6379:
		return contains(data[:min(len(data), 32)], "auth")
	}
	return false
}

// refusesSMB reads the answer to a session set-up (MS-CIFS 2.2.4.53, MS-SMB2 2.2.6).
func refusesSMB(data []byte) bool {
	if len(data) < 36 {
		return false
	}
	switch m := data[4:]; {
	case bytes.HasPrefix(m, []byte("\xfeSMB")):
		return binary.LittleEndian.Uint16(m[12:]) == 1 && failsLogon(m[8:])
	case bytes.HasPrefix(m, []byte("\xffSMB")):
		return m[4] == 0x73 && failsLogon(m[5:])
	}
	return false
}

func failsLogon(status []byte) bool {
	return slices.Contains(logonFailures[:], binary.LittleEndian.Uint32(status))
}

// contains looks for a word, given in lower case, without regard to case.
func contains(data []byte, word string) bool { return indexFold(data, word) >= 0 }

// indexFold is where a word, given in lower case, stands first; -1 when nowhere. It goes from one place where the first
// letter stands, small or large, to the next: the processor looks for one byte in many at once.
func indexFold(data []byte, word string) int {
	last := len(data) - len(word)
	if last < 0 {
		return -1
	}
	small, large := nextByte(data, 0, last, word[0]), nowhere
	if c := upper(word[0]); c != word[0] {
		large = nextByte(data, 0, last, c)
	}
	for small != nowhere || large != nowhere {
		i := small
		if small == nowhere || large != nowhere && large < small {
			i = large
			large = nextByte(data, i+1, last, data[i])
		} else {
			small = nextByte(data, i+1, last, data[i])
		}
		if foldedPrefix(data[i:], word) {
			return i
		}
	}
	return -1
}

// nextByte is where c stands first from a place on up to the last one, else nowhere.
func nextByte(data []byte, from, last int, c byte) int {
	if from > last {
		return nowhere
	}
	if i := bytes.IndexByte(data[from:last+1], c); i >= 0 {
		return from + i
	}
	return nowhere
}

func foldedPrefix(data []byte, word string) bool {
	if len(data) < len(word) {
		return false
	}
	for i := range len(word) {
		if lower(data[i]) != word[i] {
			return false
		}
	}
	return true
}

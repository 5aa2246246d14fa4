package detect

import "bytes"

// answers are those of a server of SSH within one session: what it says to a wrong password is enciphered, but has one
// length each time (RFC 4252, 5.1), and follows one packet of the client each time (RFC 4253, 6).
type answers struct {
	asked bool // the client spoke last
	size  int  // of the last answer
	run   int  // of answers of one size, one after the other
	most  int
}

// The sizes of a refusal with its padding and its sum, and how many passwords a server takes in one session (OpenSSH:
// MaxAuthTries 6).
const (
	leastRefusal = 28
	mostRefusal  = 120
	mostRefusals = 6
)

// hear takes the data of one packet, of so many bytes.
func (a *answers) hear(up bool, n int) {
	switch {
	case up:
		a.asked = true
	case !a.asked || n < leastRefusal || n > mostRefusal:
		a.run, a.size = 0, 0
	case n == a.size:
		a.run++
	default:
		a.run, a.size = 1, n
	}
	if !up {
		a.asked = false
		a.most = max(a.most, a.run)
	}
}

// refusals are how many tries a session that failed held, at least 1.
func (a *answers) refusals() int { return max(1, min(a.most, mostRefusals)) }

// refused reports whether a session ended with a no: the last two answers have one length, that to a client who asks what it may
// do and that to its password, and nothing follows. Who is let in is answered by another length. A client of newer keys
// (sntrup761, ML-KEM) says more than a login that failed did once, so the size of the whole does not tell.
func (a *answers) refused(up, down uint64) bool {
	return a.run >= 2 && up >= 1000 && up <= 5000 && down >= 1000 && down <= 7000
}

// greetsSSH reports whether either end begins with the version of SSH (RFC 4253, 4.2), on whatever port.
func greetsSSH(data []byte) bool { return bytes.HasPrefix(data, []byte("SSH-")) }

func isSSH(port uint16) bool { return port == 22 || port == 2222 }

// failedShell reports whether a whole session of SSH has the size of a login that failed: versions, keys and some passwords,
// but no key shown and no channel opened.
func failedShell(up, down uint64) bool {
	return up >= 1000 && up <= 3600 && down >= 1000 && down <= 5500
}

package decoy

import (
	"bytes"
	"net"
	"strings"
	"time"
)

// answerSIP asks every caller for a password (RFC 3261, 21.4.2), one at a time and with a pause, so that nobody is drowned
// in its answers.
func answerSIP(c net.PacketConn) error {
	b := make([]byte, longestWord)
	for {
		n, from, err := c.ReadFrom(b)
		if err != nil {
			return err
		}
		if answer := unauthorized(b[:n]); answer != nil {
			if _, err := c.WriteTo(answer, from); err == nil {
				time.Sleep(sipPause)
			}
		}
	}
}

// unauthorized is the answer to a request: nil for what is none. It gives back the headers by which the caller knows his
// call, and is never longer than the question by more than its own few words.
func unauthorized(asked []byte) []byte {
	lines := strings.Split(string(asked), "\r\n")
	if !strings.HasSuffix(lines[0], " SIP/2.0") || strings.HasPrefix(lines[0], "ACK ") {
		return nil
	}
	var out bytes.Buffer
	out.WriteString("SIP/2.0 401 Unauthorized\r\n")
	for _, l := range lines[1:] {
		if l == "" {
			break
		}
		name, _, _ := strings.Cut(strings.ToLower(l), ":")
		switch strings.TrimSpace(name) {
		case "via", "v", "from", "f", "to", "t", "call-id", "i", "cseq":
			out.WriteString(l + "\r\n")
		}
	}
	out.WriteString("WWW-Authenticate: Digest realm=\"pbx\", nonce=\"0\"\r\nContent-Length: 0\r\n\r\n")
	return out.Bytes()
}

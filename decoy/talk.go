package decoy

// talkSSH shows the banner of Debian 12's server (RFC 4253, §4.2) and hears what the client offers; it agrees to nothing.
func talkSSH(v *visit) {
	if !v.say("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n") {
		return
	}
	for v.hear() != nil {
	}
}

// telnetOptions is how BusyBox's server begins: do echo, the window's size and flow control, will echo and suppress go-ahead
// (RFC 854, 857, 858, 1073, 1372). It goes on whatever is said to that.
const telnetOptions = "\xff\xfd\x01\xff\xfd\x1f\xff\xfd\x21\xff\xfb\x01\xff\xfb\x03"

// talkTelnet asks three times for a name and a password, and knows nobody.
func talkTelnet(v *visit) {
	options := telnetOptions
	for range 3 {
		if !v.say(options+"nas login: ") || !v.line() || !v.say("Password: ") || !v.line() || !v.say("\r\nLogin incorrect\r\n") {
			return
		}
		options = ""
	}
}

// talkHTTP asks for a password (RFC 7617), and takes none.
func talkHTTP(v *visit) {
	const body = "<html><head><title>401 Unauthorized</title></head><body><h1>401 Unauthorized</h1></body></html>"
	for range 20 {
		if !v.head() || !v.say("HTTP/1.1 401 Unauthorized\r\nServer: lighttpd/1.4.69\r\nWWW-Authenticate: Basic realm=\"NAS\"\r\n"+
			"Content-Type: text/html\r\nContent-Length: 95\r\n\r\n"+body) {
			return
		}
	}
}

// talkRDP confirms the connection, with TLS as the way to go on (MS-RDPBCGR, 2.2.1.2), and hears what follows.
func talkRDP(v *visit) {
	if len(v.hear()) == 0 {
		return
	}
	if !v.say("\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x1f\x08\x00\x01\x00\x00\x00") {
		return
	}
	for v.hear() != nil {
	}
}

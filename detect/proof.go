package detect

// proofs are the ways in which a request of HTTP or RTSP shows a password: as it stands (RFC 7617), by a digest (RFC 7616), or
// by the last of Windows' three messages, bare (MS-NTHT) or within SPNEGO (RFC 4559, RFC 4178), in base64. The first of
// those three holds none, and a 401 is how it is answered.
var proofs = [...]string{
	"\nauthorization: basic ",
	"\nauthorization: digest ",
	"\nauthorization: ntlm tlrmtvntuaad",
	"\nauthorization: negotiate tlrmtvntuaad",
	"\nauthorization: negotiate oy",
}

// provesPassword reports whether the head of a request shows a password.
func provesPassword(head []byte) bool {
	i := indexFold(head, "\nauthorization: ")
	if i < 0 {
		return false
	}
	for _, p := range proofs {
		if foldedPrefix(head[i:], p) {
			return true
		}
	}
	return false
}

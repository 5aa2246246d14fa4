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

// unauthorised reports whether an answer of HTTP or RTSP refuses a password: 401, but not for a digest of an old number, which
// a browser makes anew from the password that it has.
func unauthorised(answer []byte) bool {
	for _, version := range [...]string{"http/1.1 401", "http/1.0 401", "rtsp/1.0 401"} {
		if foldedPrefix(answer, version) {
			return !contains(answer, "stale=true") && !contains(answer, `stale="true"`)
		}
	}
	return false
}

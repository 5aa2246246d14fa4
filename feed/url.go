package feed

import "bytes"

// readURL reads a URL a line, with or without its scheme, and takes the host that it stands on, for itself alone. The
// box cannot see the page of an encrypted visit, so a URL list stops more than it names: see the catalogue for which of
// them only observe.
func readURL(text []byte, out []item) ([]item, reason) {
	if isComment(text) {
		return out, skipped
	}
	scheme, rest, has := bytes.Cut(text, []byte("://"))
	switch {
	case !has && !hasPage(text):
		return readPlain(text, out)
	case !has:
		rest = text
	case !webScheme(string(scheme)):
		return out, notURL
	}
	if end := bytes.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	if at := bytes.LastIndexByte(rest, '@'); at >= 0 {
		rest = rest[at+1:]
	}
	if len(rest) == 0 {
		return out, notURL
	}
	return withHost(rest, hostOnly, out)
}

// hasPage reports whether a text without a scheme goes on after its host, by more than the length of a prefix.
func hasPage(text []byte) bool {
	_, path, has := bytes.Cut(text, []byte("/"))
	_, isLength := decimal(path, 128)
	return has && !isLength
}

func webScheme(s string) bool {
	switch s {
	case "http", "https", "ftp", "ftps", "ws", "wss", "HTTP", "HTTPS":
		return true
	}
	return false
}

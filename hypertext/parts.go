package hypertext

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
)

// unfoldParts appends the parts of a form (RFC 7578) with their heads, those out of base64 and quoted-printable that say so.
// Which line parts them is seen by how it begins, so that one that was cut off is read too.
func unfoldParts(to, b []byte) []byte {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	boundary := bytes.TrimRight(line, "\r")
	if len(boundary) < 3 || boundary[0] != '-' || boundary[1] != '-' {
		return append(to, b...)
	}
	for part := range bytes.SplitSeq(b, boundary) {
		end := headEnd(part, 0)
		to = append(to, part[:end]...)
		to = append(unfoldPart(to, part[:end], part[end:]), '\n')
	}
	return to
}

func unfoldPart(to, head, body []byte) []byte {
	switch coding := Field(head, "content-transfer-encoding"); {
	case prefixed(coding, "base64"):
		return appendBase64(to, body)
	case prefixed(coding, "quoted-printable"):
		if text, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(body))); err == nil {
			return append(to, text...)
		}
	}
	return append(to, body...)
}

// appendBase64 appends what base64 holds, as far as it is sound.
func appendBase64(to, b []byte) []byte {
	from := bytes.TrimRight(bytes.TrimSpace(b), "=")
	text, _ := io.ReadAll(base64.NewDecoder(base64.RawStdEncoding, bytes.NewReader(from)))
	return append(to, text...)
}

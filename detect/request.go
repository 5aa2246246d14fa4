package detect

import "bytes"

// lineOf is the first line.
func lineOf(data []byte) []byte {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return data[:i]
	}
	return data
}

// pathOf is what the first line of a request asks for, without a question behind it.
func pathOf(head []byte) []byte {
	_, rest, _ := bytes.Cut(lineOf(head), []byte(" "))
	if end := bytes.IndexAny(rest, " ?\r"); end >= 0 {
		return rest[:end]
	}
	return rest
}

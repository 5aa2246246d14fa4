package tls

import "abri.example/abri/names/stream"

// ReadCut looks for the name in what a capture kept of the hello at the start of b, where it cut the packets short. The Hello
// has its Name then, and is Cut.
func (r *Reader) ReadCut(b []byte) stream.State {
	if record(b) != stream.Whole {
		return stream.None
	}
	if _, s := message(b[HeadSize:]); s != stream.Whole {
		return stream.None
	}
	rest, ok := r.Hello.front(b[9:], false)
	if !ok || len(rest) < 2 {
		return stream.None
	}
	for kind, data, rest, ok := extension(rest[2:]); ok; kind, data, rest, ok = extension(rest) {
		if kind == serverName && nameOf(data) != nil {
			r.Hello = Hello{Name: nameOf(data), Named: true, Cut: true}
			return stream.Whole
		}
	}
	return stream.None
}

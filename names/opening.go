package names

import (
	"abri.example/abri/flow"
	"abri.example/abri/names/http"
	"abri.example/abri/names/socks"
	"abri.example/abri/names/stream"
	"abri.example/abri/packet"
)

// opening reads what stands where a message begins: a hello, or a request. Servers say neither, so that of what may be
// a server's words only the first are looked at.
func (w *Watch) opening(f *flow.Flow, c *conversation, d *direction, h *packet.Headers, b []byte, fromClient bool) int {
	n, hello := w.tls.Read(b)
	if hello == stream.Whole {
		w.hello(f, c, TLS, h)
		d.phase = retried
		return n
	}
	n, request := w.request(f, c, d, h, b)
	if request == stream.Whole {
		return n
	}
	authority, preface := http.ReadPreface(b)
	if preface == stream.Whole {
		w.http2 = true
		w.host(f, c, h, authority)
		w.http2, d.phase = false, finished
	}
	n, more, proxy := socks.Greet(b)
	if proxy == stream.Whole {
		if more {
			d.phase = proxied
		}
		return n
	}
	if hello == stream.None && request == stream.None && preface == stream.None && proxy == stream.None {
		if d.phase = searching; isQuestion(b) {
			d.phase = questions
			return 0
		}
		if !fromClient {
			d.phase = finished
		}
	}
	return 0
}

// request reads a request of HTTP/1, and steps over its body.
func (w *Watch) request(f *flow.Flow, c *conversation, d *direction, h *packet.Headers, b []byte) (int, stream.State) {
	var r http.Request
	n, s := r.Read(b)
	if s == stream.None {
		return 0, s
	}
	if r.Target != nil {
		w.host(f, c, h, r.Target)
	}
	if r.Host != nil {
		w.host(f, c, h, r.Host)
	}
	switch {
	case s != stream.Whole:
	case r.Framed:
		d.phase = searching
	default:
		d.phase = opening
		n += r.Length
	}
	return n, s
}

// proxy steps over what a client says to a SOCKS proxy.
func proxy(d *direction, b []byte) int {
	n, more, s := socks.Step(b)
	switch {
	case s == stream.None:
		d.phase = searching
	case s == stream.Whole && !more:
		d.phase = opening
	}
	return n
}

// search looks for a hello in the midst of other words, and for a whole request at their front: one that follows a body
// in chunks, or what a capture begins with.
func (w *Watch) search(f *flow.Flow, c *conversation, d *direction, h *packet.Headers, b []byte) int {
	n, s := w.tls.Read(b)
	switch s {
	case stream.Whole:
		w.hello(f, c, TLS, h)
		d.phase = retried
		return n
	case stream.None:
		if n, s := w.request(f, c, d, h, b); s == stream.Whole {
			return n
		}
		n = seek(b)
	}
	return n
}

// retry reads the second hello of a client whose server wants another key (RFC 8446, section 4.1.4): it may name another
// host. Whatever else a client says after its hello names nobody.
func (w *Watch) retry(f *flow.Flow, c *conversation, d *direction, h *packet.Headers, b []byte) int {
	n, s := w.tls.ReadAgain(b)
	if s == stream.Whole {
		w.hello(f, c, TLS, h)
	}
	if s != stream.More {
		d.phase = finished
	}
	return n
}

// host tells the host of a request.
func (w *Watch) host(f *flow.Flow, c *conversation, h *packet.Headers, host []byte) {
	client, server := ends(h, false)
	if name := w.clean(http.Hostname(host)); len(name) > 0 {
		w.tell(f, c, HTTP, client, server, name, nil)
	}
}

package names

import (
	"abri.example/abri/flow"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

// hello tells the hello that was read last.
func (w *Watch) hello(f *flow.Flow, c *conversation, p Proto, h *packet.Headers) {
	client, server := ends(h, false)
	w.tell(f, c, p, client, server, w.clean(w.tls.Hello.Name), &w.tls.Hello)
}

// seek gives the place behind the first byte where a hello may begin; b does not begin with one.
func seek(b []byte) int { return 1 + tls.Find(b[1:]) }

package names

import (
	"encoding/json"
	"net/netip"
	"time"

	"abri.example/abri/flow"
	"abri.example/abri/names/tls"
	"abri.example/abri/packet"
)

// Proto is the protocol that a name was asked in.
type Proto string

// The protocols.
const (
	DNS  Proto = "dns"
	TLS  Proto = "tls"
	QUIC Proto = "quic"
	HTTP Proto = "http"
)

// longestName is how many bytes of a name are told; no name of the DNS is longer (RFC 1035).
const longestName = 255

// Sighting is one name that a conversation asked for. It belongs to its Watch and holds until the function that was
// given it returns.
type Sighting struct {
	At     time.Time
	Proto  Proto
	Flow   *flow.Flow
	Client netip.AddrPort // who asked: the flow's client, unless the capture began in the middle
	Server netip.AddrPort
	// Name is in lower case, without a last point or port; what is not printable is escaped as \DDD. It is empty for a
	// hello that names nobody, and "." for the root of the DNS.
	Name    []byte
	Hello   *tls.Hello // of TLS and QUIC, else nil
	Message []byte     // of the DNS over UDP: the whole message that asks; nil for one that answers
	Type    uint16     // of the DNS: the records that it asks for (RFC 1035, section 3.2.2); 0 of all else
	Again   bool       // it was told in this conversation before: so are second hellos, and questions over UDP, each of which may be answered
	HTTP2   bool       // of HTTP: the request is one of HTTP/2, whose client understands no answer of HTTP/1
	Beyond  bool       // it stands beyond Reach, where a link does not show it

	// Tunnelled says that it was asked for within a tunnel: Client and Server speak there, Flow is that of the tunnel.
	Tunnelled bool

	over tls.Transport // of a hello
}

// Line is the form of a Sighting that `abri replay --names --json` prints. It is a contract: fields are added, none
// renamed. ALPN is the protocols offered, with commas between them; ECH says that the true name is encrypted.
type Line struct {
	Type   string         `json:"type"`
	Proto  Proto          `json:"proto"`
	Client netip.AddrPort `json:"client"`
	Server netip.AddrPort `json:"server"`
	Name   string         `json:"name"`
	JA3    string         `json:"ja3"`
	JA4    string         `json:"ja4"`
	ALPN   string         `json:"alpn"`
	ECH    bool           `json:"ech,omitempty"`
	Time   time.Time      `json:"time"`
}

// Line gives the line, with fingerprints.
func (s *Sighting) Line() Line {
	l := Line{Type: "name", Proto: s.Proto, Client: s.Client, Server: s.Server, Name: string(s.Name), Time: s.At.UTC()}
	if s.Hello == nil || s.Hello.Cut {
		return l
	}
	var p tls.Printer
	ja3, ja4 := p.JA3(s.Hello), p.JA4(s.Hello, s.over)
	l.JA3, l.JA4, l.ECH = string(ja3[:]), string(ja4[:]), s.Hello.ECH
	for name, rest := tls.Protocol(s.Hello.Protocols); name != nil; name, rest = tls.Protocol(rest) {
		if l.ALPN != "" {
			l.ALPN += ","
		}
		l.ALPN += string(appendClean(nil, name))
	}
	return l
}

// MarshalJSON gives the Line.
func (s *Sighting) MarshalJSON() ([]byte, error) { return json.Marshal(s.Line()) }

// tell gives a name to whoever listens, once a conversation; a question over UDP and a hello each time.
func (w *Watch) tell(f *flow.Flow, c *conversation, p Proto, client, server netip.AddrPort, name []byte, hello *tls.Hello) {
	again := !c.tells(p, client.Port(), name)
	if again && w.message == nil && hello == nil {
		return
	}
	w.sighting = Sighting{
		At: w.now, Proto: p, Flow: f, Client: client, Server: server, Name: name, Hello: hello, Message: w.message, Type: w.records,
		Again: again, HTTP2: w.http2, Beyond: w.deep, over: transport(p, f.Proto),
	}
	if w.tunnels.outer != nil {
		w.sighting.Flow, w.sighting.Tunnelled = w.tunnels.outer, true
	}
	w.emit(&w.sighting)
}

// transport is what carries a hello, by the protocol of the name and of its packets.
func transport(p Proto, below uint8) tls.Transport {
	switch {
	case p == QUIC:
		return tls.OverQUIC
	case below == packet.UDP:
		return tls.OverUDP
	}
	return tls.OverTCP
}

// clean gives a name as it is told. It holds until the next call.
func (w *Watch) clean(name []byte) []byte {
	if n := len(name); n > 1 && name[n-1] == '.' {
		name = name[:n-1]
	}
	w.text = appendClean(w.text[:0], name)
	return w.text
}

// appendClean writes a name in lower case, with what is not printable escaped, so that no name can forge a log or a page.
func appendClean(text, name []byte) []byte {
	for _, c := range name[:min(len(name), longestName)] {
		switch {
		case c >= 'A' && c <= 'Z':
			text = append(text, c+'a'-'A')
		case c <= ' ' || c >= 0x7f || c == '\\':
			text = append(text, '\\', '0'+c/100, '0'+c/10%10, '0'+c%10)
		default:
			text = append(text, c)
		}
	}
	return text
}

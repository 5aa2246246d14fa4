// Package sip reads one message of SIP, and writes the few that end a call: bytes → message (RFC 3261).
//
// Parse cannot fail, it can only not know: what a message does not say stays empty. It allocates nothing, and all it gives
// points into the bytes it was given. Of a message that is cut, as the first fragment of a long datagram is, what is there
// is read. Size finds where a message ends in a stream. No clock, disk or network; the standard library only.
package sip

// Method is what a request asks for; of a response, what the request asked for (its CSeq says so).
type Method uint8

// The methods of RFC 3261 and its extensions; Other is any other word.
const (
	Other     Method = iota
	Invite           // RFC 3261
	Ack              //
	Bye              //
	Cancel           //
	Register         //
	Options          //
	Subscribe        // RFC 6665
	Notify           //
	Publish          // RFC 3903
	Text             // MESSAGE, RFC 3428
	Refer            // RFC 3515
	Info             // RFC 6086
	Prack            // RFC 3262
	Update           // RFC 3311
)

// methods are the words on the wire, by Method.
var methods = [...]string{"", "INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE", "REFER", "INFO", "PRACK", "UPDATE"}

// String is the word on the wire, "" for Other.
func (m Method) String() string { return methods[m] }

// methodOf knows a method by its word, which is case-sensitive (RFC 3261, 7.1).
func methodOf(word []byte) Method {
	for m := Invite; int(m) < len(methods); m++ {
		if string(word) == methods[m] {
			return m
		}
	}
	return Other
}

// Message is what one message says. Its slices point into the bytes that were parsed.
type Message struct {
	Method  Method
	Status  int    // of a response, 100 to 699; 0 of a request
	Target  URI    // of a request: where it goes
	From    Party  // who asks
	To      Party  // who is asked for
	Contact URI    // where its sender is to be reached
	CallID  []byte // the same in all messages of a call, or of a telephone's registrations
	CSeq    uint32
	Branch  []byte // of the topmost Via: which transaction it belongs to
	Agent   []byte // User-Agent, or Server

	Credentials bool // it carries a password's proof: Authorization or Proxy-Authorization
	Stale       bool // it asks for a password anew only because the question was too old (RFC 7616, 3.3)
	Expires     int  // seconds, by the header or, failing that, by the first Contact; -1 where neither says
	Length      int  // Content-Length; -1 where it does not say

	Head []byte // start line and headers, with the empty line when it is there
	Body []byte // as far as the bytes hold it
}

// Request reports whether it is a request.
func (m *Message) Request() bool { return m.Status == 0 }

// Final reports whether it is a response after which no other comes (RFC 3261, 7.2).
func (m *Message) Final() bool { return m.Status >= 200 }

// Party is who a message is from or for: a URI, and the tag that its end gave to the dialogue.
type Party struct {
	URI
	Tag []byte
}

// URI is who is to be reached: of a sip: URI the user and the host (with its port), of a tel: URI the number as User.
type URI struct {
	User []byte // without password and parameters
	Host []byte
	Raw  []byte // the whole, without angle brackets
}

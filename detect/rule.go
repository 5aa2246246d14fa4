package detect

import "abri.example/abri"

// Place is the part of a conversation that a rule reads.
type Place string

// The places. A request is the line by which a client of HTTP asks, without its escapes; a head is all lines before the body,
// as they stand and without escapes; a body is what comes behind, whole, unpacked, and as it stands and as a server reads it:
// out of the escapes of forms, JSON and XML, of UTF-16, and of the parts of a form. However a request is cut, joined or
// disordered, these are what a server would read (package hypertext). Client and server are any data of that end, a packet at
// a time and as it stands, of whatever protocol.
const (
	InRequest Place = "request"
	InHead    Place = "head"
	InBody    Place = "body"
	InClient  Place = "client"
	InServer  Place = "server"
)

var places = []Place{InRequest, InHead, InBody, InClient, InServer}

// Rule says by which words an attack betrays itself. A rule file holds some, each as
//
//	name                    a word of its own, at the beginning of the line
//	    kind exploit        see abri.Kinds
//	    where request body  one or more, see Place
//	    ports 80 8080       of the server; any when left out
//	    proto udp           tcp when left out
//	    outward             only what a device of the site began
//	    inward              only what the outside began
//	    begin               the first word stands at the very beginning
//	    within 40           bytes in which all words of a line stand; anywhere when left out
//	    times 3             how often in ten minutes, by one client at one server; 1 when left out
//	    words "../" "passwd"
//
// Words are quoted as in Go, stand in this order, and are read without regard to case. Of several lines of words one is
// enough. A line that begins with # is for people.
type Rule struct {
	Name    string
	Kind    abri.Kind
	Where   []Place
	Ports   []uint16
	UDP     bool
	Outward bool
	Inward  bool
	Begin   bool
	Within  int
	Times   int
	Words   [][]string
}
